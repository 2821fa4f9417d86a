"""What a message says beyond the title, on one line: often the very words that decide. Used by the card. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.facts import Facts
from bot.slack.text import cut

MOST = 160
"""Characters on the card: four lines of a phone; the thread has the rest."""
REPEATED_MOST = 40
"""Characters of the title said once more, so that what follows does not begin in the middle of a clause."""
LEAST_SHARED = 8
"""A shorter end of the title that begins the message's line is one by chance."""

_EXPLAINED = re.compile(r"(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LINE \d+):|Process \d+ waits for ")
"""Lines by which a database explains one case, as PostgreSQL begins them: shown only where there is room for all."""
_NOISE = re.compile(r"(?:HINT|CONTEXT|STATEMENT|QUERY|LINE \d+):|(?:DETAIL:\s*)?Process \d+ waits for |\^+$")
"""Of these the ones that never tell how a case goes on."""
_ADDRESS = re.compile(r"https?://[^\s()<>\"']+/(?=[^\s()<>\"'/]+)")
"""An address up to its last part."""
_CLAUSE = re.compile(r"(?<=[;,.:])\s+")
_SPACE = re.compile(r"\s+")


def beyond(facts: Facts, shown: int, most: int = MOST) -> str:
    """The words after those that the title shows, not yet escaped; empty where the title says it all.

    `shown`: how many characters of the title can be read on the card.
    """
    title = " ".join(cut(" ".join(facts.title.split()), shown).removesuffix("...").rstrip("…").split())
    lines = [" ".join(line.split()) for line in (facts.message or "").splitlines()]
    told = [(line, rest) for line in lines if not _NOISE.match(line) for rest in _after(title, line)]
    said = " · ".join(rest for line, rest in told if not _EXPLAINED.match(line))
    explained = " · ".join(filter(None, (said, *(rest for line, rest in told if _EXPLAINED.match(line)))))
    said, explained = (_ADDRESS.sub("…/", text) for text in (said, explained))
    return cut(explained if len(explained) <= most or not said else said, most)


def _after(title: str, line: str) -> Iterator[str]:
    """The line without what the title says already, from the last clause or word that the title begins."""
    if not line or line in title:
        return
    ends = range(min(len(title), len(line)), LEAST_SHARED - 1, -1)
    shared = next((end for end in ends if title.endswith(line[:end])), 0)
    for between in (_CLAUSE, _SPACE):
        begin = max((found.end() for found in between.finditer(line, 0, shared)), default=0)
        if shared - begin <= REPEATED_MOST:
            break
    else:
        begin = shared
    if rest := line[begin:].strip():
        yield rest
