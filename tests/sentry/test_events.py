"""An issue's events read back in time: pages, bounds, and what is told of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.facts import Frame
from bot.domain.receipts import EventsRead
from bot.ports import Refused
from bot.sandbox.sentry import SentrySandbox
from bot.sentry import client as client_module
from bot.sentry.caller import Answer, NotAllowed, RateLimited
from bot.sentry.client import SentryClient
from bot.sentry.events import read_back
from tests.sentry.conftest import B, Time
from tests.sentry.recorded import PAYLOADS, answer

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LINKS: dict[str, str] = {
    name: json.loads((PAYLOADS / "api" / f"issues.list.{name}.json").read_text("utf-8"))["response"][
        "headers"
    ]
    for name in ("page1", "page2_last")
}
ALONE = ("release", "userReport", "sdkUpdates", "resolvedWith", "nextEventID", "previousEventID")
"""What a list of whole events does not tell (sentry: `api/serializers/models/event.py`)."""


def row(**changes: Any) -> dict[str, Any]:
    """The recorded event as a list of whole events has it."""
    recorded = answer("issue.latest_event")
    return {key: value for key, value in recorded.items() if key not in ALONE} | changes


def page(*rows: object, link: str = "page2_last", status: int = 200) -> Answer:
    return Answer(status, dict(LINKS[link]), list(rows))


def crowd(sentry: SentrySandbox, time: Time, number: int) -> str:
    """An issue with so many events, a minute apart; returns its id."""
    issue = sentry.event({"type": "Crowd", "at": time.now(), "event_id": f"{0:032}"})
    for n in range(1, number):
        at = time.now() + timedelta(minutes=n)
        sentry.event({"type": "Crowd", "issue_id": issue, "at": at, "event_id": f"{n:032}"})
    return issue


def names(read: EventsRead) -> list[int]:
    return [int(event.id) for event in read.events or ()]


def test_a_recorded_event_of_a_list_tells_where_it_broke() -> None:
    read = read_back([page(row())], LONG_AGO)

    assert read.events is not None
    [event] = read.events
    assert (event.id, event.at) == (
        "b0000000000000000000000000000002",
        datetime(2026, 8, 20, 3, 15, 41, 20000, tzinfo=UTC),
    )
    assert event.facts.frame == Frame("app/models/submission.rb", 164, "promote_to_review!")
    assert event.facts.transaction == "Sidekiq/DocumentFinalizeJob"
    assert event.facts.release == "kyc-api@2026.8.14"
    assert ("journey_step", "2-3") in event.facts.tags


def test_a_reading_that_came_down_to_its_bound_is_complete_whatever_follows() -> None:
    old = row(eventID="a" * 32, dateCreated="2025-12-31T23:59:59Z")

    assert read_back([page(row(), old, link="page1")], LONG_AGO).is_complete
    assert read_back([page(row())], LONG_AGO).is_complete
    assert not read_back([page(row(), link="page1")], LONG_AGO).is_complete


def test_a_page_in_another_order_loses_nothing_and_is_told_newest_first() -> None:
    old = row(eventID="a" * 32, dateCreated="2025-12-31T23:59:59Z")
    first, second = (row(eventID=n * 32, dateCreated=f"2026-10-0{n}T00:00:00Z") for n in "12")

    read = read_back([page(old, first, second, link="page1")], LONG_AGO)

    assert [event.id[0] for event in read.events or ()] == ["2", "1"]
    assert read.is_complete


@pytest.mark.parametrize("status", [404, 410])
def test_an_issue_that_is_gone_has_no_list(status: int) -> None:
    assert read_back([page(status=status)], LONG_AGO) == EventsRead(None)


def test_what_cannot_be_told_from_others_is_left_out_and_hostile_rows_break_nothing() -> None:
    rows = (row(eventID=None, id=None), row(dateCreated=None, dateReceived="soon"), None, 7, [], {}, row())

    read = read_back([page(*rows)], LONG_AGO)

    assert [event.id for event in read.events or ()] == ["b" + "0" * 30 + "2"]


def test_what_sentry_refuses_is_told_apart() -> None:
    with pytest.raises(NotAllowed):
        read_back([page(status=403)], LONG_AGO)
    with pytest.raises(Refused):
        read_back([page(status=400)], LONG_AGO)


def test_events_come_newest_first_from_page_to_page_until_the_bound(
    client: SentryClient, sentry: SentrySandbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "EVENTS_PAGE", "2")
    issue = crowd(sentry, time, 7)

    read = client.events(issue, since=time.now() + timedelta(minutes=3))

    assert (names(read), read.is_complete) == ([6, 5, 4, 3], True)
    queries = [call.query for call in sentry.calls]
    assert [query.get("cursor") for query in queries] == [None, ["0:1:0"], ["0:2:0"]]
    assert all(query["full"] == ["true"] for query in queries)
    assert time.waited == pytest.approx([0, 0.25, 0.25])


def test_a_long_list_is_left_off_and_goes_on_below(
    client: SentryClient, sentry: SentrySandbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "EVENTS_PAGE", "2")
    monkeypatch.setattr(client_module, "MOST_EVENT_PAGES", 2)
    issue, since = crowd(sentry, time, 7), time.now()

    first = client.events(issue, since=since)
    assert (names(first), first.is_complete) == ([6, 5, 4, 3], False)
    assert first.events is not None
    second = client.events(issue, since=since, before=first.events[-1].at)

    assert (names(second), second.is_complete) == ([2, 1, 0], True)
    assert sentry.calls[-1].query["start"] == ["2026-11-02T02:40:00"]
    assert sentry.calls[-1].query["end"] == ["2026-11-02T02:43:00"]


def test_the_archive_is_listed_last_seen_first(
    client: SentryClient, sentry: SentrySandbox, time: Time
) -> None:
    issues = [sentry.event({"type": f"E{n}", "at": time.now() + timedelta(minutes=n)}) for n in range(3)]
    for issue in issues[1:]:
        sentry.archive(issue)
    sentry.archive(B)

    found = client.archived(since=time.now(), environments=("production",))

    assert [issue.issue_id for issue in found] == [issues[2], issues[1]]
    assert sentry.calls[-1].query["query"] == ["is:ignored"]


def test_a_name_that_is_none_is_not_asked_for(client: SentryClient, sentry: SentrySandbox) -> None:
    assert client.events("../members", since=LONG_AGO) == EventsRead(None)
    assert client.events("1", since=LONG_AGO) == EventsRead(None)
    assert len(sentry.calls) == 1


def test_too_many_requests_for_too_long_are_told_with_their_pause(
    client: SentryClient, sentry: SentrySandbox, time: Time
) -> None:
    issue = crowd(sentry, time, 1)
    sentry.fail_next(path_contains="/events/", status=429, times=9)

    with pytest.raises(RateLimited):
        client.events(issue, since=LONG_AGO)
