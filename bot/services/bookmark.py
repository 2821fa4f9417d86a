"""How far an archived issue's events have been read, kept by issue in the store. Used by `bot.services.silencing`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.receipts import EventsRead, IssueEvent
from bot.ports import Change, Reading

NAME = "archive_read:"
"""Under this name and the issue's id the store keeps a bookmark: JSON."""
LATE = timedelta(minutes=2)
"""Each reading goes this far behind the last one; ours: Sentry's index lags its events by seconds."""
SECOND = timedelta(seconds=1)
"""How finely Sentry's list of events tells and bounds time (sentry: `issues/endpoints/group_events.py`)."""


@dataclass(frozen=True)
class Bookmark:
    """All events up to `until` are read and judged."""

    judged: str
    """The decision with which the silence began: another one reads again what its round had waiting."""
    until: datetime
    heard: datetime | None = None
    """When Sentry said that it had last seen the issue, as far as that was followed."""
    seen: tuple[tuple[str, datetime], ...] = ()
    """Events that the next reading will meet again."""
    top: datetime | None = None
    """Of an unfinished reading: its newest event, "until" once it has come down."""
    before: datetime | None = None
    """Of an unfinished reading: it goes on below this."""

    @property
    def since(self) -> datetime:
        """Down to where the next reading goes."""
        return self.until - LATE

    def is_behind(self, seen_at: datetime) -> bool:
        """Whether an issue last seen then has an event that was not read; lists of events tell whole seconds only."""
        return seen_at > (self.heard or self.until)

    @property
    def is_finished(self) -> bool:
        return self.before is None

    def unseen(self, read: EventsRead) -> list[IssueEvent]:
        """The events of this reading that have not been judged yet."""
        known = {event_id for event_id, _ in self.seen}
        return [event for event in read.events or () if event.id not in known]

    def moved(self, read: EventsRead) -> Bookmark:
        """After this reading."""
        events = read.events or ()
        top = max([self.top or self.until, *(event.at for event in events)])
        seen = dict(self.seen) | {event.id: event.at for event in events}
        if read.is_complete or not events:
            kept = tuple((name, at) for name, at in seen.items() if at >= top - LATE)
            return replace(self, until=top, seen=kept, top=None, before=None)
        lowest = min(event.at for event in events)
        # A second that holds more events than one reading would never be got past.
        before = lowest + SECOND if self.before is None or lowest + SECOND < self.before else lowest
        kept = tuple(
            (name, at) for name, at in seen.items() if at >= top - LATE or at <= max(before, self.until)
        )
        return replace(self, seen=kept, top=top, before=before)


def bookmark_of(reading: Reading, issue_id: str) -> Bookmark | None:
    """How far this issue has been read; None when it never was."""
    kept = reading.value(NAME + issue_id)
    if kept is None:
        return None
    told = json.loads(kept)
    return Bookmark(
        judged=told["judged"],
        until=datetime.fromisoformat(told["until"]),
        heard=_instant(told["heard"]),
        seen=tuple((name, datetime.fromisoformat(at)) for name, at in told["seen"].items()),
        top=_instant(told["top"]),
        before=_instant(told["before"]),
    )


def keep_bookmark(change: Change, issue_id: str, mark: Bookmark) -> None:
    told = {
        "judged": mark.judged,
        "until": mark.until.isoformat(),
        "heard": mark.heard.isoformat() if mark.heard else None,
        "seen": {name: at.isoformat() for name, at in mark.seen},
        "top": mark.top.isoformat() if mark.top else None,
        "before": mark.before.isoformat() if mark.before else None,
    }
    change.set_value(NAME + issue_id, json.dumps(told))


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
