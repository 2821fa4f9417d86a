"""The rules of staying true: what Sentry says of an issue, and what becomes of its alert. Called by `services.follow`.

Only what the API answered counts; a webhook is a bell. A round is closed or reopened when the issue's status differs
from the last one that Sentry told us, so a repeated or late answer changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert, AlertState, Closing, Occurrence, Return, Source, Suspicion
from bot.domain.arrival import details_line, last_time, newer_count, open_round, richer, suspect
from bot.domain.chasing import clear_calls
from bot.domain.consulting import close_question
from bot.domain.effects import EditCard, Effect, Outcome, Say
from bot.domain.entries import Entry, EntryKind
from bot.domain.facts import Facts
from bot.domain.lines import Line
from bot.domain.policy import Policy
from bot.domain.rate import Live, is_unusual, times_usual
from bot.domain.receipts import Activity, IssueSnapshot

ENDED = ("resolved", "ignored")
"""Sentry's words for an issue that asks for nobody; `ignored` is its wire word for archived."""
LOUD_SUBSTATUSES = ("escalating", "regressed")


def follow(
    alert: Alert,
    issue: IssueSnapshot,
    facts: Facts | None,
    now: datetime,
    policy: Policy,
    *,
    acting: bool = False,
) -> list[Outcome]:
    """The newest round as it is now, and a new round after it when the issue has come back.

    `acting`: an act of ours on this issue's status is still on its way, so its status says nothing yet.
    """
    learned = _learn(alert, issue, facts, policy)
    details = (details_line(learned, policy),) if facts and not alert.facts.event_id else ()
    if acting:
        return [_with_card(alert, learned, *details)]
    if came_back(alert, issue):
        return _come_back(learned, issue, facts, now, policy)
    outcome = _follow_status(learned, alert, issue, now, policy)
    outcome = _follow_assignee(outcome, issue)
    rated = _follow_rate(outcome.alert, issue, now, policy)
    told = tell_cases(rated.alert, now, policy)
    effects = (*details, *outcome.effects, *rated.effects, *told.effects)
    return [_with_card(alert, told.alert, *effects, entries=outcome.entries)]


def came_back(alert: Alert, issue: IssueSnapshot) -> bool:
    """An issue that had ended, or that a person had judged as asking for nobody, is open and loud again."""
    if not alert.is_over or issue.status in ENDED or alert.issue_status is None:
        return False
    if alert.issue_status in ENDED or _has_cases_after_response(alert, issue):
        return True
    return issue.substatus in LOUD_SUBSTATUSES and issue.substatus != alert.issue_substatus


def _has_cases_after_response(alert: Alert, issue: IssueSnapshot) -> bool:
    """Where we may not resolve the issue, the next case does not ring as regressed: its count tells."""
    responded = alert.state is AlertState.RESPONDED
    return (
        responded
        and None not in (issue.count, alert.cases_done)
        and (issue.count or 0) > (alert.cases_done or 0)
    )


def _learn(alert: Alert, issue: IssueSnapshot, facts: Facts | None, policy: Policy) -> Alert:
    """What the API adds to what the webhook said: ids, numbers, and, where an event was read, where it broke."""
    known = richer(alert.facts, facts) if facts else alert.facts
    known = replace(
        known,
        project=issue.project or known.project,
        culprit=known.culprit or issue.culprit,
        level=known.level or issue.level,
        category=issue.category or known.category,
        issue_type=issue.issue_type or known.issue_type,
    )
    count, users = newer_count(alert.count, issue.count), newer_count(alert.user_count, issue.user_count)
    live = Live(count, users, times_usual(issue.past, issue.first_seen_at))
    return replace(
        alert,
        facts=known,
        suggestion=policy.suggest(known, live) if alert.decision is None else alert.suggestion,
        short_id=issue.short_id or alert.short_id,
        count=count,
        user_count=users,
        first_seen_at=issue.first_seen_at or alert.first_seen_at,
        last_seen_at=issue.last_seen_at or alert.last_seen_at,
        cases_told=count if alert.decision is not None and alert.cases_told is None else alert.cases_told,
    )


def _with_card(before: Alert, now: Alert, *effects: Effect, entries: tuple[Entry, ...] = ()) -> Outcome:
    """Add an edit of the card when anything that it shows has changed."""
    if now != before and not any(isinstance(effect, EditCard) for effect in effects):
        effects = (*effects, EditCard(now.id))
    return Outcome(now, effects, entries)


def _follow_status(
    alert: Alert, before: Alert, issue: IssueSnapshot, now: datetime, policy: Policy
) -> Outcome:
    told = replace(alert, issue_status=issue.status, issue_substatus=issue.substatus)
    if issue.status == before.issue_status and issue.substatus == before.issue_substatus:
        return Outcome(alert)
    if issue.status in ENDED and issue.status != before.issue_status:
        return _end(told, issue, now)
    if issue.substatus == "escalating" and not told.is_over:
        return suspect(told, (Suspicion.ESCALATING,), now, policy)
    return Outcome(told)


