"""The rules by which Sentry itself moves an issue: regressions, ends of an archive, age; the issue book asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.sentry.records import YOUNG_FOR, Event, Issue, Json, Snooze, Status, Substatus, iso

FORECAST_MINIMUM_AGE = timedelta(hours=24)
"""A younger archived issue is not measured against a forecast [S sentry/tasks/post_process.py process_snoozes]."""
FORECAST_FACTOR = 10
"""The forecast of an issue: ten times its busiest hour [S sentry/issues/escalating/escalating_issues_alg.py]."""
YOUNG_ESCALATION_EVENTS = 10
"""A new issue under 24 hours with this many events may turn escalating [S post_process.py detect_new_escalation]."""


@dataclass(frozen=True)
class Move:
    """What Sentry did to an issue by itself: the activity it left, and whether it tells the integrations."""

    activity: str
    told: bool
    data: Json = field(default_factory=dict[str, Any])


def after_event(
    issue: Issue, event: Event, now: datetime, *, releases: list[str], young_rate: float | None, forced: bool
) -> Move | None:
    """Move the issue as its new event asks; None when nothing changes.

    `young_rate` is the project's escalation threshold in events an hour (None: not yet calculated); `forced`
    makes the event count as an escalation where Sentry would measure.
    """
    if issue.status is Status.RESOLVED:
        return _regress(issue, event, releases)
    if issue.status is Status.IGNORED:
        return _end_archive(issue, event, now, forced=forced)
    if issue.substatus is Substatus.ESCALATING:
        return None
    if forced or _is_young_and_fast(issue, now, young_rate):
        issue.substatus, issue.priority = Substatus.ESCALATING, "high"
        return Move("set_escalating", told=False, data={"event_id": event.id})
    return None


def _regress(issue: Issue, event: Event, releases: list[str]) -> Move | None:
    if not _is_regression(issue.status_details, event.body.get("release"), releases):
        return None
    issue.status, issue.substatus, issue.status_details = Status.UNRESOLVED, Substatus.REGRESSED, {}
    version = event.body.get("release") or ""
    return Move("set_regression", told=True, data={"event_id": event.id, "version": version})


def _is_regression(details: Json, release: str | None, releases: list[str]) -> bool:
    """An event of a release before the one that resolves the issue is no regression."""
    seen = releases.index(release) if release in releases else -1
    if details.get("inNextRelease"):
        return seen > details.get("_after", len(releases) - 1)
    if fixed_in := details.get("inRelease"):
        return fixed_in not in releases or seen >= releases.index(fixed_in)
    return True


def _end_archive(issue: Issue, event: Event, now: datetime, *, forced: bool) -> Move | None:
    if issue.substatus is Substatus.FOREVER:
        return None
    if issue.substatus is Substatus.UNTIL_ESCALATING:
        over = now - issue.first_seen_at >= FORECAST_MINIMUM_AGE and _hour_count(issue, now) > (
            issue.forecast or 0
        )
        if not (forced or over):
            return None
        return _escalate(issue, {"event_id": event.id, "forecast": issue.forecast or 0})
    snooze = issue.snooze
    if forced or (snooze and _count_reached(issue, snooze, now)):
        return _escalate(issue, {"event_id": event.id, "expired_snooze": _expired(snooze)})
    if snooze and snooze.until_at and snooze.until_at <= now:
        return _run_out(issue)
    return None


def _escalate(issue: Issue, data: Json) -> Move:
    issue.status, issue.substatus, issue.status_details = Status.UNRESOLVED, Substatus.ESCALATING, {}
    issue.snooze, issue.priority = None, "high"
    return Move("set_escalating", told=True, data=data)


def _run_out(issue: Issue) -> Move:
    issue.status, issue.substatus, issue.status_details = Status.UNRESOLVED, Substatus.ONGOING, {}
    issue.snooze = None
    return Move("set_unresolved", told=False)


def _count_reached(issue: Issue, snooze: Snooze, now: datetime) -> bool:
    if snooze.count:
        if snooze.window:
            seen = len(issue.events_since(now - timedelta(minutes=snooze.window)))
        else:
            seen = issue.count - snooze.times_seen
        if seen >= snooze.count:
            return True
    if not snooze.user_count:
        return False
    if snooze.user_window:
        recent = issue.events_since(now - timedelta(minutes=snooze.user_window))
        return len({event.user_key for event in recent if event.user_key}) >= snooze.user_count
    return issue.user_count - snooze.users_seen >= snooze.user_count


def _expired(snooze: Snooze | None) -> Json:
    if snooze is None:
        return {}
    return {
        "until": iso(snooze.until_at) if snooze.until_at else None,
        "count": snooze.count,
        "window": snooze.window,
        "user_count": snooze.user_count,
        "user_window": snooze.user_window,
    }


def _hour_count(issue: Issue, now: datetime) -> int:
    return len(issue.events_since(now.replace(minute=0, second=0, microsecond=0)))


def _is_young_and_fast(issue: Issue, now: datetime, young_rate: float | None) -> bool:
    age = now - issue.first_seen_at
    if not young_rate or issue.substatus is not Substatus.NEW or age >= FORECAST_MINIMUM_AGE:
        return False
    hours = max(age / timedelta(hours=1), 1.0)
    return issue.count >= YOUNG_ESCALATION_EVENTS and issue.count / hours > young_rate


def forecast_of(issue: Issue) -> int:
    """How many events in one hour end an archive-until-escalating: ten times the busiest hour so far."""
    hours: dict[datetime, int] = {}
    for event in issue.events:
        hour = event.at.replace(minute=0, second=0, microsecond=0)
        hours[hour] = hours.get(hour, 0) + 1
    return FORECAST_FACTOR * max(hours.values(), default=1)


def grow_old(issue: Issue, now: datetime) -> Move | None:
    """What time alone does, telling nobody: a snooze runs out; what is not ongoing becomes so after seven days."""
    if (
        issue.status is Status.IGNORED
        and issue.snooze
        and issue.snooze.until_at
        and issue.snooze.until_at <= now
    ):
        return _run_out(issue)
    if issue.status is not Status.UNRESOLVED or issue.substatus in (Substatus.ONGOING, None):
        return None
    changes = ("set_regression", "set_escalating", "set_unresolved")
    since_at = max([issue.first_seen_at, *(item.at for item in issue.activity if item.type in changes)])
    if now - since_at < YOUNG_FOR:
        return None
    issue.substatus = Substatus.ONGOING
    return Move("auto_set_ongoing", told=False, data={"after_days": YOUNG_FOR.days})
