"""A short description becomes a whole event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.sentry import EventDescription, Frame, Raised
from bot.sandbox.sentry.directory import Directory
from bot.sandbox.sentry.samples import describe, event_body, hash_of, title_of

AT = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)
IN_A = {"type": "E", "frames": [{"filename": "a"}]}
PROJECT = Directory().add_project("kyc-api")


def body_of(given: Any) -> dict[str, Any]:
    return event_body(describe(given), PROJECT, "e" * 32, AT)


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"type": "A::B", "value": "first line\nsecond"}, "A::B: first line"),
        ({"type": "A::B", "value": ""}, "A::B"),
        ({"type": "A::B", "value": None}, "A::B"),
        ({"type": None, "value": "x"}, "<unlabeled event>"),
        ({"type": "T" * 200, "value": "v" * 200}, "T" * 128 + ": " + "v" * 100),
        ({"message": "Backlog above 500\nmore"}, "Backlog above 500"),
        ({"message": "x", "title": "Monitor failure"}, "Monitor failure"),
        ({}, "<unlabeled event>"),
    ],
)
def test_a_title_is_made_as_sentry_makes_it(given: Any, title: str) -> None:
    assert title_of(describe(given)) == title


def test_a_dict_says_the_same_as_the_dataclasses() -> None:
    frames = [{"filename": "a.rb", "function": "f", "lineno": 3}, {"filename": "gem.rb", "in_app": False}]
    given = {
        "exceptions": [{"type": "Cause", "value": "x"}, {"type": "Raised", "value": "y", "frames": frames}],
        "fingerprint": ["a"],
        "at": "2026-11-02T02:40:00+00:00",
    }

    described = describe(given)

    assert described == EventDescription(
        exceptions=(
            Raised("Cause", "x"),
            Raised("Raised", "y", (Frame("a.rb", "f", 3), Frame("gem.rb", in_app=False))),
        ),
        fingerprint=("a",),
        at=AT,
    )


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(ValueError, match="enviroment"):
        describe({"enviroment": "production"})


def test_the_location_is_the_last_frame_of_the_application() -> None:
    frames = [{"filename": "a.rb", "function": "f"}, {"filename": "gem.rb", "function": "g", "in_app": False}]

    body = body_of({"type": "E", "value": "x", "frames": frames})

    assert (body["location"], body["metadata"]["function"]) == ("a.rb", "f")


def test_tags_tell_what_the_description_says_elsewhere() -> None:
    body = body_of(
        {
            "type": "E",
            "release": "r1",
            "transaction": "X#y",
            "tags": {"queue": "q"},
            "user": {"email": "a@b.example"},
        }
    )

    assert body["tags"] == [
        ["environment", "production"],
        ["handled", "no"],
        ["level", "error"],
        ["queue", "q"],
        ["release", "r1"],
        ["transaction", "X#y"],
        ["user", "email:a@b.example"],
    ]


def test_a_message_has_no_exception_and_an_exception_no_message() -> None:
    message, raised = body_of({"message": "hello"}), body_of({"type": "E", "value": "x"})

    assert ("exception" in message, message["logentry"]["formatted"], message["type"]) == (
        False,
        "hello",
        "default",
    )
    assert ("logentry" in raised, raised["type"]) == (False, "error")


def test_an_outage_carries_an_occurrence(payload: Any) -> None:
    body = body_of(
        {
            "title": "Monitor failure: finalize-sweeper",
            "culprit": "missed",
            "issue_category": "outage",
            "issue_type": "monitor_check_in_failure",
        }
    )

    recorded = payload("webhooks/event_alert.triggered.occurrence_cron_missed.json")["data"]["event"]
    assert body["occurrence"].keys() == recorded["occurrence"].keys()
    assert (body["occurrence"]["type"], body["type"]) == (4001, "generic")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"type": "E", "value": "1"}, {"type": "E", "value": "2"}, False),
        (
            {"type": "E", "frames": [{"filename": "a"}]},
            {"type": "E", "value": "", "frames": [{"filename": "a"}]},
            True,
        ),
        (IN_A, {"type": "E", "frames": [{"filename": "b"}]}, False),
        ({"type": "E", "fingerprint": ["x"]}, {"type": "F", "fingerprint": ["x"]}, True),
        ({"message": "m"}, {"message": "m", "project": "kyc-web"}, False),
    ],
)
def test_events_group_by_fingerprint_or_frames(one: Any, other: Any, same: bool) -> None:
    assert (hash_of(describe(one)) == hash_of(describe(other))) is same
