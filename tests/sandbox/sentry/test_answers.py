"""The local Sentry answers with the keys that the recorded answers have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox

ORG = "organizations/acme-kyc"
READS = {
    "issue.get": f"{ORG}/issues/6100000102/",
    "issue.latest_event": f"{ORG}/issues/6100000102/events/latest/",
    "issue.hashes": f"{ORG}/issues/6100000102/hashes/?full=false",
    "issue.tag": f"{ORG}/issues/6100000102/tags/journey_step/",
    "issues.list.page1": f"{ORG}/issues/?query=is:unresolved&limit=1",
    "shortid": f"{ORG}/shortids/KYC-API-1B/",
    "members": f"{ORG}/members/",
    "teams": f"{ORG}/teams/",
}
CHANGES = (
    "issue.put.archive_until_condition",
    "issue.put.archive_until_escalating",
    "issue.put.assign",
    "issue.put.assign_refused",
    "issue.put.resolve",
    "issues.bulk_put",
    "notes.post.undocumented",
    "external_issue.post",
)
FREE_FORM = {"metadata", "statusDetails", "contexts", "data", "sdk"}


def missing_keys(recorded: Any, answered: Any, path: str = "") -> list[str]:
    """The keys of the recorded answer that the other one lacks, and the places where their kinds differ."""
    if isinstance(recorded, dict):
        if not isinstance(answered, dict):
            return [f"{path}: no object"]
        missing = [f"{path}.{key}" for key in recorded if key not in answered]
        common = [key for key in recorded if key in answered and key not in FREE_FORM]
        return missing + [
            line for key in common for line in missing_keys(recorded[key], answered[key], f"{path}.{key}")
        ]
    if isinstance(recorded, list) and recorded:
        if not isinstance(answered, list) or not answered:
            return [f"{path}: no list or empty"]
        return missing_keys(recorded[0], answered[0], f"{path}[0]")
    if recorded is not None and answered is not None and type(recorded) is not type(answered):
        return [f"{path}: {type(answered).__name__} instead of {type(recorded).__name__}"]
    return []


@pytest.fixture
def known(sentry: SentrySandbox, payload: Any, clock: Any) -> SentrySandbox:
    clock.at = datetime(2026, 8, 20, 4, 0, tzinfo=UTC)
    for name in ("deadlock_a_step2_controller", "deadlock_b_async_worker"):
        sentry.load_webhook_issue(payload(f"webhooks/event_alert.triggered.{name}.json"))
    return sentry


@pytest.mark.parametrize("name", READS)
def test_a_read_answers_with_every_key_of_the_recorded_answer(
    known: Any, api: Any, payload: Any, name: str
) -> None:
    recorded = payload(f"api/{name}.json")["response"]

    answer = api.call("GET", READS[name])

    assert answer.status_code == recorded["status"]
    assert missing_keys(recorded["body"], answer.json()) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_answers_with_every_key_of_the_recorded_answer(
    known: Any, api: Any, payload: Any, name: str
) -> None:
    recorded = payload(f"api/{name}.json")
    asked, expected = recorded["request"], recorded["response"]

    answer = api.call(asked["method"], asked["path"].removeprefix("/api/0/"), json=asked["body"])

    assert answer.status_code == expected["status"]
    assert missing_keys(expected["body"], answer.json()) == []
    for key in ("status", "substatus", "assignedTo") if expected["status"] == 200 else ():
        assert answer.json().get(key) == expected["body"].get(key)


def test_the_comments_of_people_answer_as_recorded(known: SentrySandbox, api: Any, payload: Any) -> None:
    known.comment("6100000102", "B は整合性に影響")

    answer = api.get(f"{ORG}/issues/6100000102/notes/")

    recorded = payload("api/notes.list.undocumented.json")["response"]["body"]
    assert missing_keys(recorded, answer) == []
    assert (answer[0]["user"]["id"], answer[0]["data"]["text"]) == ("30412", "B は整合性に影響")


def test_a_pending_member_has_no_user(sentry: SentrySandbox, api: Any) -> None:
    sentry.add_member("new.hire@acme-kyc.example", "New Hire", user_id=30999, pending=True)

    member = api.get(f"{ORG}/members/")[-1]

    assert (member["user"], member["pending"], member["name"]) == (None, True, "new.hire@acme-kyc.example")


def test_counts_fall_into_their_hour_and_day(
    sentry: SentrySandbox, api: Any, clock: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock)
    clock.forward(hours=2)
    sentry.occur(issue_id, times=3)

    stats = api.issue(issue_id)["stats"]

    assert [count for _, count in stats["24h"]][-3:] == [1, 0, 3]
    assert stats["30d"][-1][1] == 4
    assert len(stats["24h"]) == 24


def test_history_is_newest_first_and_tells_a_repetition_once(
    sentry: SentrySandbox, api: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.resolve(issue_id)
    sentry.resolve(issue_id)
    sentry.comment(issue_id, "one")
    sentry.comment(issue_id, "two")

    history = api.issue(issue_id)["activity"]

    assert [line["type"] for line in history] == ["note", "note", "set_resolved", "first_seen"]
    assert (history[-1]["id"], history[-1]["user"], history[2]["user"]["name"]) == ("0", None, "Aiko Tanaka")


def test_what_an_integration_did_has_no_user(sentry: SentrySandbox, api: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    api.put(issue_id, {"status": "resolved"})

    line = api.issue(issue_id)["activity"][0]

    assert (line["type"], line["user"], line["sentry_app"]["name"]) == ("set_resolved", None, "Oncall Triage")
