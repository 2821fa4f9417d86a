"""An archive silences a cause, not a title: which causes people have silenced, and what newer events of them mean.

Sentry says nothing of an archived issue's events, whatever their cause. Called by `bot.services.silencing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert, AlertState, Closing, Comeback, Occurrence, Return, Source
from bot.domain.arrival import last_time, open_round
from bot.domain.cause import Cause
from bot.domain.decision import Verdict
from bot.domain.effects import EditCard, Outcome, Say
from bot.domain.facts import Facts
from bot.domain.likeness import Comparison, Difference, Feature, Likeness
from bot.domain.lines import Line
from bot.domain.lookalike import compare
from bot.domain.policy import Policy
from bot.domain.receipts import IssueEvent

ARCHIVED = "ignored"
"""Sentry's wire word."""
SILENCING = (Verdict.SMALL, Verdict.NOT_OURS)
"""Decisions after which nobody awaits to hear of the cause again."""
BARE_TAG = "tag "
"""How a comparison spells a step that no rule has named: it is no id of the journey's."""
ENTRANCES = (Feature.TRANSACTION, Feature.CULPRIT, Feature.JOB)
"""The features that say where it ran, the most telling first."""


def is_silent(alert: Alert) -> bool:
    """Whether Sentry keeps quiet about the issue because this round, its newest one, was decided Small."""
    return alert.state is AlertState.SMALL and alert.issue_status == ARCHIVED


def is_counting(alert: Alert) -> bool:
    """Whether it is a round of another cause that waits for a person while Sentry keeps quiet about its issue."""
    return (
        alert.state is AlertState.OPEN
        and alert.issue_status == ARCHIVED
        and alert.comeback is not None
        and alert.comeback.why is Return.OTHER_CAUSE
    )


def silence_of(alert: Alert) -> str:
    """The id of the decision with which the silence began; one that only completes its answers begins none."""
    began = ""
    for decision in reversed((*alert.history, *((alert.decision,) if alert.decision else ()))):
        if decision.verdict is not Verdict.SMALL:
            break
        began = decision.id
    return began


def unread_since(alert: Alert) -> datetime:
    """From when on events belong to this round: what happened while its card waited was on no card."""
    since = alert.comeback.since if alert.comeback else None
    return since or alert.arrived_at


def judge(
    rounds: Sequence[Alert], events: Sequence[IssueEvent], now: datetime, policy: Policy
) -> list[Outcome]:
    """What newly read events, newest first, mean for the issue's newest round. `rounds`: all, oldest first."""
    newest = rounds[-1]
    told = [_of_project(event, newest) for event in reversed(events)]
    loud = [event for event in told if not is_silenced(rounds, event.facts, policy)]
    if is_silent(newest):
        return _look_again(newest, loud, now, policy) if loud else []
    if is_counting(newest):
        return _count(newest, loud, policy)
    return []


def is_silenced(rounds: Sequence[Alert], facts: Facts, policy: Policy) -> bool:
    """Whether the newest decision on this very cause was one after which nobody is to hear of it."""
    for alert in reversed(rounds):
        if alert.decision is not None and not is_other(_compared(alert.facts, facts, policy)):
            return alert.decision.verdict in SILENCING
    return False


def is_other(comparison: Comparison) -> bool:
    """Another cause differs in something that is known; where too little is known nobody is called."""
    return comparison.verdict is not Likeness.SAME_CAUSE and bool(comparison.differs)


def causes_apart(differs: Sequence[Difference]) -> tuple[Cause, Cause]:
    """The old and the new cause, told by what differs: where it ran, where it broke, what it stops."""
    entrance = next((d for feature in ENTRANCES for d in differs if d.feature is feature), None)
    place = next((d for d in differs if d.feature is Feature.PLACE), None)
    step = next((d for d in differs if d.feature is Feature.STEP and not d.now.startswith(BARE_TAG)), None)
    named = any((entrance, place, step))
    other = None if named or not differs else differs[0]
    old, new = (
        Cause(
            transaction=_side(entrance, before=side),
            place=_side(place, before=side),
            step=_side(step, before=side),
            otherwise=_side(other, before=side),
        )
        for side in (True, False)
    )
    return old, new


def _side(difference: Difference | None, *, before: bool) -> str:
    if difference is None:
        return ""
    return difference.before if before else difference.now


def _compared(known: Facts, new: Facts, policy: Policy) -> Comparison:
    """With the step by today's rules on both sides: one that a person chose says nothing of an event's own."""
    return compare(known, new, earlier_step=policy.suggest(known).step, newer_step=policy.suggest(new).step)


def _of_project(event: IssueEvent, alert: Alert) -> IssueEvent:
    """The API tells the project of the issue only."""
    known = alert.facts
    facts = replace(event.facts, project=known.project, category=known.category or event.facts.category)
    return replace(event, facts=facts)


def _same(loud: Iterable[IssueEvent], facts: Facts, policy: Policy) -> list[IssueEvent]:
    return [event for event in loud if not is_other(_compared(facts, event.facts, policy))]


def _look_again(old: Alert, loud: Sequence[IssueEvent], now: datetime, policy: Policy) -> list[Outcome]:
    """The cause that spoke first opens a round; another one beside it is read again after that round's decision."""
    cases = _same(loud, loud[0].facts, policy)
    before, after = causes_apart(_compared(old.facts, cases[-1].facts, policy).differs)
    comeback = replace(
        last_time(old, Return.OTHER_CAUSE),
        old=before,
        new=after,
        cases=len(cases),
        since=cases[0].at,
    )
    new = open_round(_occurrence(old, cases[-1]), old.round + 1, now, policy, comeback)
    ended = replace(old, state=AlertState.CLOSED, closing=Closing(why=Return.OTHER_CAUSE.value, at=now))
    line = Say(old.id, Line.OTHER_CAUSE, about=new.alert.id, values=_values(comeback))
    return [Outcome(ended, (EditCard(old.id), line)), new]


def _occurrence(old: Alert, event: IssueEvent) -> Occurrence:
    """The issue itself stays as it is, archived, until a person decides."""
    return Occurrence(
        issue_id=old.issue_id,
        source=Source.POLL,
        facts=event.facts,
        occurred_at=event.at,
        short_id=old.short_id,
        count=old.count,
        user_count=old.user_count,
        status=old.issue_status,
        substatus=old.issue_substatus,
        first_seen_at=old.first_seen_at,
        last_seen_at=event.at,
    )


def _values(comeback: Comeback) -> dict[str, str]:
    """What the line in the old thread says, as text."""
    values = {"n": str(comeback.cases)}
    for side, cause in (("old", comeback.old), ("new", comeback.new)):
        if cause:
            parts = ("transaction", "place", "step", "otherwise")
            values |= {f"{side}_{part}": getattr(cause, part) for part in parts}
    return values


def _count(alert: Alert, loud: Sequence[IssueEvent], policy: Policy) -> list[Outcome]:
    """More events of the cause that waits: its card counts them."""
    comeback = alert.comeback
    cases = _same(loud, alert.facts, policy)
    if comeback is None or not cases:
        return []
    since = min(cases[0].at, comeback.since) if comeback.since else cases[0].at
    counted = replace(
        alert,
        comeback=replace(comeback, cases=comeback.cases + len(cases), since=since),
        last_seen_at=max(cases[-1].at, alert.last_seen_at) if alert.last_seen_at else cases[-1].at,
    )
    return [Outcome(counted, (EditCard(alert.id),))]
