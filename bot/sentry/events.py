"""An issue's events, read back in time from pages of the API. Used by the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bot.domain.receipts import EventsRead, IssueEvent
from bot.sentry.caller import Answer, expect
from bot.sentry.event import facts_from_api_event, occurred_at
from bot.sentry.untrusted import Json, line, mapping, sequence

EVENTS_PAGE = "50"
"""Whole events of one page; ours: Sentry gives up to 100, but whole ones take some 20 kB each and may take 1 MiB."""
MOST_EVENT_PAGES = 4
"""Pages of one reading; ours: at 4 a second one loud issue holds the others up for a second or two."""


def window(since: datetime, before: datetime | None) -> Mapping[str, str]:
    """The bounds in time as Sentry wants them: both or none (sentry: `api/utils.py`)."""
    return {} if before is None else {"start": _spelled(since), "end": _spelled(before)}


def read_back(pages: Iterable[Answer], since: datetime) -> EventsRead:
    """All events of these pages that are not older than `since`, newest first. Raises NotAllowed or Refused.

    A page is read whole before an older event ends the reading: within a page no order is promised.
    """
    found: list[IssueEvent] = []
    is_complete = True
    for page in pages:
        if page.is_gone:
            return EventsRead(None)
        rows = map(mapping, sequence(expect(page, "read events").body))
        events = [event for event in map(_event, rows) if event is not None]
        newer = [event for event in events if event.at >= since]
        found += newer
        is_complete = page.next_cursor is None or len(newer) < len(events)
        if is_complete:
            break
    return EventsRead(tuple(sorted(found, key=lambda event: event.at, reverse=True)), is_complete)


def _event(row: Json) -> IssueEvent | None:
    """None for what has no id or no time: it could not be told from an event that was read before."""
    name, at = line(row.get("eventID")) or line(row.get("id")), occurred_at(row)
    return IssueEvent(name, at, facts_from_api_event(row)) if name and at else None


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
