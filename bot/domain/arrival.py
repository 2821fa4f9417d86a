"""The rule of arrival: what one more occurrence of an issue means for its alert. Called by `bot.services.receive`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import (
    Alert,
    AlertState,
    Comeback,
    Occurrence,
    Return,
    Source,
    Suspicion,
    alert_id,
)
from bot.domain.effects import EditCard, Effect, Outcome, PostCard, ReadIssue, Say
from bot.domain.entries import Entry, EntryKind
from bot.domain.facts import Facts
from bot.domain.lines import Line
from bot.domain.policy import Policy


def arrive(occurrence: Occurrence, latest: Alert | None, now: datetime, policy: Policy) -> Outcome:
    """A first occurrence opens an alert; one of an open alert renews it; one of a closed alert asks Sentry.

    Never opens a round while one is open: the same occurrence told by several deliveries is one alert.
    """
    if latest is None:
        return open_round(occurrence, 1, now, policy)
    if latest.is_over:
        if occurrence.source is Source.METRIC_ALERT:
            return open_round(occurrence, latest.round + 1, now, policy, last_time(latest, Return.REGRESSED))
        if latest.drill:
            return Outcome(latest)
        return Outcome(latest, (ReadIssue(latest.issue_id, with_event=True),))
    return _renew(latest, occurrence, now, policy)


def open_round(
    occurrence: Occurrence,
    number: int,
    now: datetime,
    policy: Policy,
    comeback: Comeback | None = None,
) -> Outcome:
    """A new round with its owner, its deadline, its suggestion, and a card on its way."""
    duty = policy.duty(now)
    alert = Alert(
        id=alert_id(occurrence.issue_id, number),
        issue_id=occurrence.issue_id,
        round=number,
        state=AlertState.OPEN,
        source=occurrence.source,
        facts=occurrence.facts,
        arrived_at=now,
        judge_by_at=policy.judge_by(now),
        owner=duty.responder,
        backups=duty.backups,
        after_hours=not policy.calendar.is_open(now),
        short_id=occurrence.short_id,
        link_path=occurrence.link_path,
        count=occurrence.count,
        user_count=occurrence.user_count,
        first_seen_at=occurrence.first_seen_at,
        last_seen_at=occurrence.last_seen_at or occurrence.occurred_at,
        issue_status=occurrence.status,
        issue_substatus=occurrence.substatus,
        suggestion=policy.suggest(occurrence.facts),
        suspicions=occurrence.suspicions,
        suspected_at=now if occurrence.suspicions else None,
        comeback=comeback,
        drill=occurrence.drill,
    )
    effects: list[Effect] = [PostCard(alert.id)]
    if alert.facts.event_id or not alert.has_issue:
        effects.append(details_line(alert, policy))
    if alert.is_suspected_large:
        effects.append(suspect_line(alert, now, policy))
    if alert.has_issue:
        effects.append(ReadIssue(alert.issue_id, with_event=alert.facts.frame is None))
    kind = EntryKind.CAME_BACK if comeback else EntryKind.ARRIVED
    entry = Entry(
        id=f"{alert.id}:{kind}",
        kind=kind,
        at=now,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        details={"why": comeback.why.value} if comeback else {"source": alert.source.value},
    )
    return Outcome(alert, tuple(effects), (entry,))


def details_line(alert: Alert, policy: Policy) -> Say:
    """The stack and the tags that may be shown, in the thread; said once, when an event of the issue is known."""
    shown = [f"{key}: {value}" for key, value in alert.facts.tags if key in policy.rules.privacy.tags]
    return Say(alert.id, Line.DETAILS, about=alert.id, values={"tags": "\n".join(shown)})


def suspect_line(alert: Alert, now: datetime, policy: Policy) -> Say:
    """The loud line of a suspected large impact: it ignores the calendar and mentions those who can judge."""
    reasons = ",".join(suspicion.value for suspicion in alert.suspicions)
    return Say(
        alert.id,
        Line.MAY_BE_LARGE,
        about=f"{reasons}:{now.isoformat()}",
        values={"reasons": reasons},
        mention=policy.callable_at(alert, now),
        broadcast=True,
    )


def last_time(alert: Alert, why: Return) -> Comeback:
    """What a new round says of the one before it."""
    decision = alert.decision
    return Comeback(
        why=why,
        level=decision.verdict.value if decision else None,
        decided_at=decision.at if decision else None,
        reason=decision.reason if decision else "",
    )


def suspect(alert: Alert, suspicions: tuple[Suspicion, ...], now: datetime, policy: Policy) -> Outcome:
    """Add reasons to suspect a large impact; the ones already said, or judged, are not said again."""
    new = tuple(s for s in suspicions if s not in alert.suspicions and not _is_judged(alert, s))
    if not new:
        return Outcome(alert)
    suspected = replace(
        alert,
        suspicions=alert.suspicions + new,
        suspected_at=alert.suspected_at or now,
        nudges=0,
        nudged_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    return Outcome(suspected, (suspect_line(suspected, now, policy), EditCard(alert.id)))


def _is_judged(alert: Alert, suspicion: Suspicion) -> bool:
    """A large one is being handled; a monitor that goes on failing says nothing new to whoever has judged that."""
    return alert.state is AlertState.LARGE or (alert.decision is not None and suspicion is Suspicion.OUTAGE)


def _renew(alert: Alert, occurrence: Occurrence, now: datetime, policy: Policy) -> Outcome:
    """Newer numbers and richer facts; the card follows once Sentry has told the counts."""
    seen = occurrence.last_seen_at or occurrence.occurred_at
    renewed = replace(
        alert,
        facts=richer(alert.facts, occurrence.facts),
        short_id=alert.short_id or occurrence.short_id,
        count=newer_count(alert.count, occurrence.count),
        user_count=newer_count(alert.user_count, occurrence.user_count),
        last_seen_at=max(seen, alert.last_seen_at) if alert.last_seen_at else seen,
    )
    suspected = suspect(renewed, occurrence.suspicions, now, policy)
    effects: list[Effect] = list(suspected.effects)
    if alert.has_issue:
        effects.append(ReadIssue(alert.issue_id))
    if suspected.alert.facts != alert.facts:
        effects.append(EditCard(alert.id))
    return Outcome(suspected.alert, tuple(effects))


def richer(known: Facts, told: Facts) -> Facts:
    """Keep what was known first, fill what was not. A bare issue learns its frame from an event and never loses it."""
    if known.frame is None and told.frame is not None:
        return replace(told, project=told.project or known.project, category=told.category or known.category)
    return replace(
        known,
        project=known.project or told.project,
        culprit=known.culprit or told.culprit,
        transaction=known.transaction or told.transaction,
        environment=known.environment or told.environment,
        release=known.release or told.release,
        level=known.level or told.level,
        category=known.category or told.category,
        issue_type=known.issue_type or told.issue_type,
        exceptions=known.exceptions or told.exceptions,
        message=known.message or told.message,
        tags=known.tags or told.tags,
        event_id=known.event_id or told.event_id,
    )


def newer_count(known: int | None, told: int | None) -> int | None:
    """Counts only grow within a round; an older delivery that comes late must not shrink them."""
    if known is None or told is None:
        return told if known is None else known
    return max(known, told)
