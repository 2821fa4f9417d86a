"""The checklist of a runbook that fits an alert now, ready to be posted in its thread; `bot.app` gives it to blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.config.runbooks import Runbook, Section
from bot.domain.alert import Alert, AlertState
from bot.domain.checklist import Draft
from bot.slack.runbook_text import MOST, MayLink, RunbookTexts, mrkdwn, plain_words
from bot.slack.text import clean, cut

MOST_ITEMS = 30
"""Items of one checklist; ours: three elements of ten. What is longer is a runbook, not a checklist."""
ITEM_MOST = 300
"""Characters of an item that are kept; ours, the blocks show fewer."""
STATES = tuple(state.value for state in AlertState)

_OPEN_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\[[ xX]\]\s+(?P<text>.*\S)\s*")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")


def checklist_for(texts: RunbookTexts, alert: Alert, language: str) -> Draft | None:
    """The checklist of the runbook that the alert's card opens."""
    book = texts.book(alert, language)
    return checklist_of(book, alert, texts.may_link) if book else None


def checklist_of(book: Runbook, alert: Alert, may_link: MayLink) -> Draft | None:
    """The first section with items that fits the alert's state and step; None when the runbook has no items.

    One that says whom it is for comes before one that does not; where none fits, the first with items is taken.
    """
    listed = [section for section in book.sections if _split(section)[0]]
    best = sorted(listed, key=lambda section: _rank(section.fits, alert))
    if not best:
        return None
    items, words = _split(best[0])
    text = mrkdwn("\n".join(words), may_link)
    return Draft(
        title=clean(book.title),
        heading=clean(plain_words(best[0].heading)),
        words=text if len(text) <= MOST else "",
        items=tuple(cut(plain_words(item), ITEM_MOST) for item in items[:MOST_ITEMS]),
    )


def _rank(fits: Sequence[str], alert: Alert) -> int:
    states = [word for word in fits if word in STATES]
    steps = [word for word in fits if word not in STATES]
    if not fits:
        return 1
    is_now = not states or alert.state.value in states
    is_here = not steps or alert.effective_step in steps
    return 0 if is_now and is_here else 2


def _split(section: Section) -> tuple[list[str], list[str]]:
    """The items with a box, and the other lines. What goes on in the next, indented line belongs to its item."""
    items: list[str] = []
    words: list[str] = []
    fence, goes_on = "", False
    for line in section.text.splitlines():
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        found = None if fence else _OPEN_ITEM.fullmatch(line)
        if found:
            items.append(found["text"])
        elif goes_on and line.startswith((" ", "\t")) and line.strip():
            items[-1] = f"{items[-1]} {line.strip()}"
            continue
        else:
            words.append(line)
        goes_on = found is not None
    return items, words
