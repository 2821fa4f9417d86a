"""Taken out of the archive by hand: noticed by the next poll, whatever the number of archived issues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import AlertState
from bot.domain.effects import ReadIssue, Service
from bot.services import unarchived
from bot.services.archive import read_behind_the_archive
from bot.services.desk import Desk
from bot.services.reconcile import MOST_QUIET_READS, MOST_READS, set_watermark
from tests.builders import MONDAY_1140, a_snapshot, an_alert
from tests.fakes import FakeClock
from tests.services.desks import FakeReader, a_desk

LONG_AGO = MONDAY_1140 - timedelta(days=40)
NAMES = [str(number) for number in range(100, 130)]


def archived(*names: str) -> tuple[Desk, FakeReader]:
    """A desk that knows these issues as archived, and a Sentry that lists them; none was seen of late."""
    clock = FakeClock()
    desk, reader = a_desk(clock=clock), FakeReader()
    set_watermark(desk)
    with desk.change() as change:
        for name in names:
            change.save(an_alert(issue_id=name, state=AlertState.SMALL, issue_status="ignored"))
            reader.issues.append(a_snapshot(issue_id=name, status="ignored", last_seen_at=LONG_AGO))
    return desk, reader


def take_out(reader: FakeReader, *names: str) -> None:
    for number, issue in enumerate(reader.issues):
        if issue.issue_id in names:
            reader.issues[number] = replace(issue, status="unresolved", substatus="ongoing")


def asked_about(desk: Desk) -> list[str]:
    due = desk.store.due(Service.SENTRY, desk.clock.machine(), 999)
    return [saved.effect.issue_id for saved in due if isinstance(saved.effect, ReadIssue)]


def test_of_many_archived_issues_the_one_taken_out_by_hand_is_asked_about_at_the_next_poll() -> None:
    desk, reader = archived(*NAMES)
    read_behind_the_archive(desk, reader)
    assert asked_about(desk) == []

    take_out(reader, NAMES[20])
    read_behind_the_archive(desk, reader)

    assert asked_about(desk) == [NAMES[20]]


def test_it_is_asked_about_once_and_not_at_every_poll() -> None:
    desk, reader = archived(*NAMES)
    read_behind_the_archive(desk, reader)
    take_out(reader, NAMES[20])
    read_behind_the_archive(desk, reader)
    with desk.change() as change:
        for saved in desk.store.due(Service.SENTRY, desk.clock.machine(), 999):
            change.update_effect(replace(saved, due_at=desk.clock.machine() + timedelta(days=1)))

    read_behind_the_archive(desk, reader)

    assert asked_about(desk) == []


def test_an_issue_that_sentry_never_listed_tells_nothing_by_not_being_there() -> None:
    desk, reader = archived(*NAMES)
    take_out(reader, NAMES[20])

    read_behind_the_archive(desk, reader)
    read_behind_the_archive(desk, reader)

    assert asked_about(desk) == []


def test_when_many_are_taken_out_at_once_each_poll_asks_about_as_many_as_it_may() -> None:
    names = [str(number) for number in range(MOST_READS + 10)]
    desk, reader = archived(*names)
    read_behind_the_archive(desk, reader)
    take_out(reader, *names)

    read_behind_the_archive(desk, reader)
    assert len(asked_about(desk)) == MOST_READS
    read_behind_the_archive(desk, reader)
    assert sorted(asked_about(desk)) == sorted(names)


def test_a_list_that_was_not_read_to_its_end_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, reader = archived(*NAMES)
    read_behind_the_archive(desk, reader)
    monkeypatch.setattr(unarchived, "MOST_LISTED", 10)

    read_behind_the_archive(desk, reader)

    assert asked_about(desk) == []


def test_a_few_are_read_in_turn_anyway_and_cost_no_whole_list() -> None:
    few, several = archived(*NAMES[:MOST_QUIET_READS]), archived(*NAMES[: MOST_QUIET_READS + 1])
    for desk, reader in (few, several):
        read_behind_the_archive(desk, reader)

    assert few[1].archive_asked[0] is not None
    assert several[1].archive_asked == [None]
