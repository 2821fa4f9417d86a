"""Use case: what no webhook told is found by asking: new issues, old ones that came back, the first start."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert, AlertState, Source
from bot.domain.effects import Announce, ReadIssue, Screen
from bot.domain.following import LOUD_SUBSTATUSES, came_back
from bot.domain.lines import Line
from bot.domain.receipts import IssueSnapshot
from bot.ports import IssueReader
from bot.services.desk import Desk
from bot.services.follow import BASELINE, WATERMARK, has_come_since, occurrence_of
from bot.services.receive import admit, is_watched

log = logging.getLogger(__name__)

LISTED_UNTIL = "listed_until"
OVERLAP = timedelta(minutes=10)
"""Each poll reads this far behind the last one: Sentry's search may lag behind its events."""
MOST_READS = 60
"""Issues read one by one because of one poll; at 4 a second a quarter of a minute."""
MOST_QUIET_READS = 5
"""Archived issues read by each poll, in turn: one taken out of the archive by hand has no event to be listed for."""
MOST_BASELINE = 20_000


@dataclass(frozen=True)
class Polled:
    """What one poll saw and found."""

    listed: int
    opened: int
    asked: int


def first_start(desk: Desk, reader: IssueReader) -> int | None:
    """At the very first start: now is the watermark, and one line says how many older unresolved issues are watched.

    All of them are remembered, watched or not, so that widening the watch later makes no old issue new.

    Returns their number, or None when this was not the first start. Raises TryLater or Refused from the reader.
    """
    if desk.store.value(BASELINE) is not None:
        return None
    set_watermark(desk)
    watermark = watermark_of(desk)
    older: dict[str, str] = {}
    watched = 0
    for issue in reader.unresolved(since=None, environments=exact_environments(desk)):
        is_known = desk.store.latest_round(issue.issue_id) is not None
        if not is_known and not has_come_since(issue, watermark) and len(older) < MOST_BASELINE:
            older[issue.issue_id] = issue.substatus or ""
            watched += is_watched(desk, occurrence_of(issue, Source.POLL, watermark).facts, Source.POLL)
    with desk.change() as change:
        change.set_value(BASELINE, json.dumps(older))
        if watched:
            change.add(
                Announce(Line.FIRST_START, about="first", values={"n": str(watched)}),
                desk.clock.machine(),
            )
    return watched


def set_watermark(desk: Desk) -> None:
    """Remember the instant of the first start; later calls change nothing."""
    if desk.store.value(WATERMARK) is None:
        with desk.change() as change:
            change.set_value(WATERMARK, desk.clock.now().isoformat())


def watermark_of(desk: Desk) -> datetime:
    kept = desk.store.value(WATERMARK)
    return datetime.fromisoformat(kept) if kept else desk.clock.now()


def poll(desk: Desk, reader: IssueReader) -> Polled:
    """Read what is unresolved, and open, renew or ask for what it tells. Raises TryLater or Refused from the reader."""
    baseline: dict[str, str] = json.loads(desk.store.value(BASELINE) or "{}")
    last = desk.store.value(LISTED_UNTIL)
    since = (datetime.fromisoformat(last) if last else watermark_of(desk)) - OVERLAP
    started = desk.clock.now()
    listed = opened = asked = 0
    seen: set[str] = set()
    for issue in reader.unresolved(since=since, environments=exact_environments(desk)):
        listed += 1
        seen.add(issue.issue_id)
        known = desk.store.latest_round(issue.issue_id)
        if known is not None:
            if _has_news(known, issue):
                asked += _ask(desk, issue, with_event=came_back(known, issue))
        elif _is_new(desk, issue, baseline):
            opened += _open(desk, issue)
    asked += _ask_after_the_open(desk, seen, MOST_READS - asked)
    asked += _ask_after_the_archived(desk, seen)
    with desk.change() as change:
        change.set_value(LISTED_UNTIL, started.isoformat())
    return Polled(listed, opened, asked)


