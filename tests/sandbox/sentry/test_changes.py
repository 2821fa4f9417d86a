"""What a PUT changes and refuses, and what a comment may say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox
from bot.sandbox.sentry.put_body import Refused

CONDITION = {"ignoreCount": 100, "ignoreWindow": 60}


@pytest.fixture
def issue_id(sentry: SentrySandbox, deadlock: Any) -> str:
    return sentry.event(deadlock, deliver=())


@pytest.mark.parametrize(
    ("body", "status", "substatus"),
    [
        ({"status": "ignored"}, "ignored", "archived_forever"),
        (
            {"status": "ignored", "substatus": "archived_until_escalating"},
            "ignored",
            "archived_until_escalating",
        ),
        ({"status": "ignored", "statusDetails": CONDITION}, "ignored", "archived_until_condition_met"),
        ({"status": "ignored", "substatus": "ongoing"}, "ignored", "archived_forever"),
        ({"status": "ignored", "substatus": None}, "ignored", "archived_forever"),
        ({"status": "resolved"}, "resolved", None),
        ({"status": "resolved", "substatus": "ongoing"}, "resolved", None),
        ({"status": "resolvedInNextRelease"}, "resolved", None),
        ({"substatus": "archived_until_escalating"}, "unresolved", "new"),
        ({"stauts": "resolved", "colour": 3}, "unresolved", "new"),
        ({"status": "unresolved", "substatus": "ongoing"}, "unresolved", "new"),
        ({}, "unresolved", "new"),
    ],
)
def test_a_put_leads_to_the_state_that_sentry_infers(
    api: Any, issue_id: str, body: Any, status: str, substatus: str | None
) -> None:
    answer = api.put(issue_id, body)

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["substatus"]) == (status, substatus)
    assert api.issue(issue_id)["substatus"] == substatus


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"status": "archived"}, "status"),
        ({"substatus": "asleep"}, "substatus"),
        ({"statusDetails": {"ignoreWindow": 10081}}, "statusDetails"),
        ({"statusDetails": {"ignoreCount": "ten"}}, "statusDetails"),
        ({"statusDetails": []}, "statusDetails"),
        ({"priority": "urgent"}, "priority"),
        ({"hasSeen": "perhaps"}, "hasSeen"),
        ({"assignedTo": "user:99"}, "assignedTo"),
        ({"assignedTo": "nobody@acme-kyc.example"}, "assignedTo"),
        ({"assignedTo": "member:501"}, "assignedTo"),
        ([], "non_field_errors"),
    ],
)
def test_a_wrong_put_is_refused_by_field_and_changes_nothing(
    api: Any, issue_id: str, body: Any, wrong: str
) -> None:
    before = api.issue(issue_id)

    answer = api.put(issue_id, body)

    assert answer.status_code == 400
    assert list(answer.json()) == [wrong]
    assert api.issue(issue_id) == before


def test_a_refused_assignment_leaves_the_status_alone(api: Any, issue_id: str) -> None:
    answer = api.put(issue_id, {"status": "resolved", "assignedTo": "user:99"})

    assert answer.status_code == 400
    assert api.issue(issue_id)["status"] == "unresolved"


def test_a_second_archive_changes_neither_kind_nor_history(sentry: Any, api: Any, issue_id: str) -> None:
    sentry.archive(issue_id, substatus="archived_forever")

    answer = api.put(issue_id, {"status": "ignored", "substatus": "archived_until_escalating"})

    assert answer.json()["substatus"] == "archived_forever"
    assert [line["type"] for line in api.issue(issue_id)["activity"]] == ["set_ignored", "first_seen"]


def test_a_resolved_issue_put_back_is_regressed_and_told(
    sentry: Any, receiver: Any, api: Any, issue_id: str
) -> None:
    sentry.resolve(issue_id)
    receiver.taken.clear()

    answer = api.put(issue_id, {"status": "unresolved"})
    sentry.wait_for(lambda: receiver.taken and sentry.is_idle)

    assert answer.json()["substatus"] == "regressed"
    assert receiver.kinds() == ["issue.unresolved"]


def test_an_act_of_the_integration_comes_back_as_a_webhook(
    sentry: Any, receiver: Any, api: Any, issue_id: str, payload: Any
) -> None:
    api.put(issue_id, {"status": "ignored", "substatus": "archived_until_escalating"})

    sentry.wait_for(lambda: len(receiver.taken) == 1 and sentry.is_idle)

    body = receiver.bodies()[0]
    recorded = payload("webhooks/issue.ignored.by_this_integration.json")
    assert receiver.kinds() == ["issue.ignored"]
    assert body["actor"] == recorded["actor"]
    assert list(body["data"]["issue"]) == list(recorded["data"]["issue"])


@pytest.mark.parametrize("text", ["user:30412", "30412", "aiko@acme-kyc.example"])
def test_a_member_of_the_projects_team_can_be_assigned(api: Any, issue_id: str, text: str) -> None:
    answer = api.put(issue_id, {"assignedTo": text})

    assert answer.json()["assignedTo"] == {
        "type": "user",
        "id": "30412",
        "name": "Aiko Tanaka",
        "email": "aiko@acme-kyc.example",
    }
    assert api.put(issue_id, {"assignedTo": ""}).json()["assignedTo"] is None


def test_a_member_of_no_team_needs_open_membership(sentry: Any, api: Any, issue_id: str) -> None:
    sentry.add_member("ren@acme-kyc.example", "Ren Sato", user_id=30500, teams=())

    closed = api.put(issue_id, {"assignedTo": "user:30500"})
    sentry.open_membership = True
    opened = api.put(issue_id, {"assignedTo": "user:30500"})

    assert (closed.status_code, closed.json()) == (400, {"assignedTo": ["Cannot assign to non-team member"]})
    assert opened.json()["assignedTo"]["id"] == "30500"


def test_assigning_the_same_person_again_tells_nobody(sentry: Any, receiver: Any, issue_id: str) -> None:
    sentry.assign(issue_id, "aiko@acme-kyc.example")
    sentry.assign(issue_id, "aiko@acme-kyc.example")
    sentry.assign(issue_id, "")

    assert receiver.kinds() == ["issue.assigned"]
    assert receiver.bodies()[0]["data"]["assignee"] == {
        "type": "user",
        "name": "Aiko Tanaka",
        "id": 30412,
        "email": "aiko@acme-kyc.example",
    }


def test_a_team_is_assigned_without_an_email(sentry: Any, receiver: Any, api: Any, issue_id: str) -> None:
    api.put(issue_id, {"assignedTo": "team:771"})

    sentry.wait_for(lambda: receiver.taken and sentry.is_idle)

    assert receiver.bodies()[0]["data"]["assignee"] == {"type": "team", "name": "kyc-core", "id": 771}


def test_the_same_comment_is_refused_within_the_hour(api: Any, clock: Any, issue_id: str) -> None:
    path = f"organizations/acme-kyc/issues/{issue_id}/notes/"

    answers = [api.call("POST", path, json={"text": "known noise"}).status_code for _ in range(2)]
    clock.forward(minutes=61)
    later = api.call("POST", path, json={"text": "known noise"}).status_code

    assert (answers, later) == ([201, 400], 201)
    assert api.issue(issue_id)["numComments"] == 2


def test_two_authors_may_say_the_same(sentry: Any, api: Any, issue_id: str) -> None:
    sentry.comment(issue_id, "known noise")

    answer = api.call(
        "POST", f"organizations/acme-kyc/issues/{issue_id}/notes/", json={"text": "known noise"}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, [], {"text": 3}])
def test_a_comment_without_words_is_refused(api: Any, issue_id: str, body: Any) -> None:
    answer = api.call("POST", f"organizations/acme-kyc/issues/{issue_id}/notes/", json=body)

    assert answer.status_code == 400
    assert list(answer.json()) == ["text"]


def test_a_comment_is_told_with_numeric_ids(
    sentry: Any, receiver: Any, api: Any, issue_id: str, payload: Any
) -> None:
    api.call("POST", f"organizations/acme-kyc/issues/{issue_id}/notes/", json={"text": "known noise"})

    sentry.wait_for(lambda: receiver.taken and sentry.is_idle)

    body = receiver.bodies()[0]
    assert list(body["data"]) == list(payload("webhooks/comment.created.json")["data"])
    assert (body["data"]["issue_id"], body["data"]["comment"]) == (int(issue_id), "known noise")
    assert isinstance(body["data"]["comment_id"], int)


def test_people_are_refused_as_the_api_refuses(sentry: Any, issue_id: str) -> None:
    with pytest.raises(Refused) as refusal:
        sentry.assign(issue_id, "nobody@acme-kyc.example")

    assert "assignedTo" in refusal.value.errors


def test_a_bulk_change_reaches_the_named_issues_only(sentry: Any, api: Any, issue_id: str) -> None:
    other = sentry.event({"message": "another"})
    third = sentry.event({"message": "a third"})

    answer = api.call(
        "PUT", f"organizations/acme-kyc/issues/?id={issue_id}&id={other}", json={"status": "resolved"}
    )

    assert answer.json() == {"status": "resolved", "statusDetails": {}}
    assert [api.issue(name)["status"] for name in (issue_id, other, third)] == [
        "resolved",
        "resolved",
        "unresolved",
    ]


def test_a_bulk_change_without_ids_hits_all_that_matches_and_says_204_when_nothing_does(
    sentry: Any, api: Any, issue_id: str
) -> None:
    sentry.event({"message": "another"})
    path = "organizations/acme-kyc/issues/?query=is:unresolved"

    first = api.call("PUT", path, json={"status": "resolved"})
    second = api.call("PUT", path, json={"status": "resolved"})

    assert (first.status_code, second.status_code) == (200, 204)
    assert api.issue(issue_id)["status"] == "resolved"
