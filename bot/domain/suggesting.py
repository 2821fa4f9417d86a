"""What the match rules make of an alert: a suggestion with its reasons, never a decision. Asked by the policy."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.impact import MatrixRow
from bot.domain.match import Features, Matched, MatchRule, Reason, ReasonKind, Suggestion
from bot.domain.rate import Live, is_unusual
from bot.domain.rules import Rules

NOTHING_LIVE = Live()


def suggest(rules: Rules, features: Features, live: Live = NOTHING_LIVE) -> Suggestion:
    """What the rules make of an alert: a suggestion with its reasons, never a decision.

    The first matching rule with a step gives the step, the first with a level the level, the first with a
    runbook the runbook; they may be three rules. What is known live is said beside it and changes no level.
    Never raises, whatever the features hold."""
    hits = [(rule, matched) for rule in rules.match if (matched := rule.when.matches(features)) is not None]
    steps = next((hit for hit in hits if hit[0].step is not None), None)
    levels = next((hit for hit in hits if hit[0].suggest is not None), None)
    books = next((hit for hit in hits if hit[0].runbook is not None), None)
    step = steps[0].step if steps else None
    row = _row_behind(rules, levels[0], step) if levels else None
    namesake = levels or steps or books
    return Suggestion(
        step=step,
        level=levels[0].suggest if levels else None,
        rule_name=namesake[0].name if namesake else None,
        runbook=books[0].runbook if books else None,
        row=row,
        affected=levels[0].affected if levels else None,
        workaround=levels[0].workaround if levels else None,
        because=(*_reasons(steps, levels, row), *_live_reasons(live)),
    )


def _row_behind(rules: Rules, rule: MatchRule, step: str | None) -> MatrixRow | None:
    """The row that the rule's level rests on; None when several rows, or none, could be meant."""
    if rule.suggest is None or step is None:
        return None
    rows = rules.matrix.rows_for_level(rule.suggest, step, rules.journey, rule.affected, rule.workaround)
    return rows[0] if len(rows) == 1 else None


_Hit = tuple[MatchRule, tuple[Matched, ...]]


def _reasons(steps: _Hit | None, levels: _Hit | None, row: MatrixRow | None) -> Iterable[Reason]:
    """What was seen, once for each rule that decided something, and what follows from it."""
    seen = {hit[0].name: hit for hit in (levels, steps) if hit}
    for rule, matched in seen.values():
        for found in matched:
            yield Reason(ReasonKind.MATCHED, rule.name, found.key, found.pattern, found.value)
    if steps:
        yield Reason(ReasonKind.STEP, steps[0].name, value=steps[0].step or "")
    if levels:
        yield from _level_reasons(levels[0])
        if row:
            yield Reason(ReasonKind.ROW, levels[0].name, value=row.key)


def _level_reasons(rule: MatchRule) -> Iterable[Reason]:
    """The level, and what the rule says of how many and of a way out."""
    yield Reason(ReasonKind.LEVEL, rule.name, value=rule.suggest or "")
    if rule.affected is not None:
        yield Reason(ReasonKind.AFFECTED, rule.name, value=rule.affected.value)
    if rule.workaround is not None:
        yield Reason(ReasonKind.WORKAROUND, rule.name, value="yes" if rule.workaround else "no")


def _live_reasons(live: Live) -> Iterable[Reason]:
    """What was counted; an unknown number, or users of whom none is known, says nothing."""
    if live.events:
        yield Reason(ReasonKind.EVENTS, "", value=str(live.events))
    if live.users:
        yield Reason(ReasonKind.USERS, "", value=str(live.users))
    if is_unusual(live.times):
        yield Reason(ReasonKind.RATE, "", value=str(live.times))