def import_backlog(desk: Desk, reader: IssueReader, most: int) -> int:
    """Make alerts of up to `most` older unresolved issues, last seen first. Returns how many."""
    opened = 0
    for issue in reader.unresolved(since=None, environments=exact_environments(desk)):
        if opened >= most:
            break
        if desk.store.latest_round(issue.issue_id) is None:
            opened += _open(desk, issue, Source.IMPORT)
    return opened


def _has_news(alert: Alert, issue: IssueSnapshot) -> bool:
    """Whether the list says something that the alert does not know. Over rounds care only for coming back."""
    if alert.is_over:
        return came_back(alert, issue)
    return (
        issue.count != alert.count
        or issue.status != alert.issue_status
        or issue.substatus != alert.issue_substatus
        or issue.assignee != alert.assignee
    )


def _is_new(desk: Desk, issue: IssueSnapshot, baseline: dict[str, str]) -> bool:
    """First seen, regressed, escalated or un-archived since the first start.

    What was unresolved then is known by name; an old issue that was not among those must have come back since.
    """
    if has_come_since(issue, watermark_of(desk)):
        return True
    if issue.issue_id not in baseline:
        return True
    return issue.substatus in LOUD_SUBSTATUSES and baseline[issue.issue_id] != issue.substatus


def _open(desk: Desk, issue: IssueSnapshot, source: Source = Source.POLL) -> int:
    occurrence = occurrence_of(issue, source, desk.clock.now())
    if not is_watched(desk, occurrence.facts, source):
        return 0
    with desk.change() as change:
        if change.latest_round(issue.issue_id) is not None:
            return 0
        if source is Source.IMPORT:
            occurrence = replace(occurrence, suspicions=())
        if desk.policy().rules.sentry.watch.environments and not exact_environments(desk):
            change.add(Screen(occurrence), desk.clock.machine())
        else:
            admit(desk, change, occurrence)
    return 1


def exact_environments(desk: Desk) -> tuple[str, ...]:
    """The watched environments where Sentry can filter by them; none where one is a pattern."""
    named = desk.policy().rules.sentry.watch.environments
    return () if any(mark in name for name in named for mark in "*?") else tuple(named)


def _ask(desk: Desk, issue: IssueSnapshot, *, with_event: bool) -> int:
    with desk.change() as change:
        change.add(ReadIssue(issue.issue_id, with_event=with_event), desk.clock.machine())
    return 1


def _ask_after_the_open(desk: Desk, seen: set[str], most: int) -> int:
    """An open alert whose issue is not in the list may have been resolved or archived without our hearing of it."""
    waiting = (AlertState.OPEN, AlertState.MEDIUM, AlertState.LARGE)
    silent = [alert for alert in desk.store.alerts(waiting) if alert.issue_id not in seen and alert.has_issue]
    return _ask_in_turn(desk, silent, MOST_READS, most)


def archived_alerts(desk: Desk) -> list[Alert]:
    """The alerts whose issues are in Sentry's archive, as far as we know."""
    return [
        alert
        for alert in desk.store.alerts((AlertState.SMALL, AlertState.CLOSED))
        if alert.issue_status == "ignored"
        and alert.has_issue
        and (alert.closing is None or alert.closing.why == "archived")
    ]


def _ask_after_the_archived(desk: Desk, seen: set[str]) -> int:
    """An issue that a person took out of the archive is told by nobody, and listed only once it has a new event.

    Where the whole archive can be listed, `services.unarchived` finds it sooner.
    """
    archived = [alert for alert in archived_alerts(desk) if alert.issue_id not in seen]
    return _ask_in_turn(desk, archived, MOST_QUIET_READS, MOST_QUIET_READS)


def _ask_in_turn(desk: Desk, alerts: list[Alert], stride: int, most: int) -> int:
    """Ask Sentry for the issues of so many of these alerts; each minute it is the next ones' turn."""
    turn = int(desk.clock.machine().timestamp() // 60) * stride % max(len(alerts), 1)
    asked = (alerts[turn:] + alerts[:turn])[: max(most, 0)]
    if asked:
        with desk.change() as change:
            for alert in asked:
                change.add(ReadIssue(alert.issue_id), desk.clock.machine())
    return len(asked)
