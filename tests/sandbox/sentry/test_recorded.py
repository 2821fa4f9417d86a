"""Recorded webhook bodies teach the API the issues they speak of."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox
from tests.sandbox.sentry.conftest import PAYLOADS

ALL = sorted(path.name for path in (PAYLOADS / "webhooks").glob("*.json"))
WITHOUT_ISSUE = ("metric_alert", "installation", "legacy_plugin", "unknown_resource")


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith(WITHOUT_ISSUE)])
def test_the_api_answers_for_the_issue_of_every_recorded_body(
    sentry: SentrySandbox, api: Any, payload: Any, name: str
) -> None:
    issue_id = sentry.load_webhook_issue(payload(f"webhooks/{name}"))

    issue = api.issue(issue_id)

    assert issue["id"] == issue_id
    if not name.startswith(("comment", "activity_alert")):
        assert api.call("GET", f"organizations/acme-kyc/issues/{issue_id}/events/latest/").status_code == 200


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith(WITHOUT_ISSUE)])
def test_a_body_without_an_issue_is_refused(sentry: SentrySandbox, payload: Any, name: str) -> None:
    with pytest.raises(ValueError, match="no issue"):
        sentry.load_webhook_issue(payload(f"webhooks/{name}"))


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("issue.")])
def test_an_issue_body_is_answered_as_it_was_sent(
    sentry: SentrySandbox, api: Any, payload: Any, clock: Any, name: str
) -> None:
    given = payload(f"webhooks/{name}")["data"]["issue"]
    clock.at = clock.at.replace(month=8, day=28, hour=9, minute=31)
    if given["substatus"] == "new":
        clock.at = clock.at.replace(day=21)

    sentry.load_webhook_issue(payload(f"webhooks/{name}"))

    issue = api.issue(given["id"])
    same = (
        "shortId",
        "title",
        "culprit",
        "level",
        "status",
        "substatus",
        "count",
        "userCount",
        "metadata",
        "priority",
    )
    assert {key: issue[key] for key in same} == {key: given[key] for key in same}
    assert (issue["assignedTo"] or {}).get("id") == (given["assignedTo"] or {}).get("id")


@pytest.mark.parametrize(
    ("name", "line", "user"),
    [
        ("issue.ignored.until_escalating", "set_ignored", "Aiko Tanaka"),
        ("issue.ignored.by_this_integration", "set_ignored", None),
        ("issue.resolved", "set_resolved", "Aiko Tanaka"),
        ("issue.unresolved.regressed", "set_regression", None),
        ("issue.unresolved.escalating", "set_escalating", None),
        ("issue.unresolved.manual", "set_unresolved", "Aiko Tanaka"),
        ("issue.assigned.user", "assigned", "Aiko Tanaka"),
    ],
)
def test_a_change_leaves_its_line_of_history(
    sentry: SentrySandbox, api: Any, payload: Any, name: str, line: str, user: str | None
) -> None:
    issue_id = sentry.load_webhook_issue(payload(f"webhooks/{name}.json"))

    history = [item for item in api.issue(issue_id)["activity"] if item["type"] == line]

    assert len(history) == 1
    assert (history[0]["user"] or {}).get("name") == user


def test_the_event_of_a_body_is_answered_in_the_apis_spelling(
    sentry: SentrySandbox, api: Any, payload: Any
) -> None:
    body = payload("webhooks/event_alert.triggered.deadlock_b_async_worker.json")
    recorded = payload("api/issue.latest_event.json")["response"]["body"]

    issue_id = sentry.load_webhook_issue(body)

    event = api.get(f"organizations/acme-kyc/issues/{issue_id}/events/latest/")
    same = (
        "eventID",
        "groupID",
        "projectID",
        "title",
        "culprit",
        "tags",
        "entries",
        "user",
        "dateCreated",
        "contexts",
    )
    assert {key: event[key] for key in same} == {key: recorded[key] for key in same}


def test_the_two_deadlocks_have_their_recorded_short_ids(sentry: SentrySandbox, payload: Any) -> None:
    for name in ("deadlock_b_async_worker", "deadlock_a_step2_controller"):
        sentry.load_webhook_issue(payload(f"webhooks/event_alert.triggered.{name}.json"))

    assert sentry.issue("KYC-API-1A")["id"] == "6100000101"
    assert sentry.issue("KYC-API-1B")["id"] == "6100000102"
    assert sentry.issue("KYC-API-1A")["title"] == sentry.issue("KYC-API-1B")["title"]


def test_the_same_body_twice_is_one_event(sentry: SentrySandbox, payload: Any) -> None:
    body = payload("webhooks/event_alert.triggered.deadlock_a_step2_controller.json")

    sentry.load_webhook_issue(body)
    sentry.load_webhook_issue(body)

    assert sentry.issue("6100000101")["count"] == "1"
