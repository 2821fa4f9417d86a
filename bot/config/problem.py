"""A fault in what an operator wrote, with its place and its remedy; made by the readers in `bot.config`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One fault: where, which key, what is wrong, how to mend it; for operators, in English like the logs."""

    key: str
    """The key's path, such as `match[2].when.project`; empty for the file as a whole."""
    message: str
    line: int | None = None

    def told(self, file: str) -> str:
        """The fault in one line: `rules.yaml:12: match[2].step: ...`."""
        place = file if self.line is None else f"{file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that was most likely meant; None when none is near."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A remedy to append: the nearest choice, or all of them when none is near and they are few."""
    known = tuple(choices)
    near = nearest(word, known)
    if near:
        return f'did you mean "{near}"?'
    return f"write one of: {', '.join(known)}"


def shown(value: object) -> str:
    """A wrong value as it is quoted to the operator: in quotes, on one line, cut."""
    text = " ".join(str(value).split())
    return f'"{text[:60]}..."' if len(text) > 60 else f'"{text}"'
