"""The first start and the poll: what is old stays old, what came back is found, a failing list loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.alert import AlertState, Source
from bot.domain.effects import Announce, ReadIssue, Screen, Service
from bot.ports import TryLater
from bot.services.desk import Desk
from bot.services.reconcile import (
    LISTED_UNTIL,
    MOST_QUIET_READS,
    first_start,
    import_backlog,
    poll,
    set_watermark,
)
from tests.builders import MONDAY_1140, a_snapshot, an_alert
from tests.fakes import FakeClock
from tests.services.desks import FakeReader, a_desk

LONG_AGO = MONDAY_1140 - timedelta(days=40)
ONE_MINUTE = timedelta(minutes=1)


def old(issue_id: str, **changes: object) -> object:
    known = {
        "issue_id": issue_id,
        "substatus": "ongoing",
        "first_seen_at": LONG_AGO,
        "last_seen_at": MONDAY_1140,
    }
    return a_snapshot(**{**known, **changes})


def asked_of_sentry(desk: Desk) -> list[object]:
    return [s.effect for s in desk.store.due(Service.SENTRY, desk.clock.machine(), 99)]


def started(*issues: object) -> tuple[Desk, FakeReader, FakeClock]:
    """A desk after its first start beside these issues."""
    clock = FakeClock()
    desk, reader = a_desk(clock=clock), FakeReader(list(issues))  # type: ignore[arg-type]
    set_watermark(desk)
    assert first_start(desk, reader) is not None
    clock.advance(ONE_MINUTE)
    return desk, reader, clock


def test_the_first_start_counts_what_it_finds_says_so_once_and_opens_nothing() -> None:
    desk, reader, _ = started(old("1"), old("2"), old("3", level="info"))

    [said] = desk.store.due(Service.SLACK, desk.clock.machine(), 9)
    assert isinstance(said.effect, Announce)
    assert said.effect.values == {"n": "2"}  # of those that are watched
    assert first_start(desk, reader) is None
    assert poll(desk, reader).opened == 0
    assert desk.store.alerts() == []


def test_a_first_start_beside_nothing_says_nothing() -> None:
    desk, _, _ = started()
    assert desk.store.due(Service.SLACK, desk.clock.machine(), 9) == []


def test_a_list_that_breaks_off_makes_no_baseline() -> None:
    desk, reader = a_desk(), FakeReader([old("1")], is_silent=True)  # type: ignore[list-item]
    with pytest.raises(TryLater):
        first_start(desk, reader)
    reader.is_silent = False
    assert first_start(desk, reader) == 1


def test_what_is_new_since_then_is_opened_once() -> None:
    desk, reader, clock = started()
    reader.issues = [a_snapshot(issue_id="9", first_seen_at=clock.now(), last_seen_at=clock.now())]

    assert poll(desk, reader).opened == 1
    [alert] = desk.store.alerts()
    assert alert.source is Source.POLL
    assert poll(desk, reader).opened == 0
    assert len(desk.store.alerts()) == 1


def test_an_old_one_that_turns_loud_or_was_not_there_has_come_back() -> None:
    desk, reader, clock = started(old("1"), old("2"))
    later = {"last_seen_at": clock.now()}
    reader.issues = [
        old("1", **later),  # type: ignore[list-item]
        old("2", substatus="escalating", **later),  # type: ignore[list-item]
        old("3", **later),  # type: ignore[list-item]
    ]

    assert poll(desk, reader).opened == 2
    assert {a.issue_id for a in desk.store.alerts()} == {"2", "3"}


def test_a_poll_that_breaks_off_is_done_again_from_where_the_last_whole_one_began() -> None:
    desk, reader, clock = started()
    poll(desk, reader)
    whole = desk.store.value(LISTED_UNTIL)
    assert whole == clock.now().isoformat()
    clock.advance(timedelta(hours=3))
    reader.is_silent = True
    with pytest.raises(TryLater):
        poll(desk, reader)
    assert desk.store.value(LISTED_UNTIL) == whole
    asked_from = reader.asked[-1][0]
    assert asked_from is not None
    assert asked_from <= datetime.fromisoformat(whole)


def test_an_open_alert_that_is_no_longer_listed_is_asked_about_and_a_metric_alert_is_not() -> None:
    desk, reader, _ = started()
    with desk.change() as change:
        change.save(an_alert(issue_id="7", state=AlertState.MEDIUM))
        change.save(an_alert(issue_id="8", state=AlertState.SMALL))
        change.save(an_alert(issue_id="metric-1", source=Source.METRIC_ALERT))

    poll(desk, reader)

    assert [e.issue_id for e in asked_of_sentry(desk) if isinstance(e, ReadIssue)] == ["7"]


def test_archived_ones_are_asked_about_a_few_at_a_time_in_turn_until_all_were() -> None:
    desk, reader, clock = started()
    archived = {str(number) for number in range(12)}
    with desk.change() as change:
        for number in archived:
            change.save(an_alert(issue_id=number, state=AlertState.SMALL, issue_status="ignored"))
        change.save(an_alert(issue_id="99", state=AlertState.CLOSED, issue_status="resolved"))

    asked: set[str] = set()
    for _ in range(3):
        assert poll(desk, reader).asked == MOST_QUIET_READS
        asked |= {e.issue_id for e in asked_of_sentry(desk) if isinstance(e, ReadIssue)}
        clock.advance(ONE_MINUTE)

    assert asked == archived


def test_a_known_one_is_asked_about_only_when_the_list_says_something_new() -> None:
    desk, reader, clock = started()
    with desk.change() as change:
        change.save(an_alert(issue_id="7", count=3))
    reader.issues = [a_snapshot(issue_id="7", count=3, last_seen_at=clock.now())]
    assert poll(desk, reader).asked == 0
    reader.issues = [a_snapshot(issue_id="7", count=4, last_seen_at=clock.now())]
    assert poll(desk, reader).asked == 1


def test_the_watched_environments_are_asked_for_by_name() -> None:
    desk, reader, _ = started()
    poll(desk, reader)
    assert {environments for _, environments in reader.asked} == {("production",)}
    assert not any(isinstance(e, Screen) for e in asked_of_sentry(desk))


def test_the_backlog_is_brought_in_up_to_a_number_and_rings_at_nobody() -> None:
    desk, reader, _ = started(old("1"), old("2", substatus="escalating"), old("3"))

    assert import_backlog(desk, reader, 2) == 2
    assert import_backlog(desk, reader, 9) == 1
    assert import_backlog(desk, reader, 9) == 0
    assert {a.source for a in desk.store.alerts()} == {Source.IMPORT}
    assert not any(a.suspicions for a in desk.store.alerts())
