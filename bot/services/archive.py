"""Use case: the poll looks behind the archive: issues decided Small that Sentry has seen since are read, in turn."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import EffectState, ReadEvents, effect_id
from bot.domain.silencing import is_silent, silence_of
from bot.ports import Change, IssueReader
from bot.services.bookmark import Bookmark, bookmark_of
from bot.services.desk import Desk
from bot.services.reconcile import OVERLAP, exact_environments, watermark_of
from bot.services.silencing import keep_waiting, mark_of, waiting
from bot.services.unarchived import ArchiveListing

LISTED_UNTIL = "archive_listed_until"
"""Under this name the store keeps until when archived issues were listed."""
MOST_ISSUES = 20
"""Issues read because of one poll; ours: with their pages 80 requests at the most, at 4 a second 20 seconds."""


def read_behind_the_archive(desk: Desk, reader: IssueReader) -> int:
    """Ask for the events of archived issues that have new ones, oldest read first. Returns for how many issues.

    Raises TryLater or Refused from the reader.
    """
    started = desk.clock.now()
    last = desk.store.value(LISTED_UNTIL)
    since = (datetime.fromisoformat(last) if last else watermark_of(desk)) - OVERLAP
    found: dict[str, datetime | None] = {}
    for alert in desk.store.alerts((AlertState.SMALL,)):
        if _is_unread(desk, alert):
            found[alert.issue_id] = None
    listing = ArchiveListing(desk, since)
    for issue in listing.read(reader, exact_environments(desk)):
        alert = desk.store.latest_round(issue.issue_id)
        mark = mark_of(desk.store, alert) if alert else None
        if mark and issue.last_seen_at and mark.is_behind(issue.last_seen_at):
            found[issue.issue_id] = issue.last_seen_at
    with desk.change() as change:
        known = waiting(change)
        marks = _marks(change, {**known, **found})
        keep_waiting(change, {name: found.get(name) or known.get(name) for name in marks})
        change.set_value(LISTED_UNTIL, started.isoformat())
        listing.ask_after_the_missing(change)
        return _ask(desk, change, marks)


def _is_unread(desk: Desk, alert: Alert) -> bool:
    """Decided Small, and not read since."""
    mark = bookmark_of(desk.store, alert.issue_id)
    return is_silent(alert) and (mark is None or mark.judged != silence_of(alert))


def _marks(change: Change, issues: dict[str, datetime | None]) -> dict[str, Bookmark]:
    """How far each is read; without those of which nothing is to be read any more."""
    newest = {issue_id: change.latest_round(issue_id) for issue_id in issues}
    marks = {issue_id: mark_of(change, alert) for issue_id, alert in newest.items() if alert}
    return {issue_id: mark for issue_id, mark in marks.items() if mark}


def _ask(desk: Desk, change: Change, marks: dict[str, Bookmark]) -> int:
    """The oldest read first. One that is on its way already counts and is not hurried; one given up is left alone."""
    in_turn = sorted(marks, key=lambda name: (marks[name].until, name))
    effects = [ReadEvents(name, since=marks[name].since, before=marks[name].before) for name in in_turn]
    stored = [(effect, change.effect(effect_id(effect))) for effect in effects]
    asked = [(e, s) for e, s in stored if s is None or s.state is not EffectState.GIVEN_UP][:MOST_ISSUES]
    for effect, saved in asked:
        if saved is None or saved.state is not EffectState.WAITING or saved.effect != effect:
            change.add(effect, desk.clock.machine())
    return len(asked)
