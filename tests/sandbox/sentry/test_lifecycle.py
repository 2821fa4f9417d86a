"""The rules by which Sentry itself ends archives, finds regressions and lets issues grow old."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.sentry import EventDescription, SentrySandbox


def state_of(sentry: SentrySandbox, issue_id: str) -> tuple[str, str | None]:
    issue = sentry.issue(issue_id)
    return issue["status"], issue["substatus"]


def test_a_first_event_makes_a_new_issue_and_tells_of_it(sentry: Any, receiver: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)

    assert state_of(sentry, issue_id) == ("unresolved", "new")
    assert receiver.kinds() == ["event_alert.triggered", "issue.created"]


def test_a_second_event_of_the_same_frames_joins_the_issue_silently(
    sentry: Any, receiver: Any, deadlock: Any
) -> None:
    first = sentry.event(deadlock)
    receiver.taken.clear()

    second = sentry.event(replace(deadlock, user={"id": "ap_9"}))

    assert second == first
    assert (sentry.issue(first)["count"], sentry.issue(first)["userCount"]) == ("2", 2)
    assert receiver.kinds() == []


def test_the_same_title_from_other_frames_is_another_issue(sentry: Any, deadlock: Any) -> None:
    raised = replace(deadlock.exceptions[-1], frames=deadlock.exceptions[-1].frames[:-1])

    other = sentry.event(replace(deadlock, exceptions=(raised,)))

    assert other != sentry.event(deadlock)


def test_a_resolved_issue_that_occurs_again_is_regressed_and_told(
    sentry: Any, receiver: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.resolve(issue_id)
    receiver.taken.clear()

    sentry.occur(issue_id)

    assert state_of(sentry, issue_id) == ("unresolved", "regressed")
    assert receiver.kinds() == ["event_alert.triggered", "issue.unresolved"]
    assert receiver.bodies()[1]["actor"] == {"type": "application", "id": "sentry", "name": "Sentry"}
    line = sentry.issue(issue_id)["activity"][0]
    assert (line["type"], line["user"], line["data"]["version"]) == (
        "set_regression",
        None,
        "kyc-api@2026.10.30",
    )


def test_resolved_in_the_next_release_regresses_only_there(sentry: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.resolve(issue_id, in_next_release=True)

    sentry.occur(issue_id)
    before = state_of(sentry, issue_id)
    sentry.event(replace(deadlock, release="kyc-api@2026.11.2"))

    assert before == ("resolved", None)
    assert state_of(sentry, issue_id) == ("unresolved", "regressed")


def test_an_archived_issue_counts_but_rings_nothing(sentry: Any, receiver: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id)
    receiver.taken.clear()

    sentry.occur(issue_id, times=5, deliver=("event_alert", "issue.created"))

    assert state_of(sentry, issue_id) == ("ignored", "archived_until_escalating")
    assert sentry.issue(issue_id)["count"] == "6"
    assert receiver.kinds() == []


def test_more_events_in_an_hour_than_forecast_end_the_archive(
    sentry: Any, receiver: Any, clock: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id)
    clock.forward(days=1, hours=1)
    receiver.taken.clear()

    sentry.occur(issue_id, times=10)
    at_forecast = state_of(sentry, issue_id)
    sentry.occur(issue_id)

    assert at_forecast == ("ignored", "archived_until_escalating")
    assert state_of(sentry, issue_id) == ("unresolved", "escalating")
    assert receiver.kinds() == ["event_alert.triggered", "issue.unresolved"]
    assert sentry.issue(issue_id)["activity"][0]["type"] == "set_escalating"


def test_an_issue_of_the_first_day_does_not_escalate_out_of_its_archive(sentry: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id)

    sentry.occur(issue_id, times=30)

    assert state_of(sentry, issue_id) == ("ignored", "archived_until_escalating")


def test_an_archive_for_ever_ends_by_nothing(sentry: Any, receiver: Any, clock: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id, substatus=None)
    clock.forward(days=30)
    receiver.taken.clear()

    sentry.occur(issue_id, times=50)
    sentry.escalate(issue_id)

    assert state_of(sentry, issue_id) == ("ignored", "archived_forever")
    assert receiver.kinds() == []


@pytest.mark.parametrize(
    ("details", "events", "state"),
    [
        ({"ignoreCount": 3}, 2, ("ignored", "archived_until_condition_met")),
        ({"ignoreCount": 3}, 3, ("unresolved", "escalating")),
        ({"ignoreCount": 3, "ignoreWindow": 60}, 2, ("unresolved", "escalating")),
        ({"ignoreUserCount": 1}, 9, ("ignored", "archived_until_condition_met")),
        ({"ignoreUserCount": 1, "ignoreUserWindow": 60}, 1, ("unresolved", "escalating")),
    ],
)
def test_a_count_reached_ends_the_archive(
    sentry: Any, deadlock: Any, details: dict[str, int], events: int, state: tuple[str, str]
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id, substatus="archived_until_condition_met", details=details)

    sentry.occur(issue_id, times=events)

    assert state_of(sentry, issue_id) == state


@pytest.mark.parametrize("seen_by", ["an event", "time alone"])
def test_a_duration_over_ends_the_archive_and_tells_nobody(
    sentry: Any, receiver: Any, clock: Any, deadlock: Any, seen_by: str
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id, substatus="archived_until_condition_met", details={"ignoreDuration": 30})
    receiver.taken.clear()
    clock.forward(minutes=31)

    if seen_by == "an event":
        sentry.event(deadlock)

    assert state_of(sentry, issue_id) == ("unresolved", "ongoing")
    assert "issue.unresolved" not in receiver.kinds()
    assert sentry.issue(issue_id)["activity"][0]["type"] == "set_unresolved"


@pytest.mark.parametrize(("days", "substatus"), [(1, "new"), (8, "ongoing")])
def test_taken_out_of_the_archive_by_a_person_is_not_told(
    sentry: Any, receiver: Any, clock: Any, deadlock: Any, days: int, substatus: str
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id)
    clock.forward(days=days)
    receiver.taken.clear()

    sentry.unarchive(issue_id)

    assert state_of(sentry, issue_id) == ("unresolved", substatus)
    assert receiver.kinds() == []
    assert sentry.issue(issue_id)["activity"][0]["user"]["name"] == "Aiko Tanaka"


def test_a_young_issue_turns_escalating_without_a_word_when_its_project_has_a_threshold(
    sentry: Any, receiver: Any, deadlock: Any
) -> None:
    sentry.book.young_escalation_rate = 5.0
    issue_id = sentry.event(deadlock)

    sentry.occur(issue_id, times=8)
    at_nine = state_of(sentry, issue_id)
    sentry.occur(issue_id)

    assert at_nine == ("unresolved", "new")
    assert state_of(sentry, issue_id) == ("unresolved", "escalating")
    assert "issue.unresolved" not in receiver.kinds()


def test_after_its_first_day_an_issue_does_not_turn_escalating(
    sentry: Any, clock: Any, deadlock: Any
) -> None:
    sentry.book.young_escalation_rate = 0.1
    issue_id = sentry.event(deadlock)
    clock.forward(hours=24)

    sentry.occur(issue_id, times=20)

    assert state_of(sentry, issue_id) == ("unresolved", "new")


def test_new_becomes_ongoing_after_seven_days_and_nobody_is_told(
    sentry: Any, receiver: Any, clock: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock)
    receiver.taken.clear()

    clock.forward(days=6, hours=23)
    before = state_of(sentry, issue_id)
    clock.forward(hours=1)

    assert before == ("unresolved", "new")
    assert state_of(sentry, issue_id) == ("unresolved", "ongoing")
    assert sentry.issue(issue_id)["activity"][0]["type"] == "auto_set_ongoing"
    assert receiver.kinds() == []


def test_the_issue_takes_title_and_culprit_of_its_latest_event(sentry: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)

    sentry.event(
        EventDescription(issue_id=issue_id, message="Backlog above 500", culprit="probe", level="warning")
    )

    issue = sentry.issue(issue_id)
    assert (issue["title"], issue["culprit"], issue["level"]) == ("Backlog above 500", "probe", "warning")
