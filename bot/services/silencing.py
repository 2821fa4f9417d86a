"""Use case: events of an archived issue were read: those of another cause open a round. Called by `services.follow`."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.effects import ReadEvents
from bot.domain.receipts import EventsRead, IssueEvent
from bot.domain.silencing import is_counting, is_silent, judge, silence_of, unread_since
from bot.ports import Change, Reading
from bot.services.bookmark import SECOND, Bookmark, bookmark_of, keep_bookmark
from bot.services.desk import Desk
from bot.services.likeness import guarded

log = logging.getLogger(__name__)

WAITING = "archive_waiting"
"""Under this name the store keeps which archived issues wait to be read, and when each was last seen: JSON."""
INDEXED_WITHIN = timedelta(minutes=10)
"""How long Sentry's list of events may lag behind an issue's own "last seen"; ours, as the poll's overlap."""


def take_events(desk: Desk, change: Change, effect: ReadEvents, read: EventsRead) -> None:
    """Judge the events that are new, and remember how far the reading went."""
    rounds = change.rounds(effect.issue_id)
    mark = mark_of(change, rounds[-1]) if rounds else None
    if mark is None:
        return  # decided otherwise meanwhile: Sentry speaks of it again, or nobody asked for silence
    if (effect.since, effect.before) != (mark.since, mark.before):
        return  # a decision was made meanwhile, and its reading begins elsewhere: it waits for its own turn
    events = [event for event in mark.unseen(read) if _is_watched(desk, event)]
    for outcome in judge(rounds, events, desk.clock.now(), desk.policy()):
        desk.keep(change, guarded(change, outcome, desk.policy()))
    _remember(desk, change, effect.issue_id, mark.moved(read))
    log.info("read behind the archive", extra={"issue_id": effect.issue_id, "events": len(events)})


def mark_of(reading: Reading, alert: Alert) -> Bookmark | None:
    """From where to read on for the issue's newest round; None when its archive asks for nothing to be read.

    A decision begins anew at what its round had waiting: a third cause that spoke meanwhile must not be lost.
    """
    if not (is_silent(alert) or is_counting(alert)):
        return None
    mark = bookmark_of(reading, alert.issue_id)
    if mark is None or (is_silent(alert) and mark.judged != silence_of(alert)):
        return Bookmark(silence_of(alert), unread_since(alert))
    return mark


def waiting(reading: Reading) -> dict[str, datetime | None]:
    """The archived issues that are to be read, with the instant at which Sentry last saw each, where it said so."""
    told: dict[str, str] = json.loads(reading.value(WAITING) or "{}")
    return {issue_id: datetime.fromisoformat(at) if at else None for issue_id, at in told.items()}


def keep_waiting(change: Change, issues: Mapping[str, datetime | None]) -> None:
    told = json.dumps({name: at.isoformat() if at else "" for name, at in sorted(issues.items())})
    if change.value(WAITING) != told:
        change.set_value(WAITING, told)


def _remember(desk: Desk, change: Change, issue_id: str, mark: Bookmark) -> None:
    """What is read to its end waits no longer, unless Sentry has seen an event that its list does not have yet."""
    left = waiting(change)
    heard = left.get(issue_id)
    is_behind = heard is not None and mark.until <= heard - SECOND
    may_come = heard is not None and desk.clock.now() - heard < INDEXED_WITHIN
    if mark.is_finished and not (is_behind and may_come):
        left.pop(issue_id, None)
        keep_waiting(change, left)
        mark = replace(mark, heard=heard)
    keep_bookmark(change, issue_id, mark)


def _is_watched(desk: Desk, event: IssueEvent) -> bool:
    """The issue was judged to be an alert; of its events those of other environments are not ours."""
    watch = desk.policy().rules.sentry.watch
    return watch.admits(None, event.facts.environment, None, None)
