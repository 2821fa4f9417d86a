"""Which match rules can never win, because earlier ones always match first. Asked by `bot.config.meaning`.

Careful rather than clever: a rule is told only where it is certain by comparing patterns key by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.match import MatchRule, When, glob_matches


@dataclass(frozen=True)
class Hidden:
    """A rule that never wins: its place, and for each thing that it says the earlier rule that says it first."""

    index: int
    rule: MatchRule
    by: Mapping[str, MatchRule]


def hidden_rules(rules: tuple[MatchRule, ...]) -> Iterator[Hidden]:
    """Each rule of which all that it says is said first, always, by an earlier rule."""
    for index, rule in enumerate(rules):
        said = _says(rule)
        blockers = {what: _first_before(rules[:index], rule, what) for what in said}
        by = {what: one for what, one in blockers.items() if one is not None}
        if said and len(by) == len(said):
            yield Hidden(index, rule, by)


def _says(rule: MatchRule) -> tuple[str, ...]:
    """What a rule may win: a step, a level, a runbook."""
    said = {"step": rule.step, "suggest": rule.suggest, "runbook": rule.runbook}
    return tuple(what for what, value in said.items() if value is not None)


def _first_before(earlier: Iterable[MatchRule], rule: MatchRule, what: str) -> MatchRule | None:
    return next((one for one in earlier if what in _says(one) and covers(one.when, rule.when)), None)


def covers(broad: When, narrow: When) -> bool:
    """Whether every alert that `narrow` matches is matched by `broad` too; False where that is not certain."""
    asked = narrow.patterns
    return all(
        key in asked and all(any(glob_covers(wide, one) for wide in patterns) for one in asked[key])
        for key, patterns in broad.patterns.items()
    )


def glob_covers(wide: str, narrow: str) -> bool:
    """Whether each text of the form `narrow` has the form `wide`; False where that is not certain.

    The stars of `narrow` must fall to stars of `wide`: read as a text, it must have that form. A `?` of `wide` would
    take a star for one character, so such a pair is left alone.
    """
    if wide.lower() == narrow.lower():
        return True
    return not ("?" in wide and "*" in narrow) and glob_matches(wide, narrow)
