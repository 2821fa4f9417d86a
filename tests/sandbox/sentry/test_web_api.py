"""An issue's events, by place in time, by id and as pages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox
from bot.sandbox.sentry.event_answers import DETAILS


@pytest.fixture
def path(sentry: SentrySandbox, clock: Any) -> str:
    """An issue with three events, an hour apart, the last of another cause and environment."""
    issue_id = sentry.event({"type": "E", "value": "1", "event_id": "a" * 32, "short_id": "KYC-API-1A"})
    clock.forward(hours=1)
    sentry.event({"type": "E", "value": "2", "event_id": "b" * 32, "issue_id": issue_id})
    clock.forward(hours=1)
    sentry.event(
        {"type": "E", "value": "3", "event_id": "c" * 32, "issue_id": issue_id, "environment": "staging"}
    )
    return f"organizations/acme-kyc/issues/{issue_id}/events/"


@pytest.mark.parametrize(
    ("which", "letter"), [("latest", "c"), ("oldest", "a"), ("recommended", "c"), ("b" * 32, "b")]
)
def test_an_event_is_found_by_its_place_or_id(api: Any, path: str, which: str, letter: str) -> None:
    assert api.get(f"{path}{which}/")["eventID"] == letter * 32


def test_an_event_names_its_neighbours(api: Any, path: str) -> None:
    events = {which: api.get(f"{path}{which}/") for which in ("oldest", "b" * 32, "latest")}

    assert [(e["previousEventID"], e["nextEventID"]) for e in events.values()] == [
        (None, "b" * 32),
        ("a" * 32, "c" * 32),
        ("b" * 32, None),
    ]


@pytest.mark.parametrize("which", ["d" * 32, "newest"])
def test_an_unknown_event_is_404(api: Any, path: str, which: str) -> None:
    assert api.call("GET", f"{path}{which}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "cba"),
        ("?per_page=2", "cb"),
        ("?per_page=2&cursor=0:1:0", "a"),
        ("?start=2026-11-02T03:40:00Z&end=2026-11-03T00:00:00", "cb"),
        ("?start=2026-11-01T00:00:00&end=2026-11-02T03:40:00", "a"),
        ("?statsPeriod=90m", "cb"),
        ("?environment=staging", "c"),
    ],
)
def test_the_list_is_newest_first_within_what_is_asked(api: Any, path: str, query: str, found: str) -> None:
    assert "".join(event["eventID"][0] for event in api.get(path + query)) == found


def test_only_the_full_list_has_frames(api: Any, path: str) -> None:
    assert "entries" not in api.get(path)[0]
    assert api.get(f"{path}?full=true")[0]["entries"][0]["type"] == "exception"


@pytest.mark.parametrize(
    "bounds",
    [
        "start=2026-11-02T03:40:00",
        "end=2026-11-02T03:40:00",
        "start=2026-11-03T00:00:00&end=2026-11-02T00:00:00",
    ],
)
def test_a_list_is_bounded_on_both_sides_or_on_none(api: Any, path: str, bounds: str) -> None:
    assert api.call("GET", f"{path}?{bounds}").status_code == 400


def test_a_full_list_tells_whole_seconds_and_no_neighbours(
    api: Any, path: str, sentry: SentrySandbox
) -> None:
    sentry.event({"type": "E", "issue_id": path.split("/")[3], "at": "2026-11-02T06:00:00.250000+00:00"})

    listed, alone = api.get(f"{path}?full=1")[0], api.get(f"{path}latest/")

    assert set(alone) - set(listed) == set(DETAILS)
    assert (listed["dateCreated"], alone["dateCreated"]) == (
        "2026-11-02T06:00:00Z",
        "2026-11-02T06:00:00.250000Z",
    )


def test_an_issue_is_read_by_its_short_id_too(api: Any, path: str) -> None:
    assert api.issue("KYC-API-1A")["id"] == api.issue("kyc-api-1a")["id"] == path.split("/")[3]


def test_a_tag_counts_its_values(api: Any, path: str) -> None:
    tag = api.get(path.replace("events/", "tags/environment/"))

    assert [(value["value"], value["count"]) for value in tag["topValues"]] == [
        ("production", 2),
        ("staging", 1),
    ]
    assert api.call("GET", path.replace("events/", "tags/nothing/")).status_code == 404