def _end(alert: Alert, issue: IssueSnapshot, now: datetime) -> Outcome:
    """Resolved or archived by somebody. What a decision of ours brought about is no news."""
    resolved = issue.status == "resolved"
    if alert.state is AlertState.CLOSED or (alert.is_over and not resolved):
        return Outcome(alert)
    last = _last_act(issue, "set_resolved" if resolved else "set_ignored")
    closing = Closing(
        why="resolved" if resolved else "archived",
        at=last.at if last else now,
        by_name=last.by_name if last else "",
    )
    expected = alert.state is AlertState.RESPONDED
    closed = replace(alert, state=AlertState.CLOSED, closing=closing, suspicions=())
    line = Line.RESOLVED_IN_SENTRY if resolved else Line.ARCHIVED_IN_SENTRY
    values = {"name": closing.by_name, "at": closing.at.isoformat()}
    says = () if expected else (Say(alert.id, line, about=closing.at.isoformat(), values=values),)
    entry = Entry(
        id=f"{alert.id}:closed:{closing.at.isoformat()}",
        kind=EntryKind.CLOSED,
        at=now,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by_name=closing.by_name,
        details={"why": closing.why},
    )
    ended = close_question(closed, now)
    cleared = clear_calls(ended.alert)
    return Outcome(cleared.alert, (EditCard(alert.id), *says, *ended.effects, *cleared.effects), (entry,))


def _follow_rate(alert: Alert, issue: IssueSnapshot, now: datetime, policy: Policy) -> Outcome:
    """Far more events than usual: said loudly once, and again only when it has become much louder since."""
    times = times_usual(issue.past, issue.first_seen_at)
    if alert.is_over or alert.state is AlertState.LARGE or not is_unusual(times, alert.times_usual):
        return Outcome(alert)
    return suspect(replace(alert, times_usual=times), (Suspicion.UNUSUAL_RATE,), now, policy)


def _follow_assignee(outcome: Outcome, issue: IssueSnapshot) -> Outcome:
    """Who owns it in Sentry stands on the card; the thread says it once when a person changed it there."""
    alert = outcome.alert
    if issue.assignee == alert.assignee:
        return outcome
    assigned = replace(alert, assignee=issue.assignee)
    last = _last_act(issue, "assigned")
    if not issue.assignee or last is None or not last.by_name or alert.is_over:
        return Outcome(assigned, outcome.effects, outcome.entries)
    say = Say(
        alert.id,
        Line.ASSIGNED_IN_SENTRY,
        about=last.at.isoformat(),
        values={"name": last.by_name, "to": issue.assignee},
    )
    return Outcome(assigned, (*outcome.effects, say), outcome.entries)


def _last_act(issue: IssueSnapshot, kind: str) -> Activity | None:
    acts = [act for act in issue.activity if act.kind.startswith(kind)]
    return max(acts, key=lambda act: act.at, default=None)


def _come_back(
    alert: Alert, issue: IssueSnapshot, facts: Facts | None, now: datetime, policy: Policy
) -> list[Outcome]:
    """The old round ends for good, and a new one opens that shows what was decided then."""
    why = _why_back(alert, issue)
    old = replace(
        alert,
        state=AlertState.CLOSED,
        issue_status=issue.status,
        issue_substatus=issue.substatus,
        closing=Closing(why="came_back", at=now),
    )
    occurrence = Occurrence(
        issue_id=alert.issue_id,
        source=Source.POLL,
        facts=facts or _unread(alert, issue),
        occurred_at=issue.last_seen_at or now,
        short_id=alert.short_id,
        count=issue.count,
        user_count=issue.user_count,
        status=issue.status,
        substatus=issue.substatus,
        first_seen_at=alert.first_seen_at,
        last_seen_at=issue.last_seen_at,
        suspicions=(Suspicion.ESCALATING,) if why is Return.ESCALATING else (),
    )
    new = open_round(occurrence, alert.round + 1, now, policy, last_time(alert, why))
    return [Outcome(old, (EditCard(old.id),)), new]


def _unread(alert: Alert, issue: IssueSnapshot) -> Facts:
    """What is surely still so while the new event has not been read: never the old round's place and cause."""
    return Facts(
        title=issue.title or alert.facts.title,
        project=issue.project or alert.facts.project,
        culprit=issue.culprit,
        level=issue.level,
        category=issue.category,
        issue_type=issue.issue_type,
    )


def _why_back(alert: Alert, issue: IssueSnapshot) -> Return:
    if issue.substatus == "escalating":
        return Return.ESCALATING
    if issue.substatus == "regressed":
        return Return.REGRESSED
    return Return.UNARCHIVED if alert.issue_status == "ignored" else Return.REOPENED


def tell_cases(alert: Alert, now: datetime, policy: Policy) -> Outcome:
    """New cases after a decision, told to the responder in business hours, at most once per half business day."""
    if not alert.is_waiting_for_response or alert.count is None or alert.cases_told is None:
        return Outcome(alert)
    if alert.count <= alert.cases_told or not policy.calendar.is_open(now):
        return Outcome(alert)
    last = alert.cases_told_at
    if last and policy.calendar.business_hours_between(last, now) < policy.half_day():
        return Outcome(alert)
    base = alert.decision.shown_count if alert.decision else None
    line = Say(
        alert.id,
        Line.NEW_CASES,
        about=str(alert.count),
        values={
            "n": str(alert.count - (base if base is not None else alert.cases_told)),
            "total": str(alert.count),
        },
        mention=(alert.owner,) if alert.owner else (),
    )
    told = replace(alert, cases_told=alert.count, cases_told_at=now)
    return Outcome(told, (line, EditCard(alert.id)))


def status_confirmed(alert: Alert, status: str, substatus: str | None, now: datetime) -> Outcome:
    """Sentry took our act: what it says from now on is compared with this."""
    confirmed = replace(alert, issue_status=status, issue_substatus=substatus)
    if status == "resolved" and alert.state is AlertState.RESPONDED:
        confirmed = replace(confirmed, state=AlertState.CLOSED, closing=Closing(why="responded", at=now))
    return Outcome(confirmed, (EditCard(alert.id),) if confirmed != alert else ())
