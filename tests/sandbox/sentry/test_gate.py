"""Token, scopes, rate limit, lost answers: what stands before the endpoints."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from bot.sandbox.sentry import SentrySandbox

ISSUES = "organizations/acme-kyc/issues/"


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Authentication credentials were not provided."),
        ({"Authorization": "Bearer wrong"}, "Invalid token"),
        ({"Authorization": "sandbox-sentry-token"}, "Invalid token"),
    ],
)
def test_a_call_without_the_right_token_is_401(api: Any, headers: dict[str, str], detail: str) -> None:
    answer = api.call("GET", ISSUES, headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"detail": detail})


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("event:read", "GET", ISSUES),
        ("event:read", "GET", f"{ISSUES}1/events/latest/"),
        ("event:write", "PUT", f"{ISSUES}1/"),
        ("event:write", "POST", f"{ISSUES}1/notes/"),
        ("member:read", "GET", "organizations/acme-kyc/members/"),
        ("org:read", "GET", "organizations/acme-kyc/teams/"),
        ("project:read", "GET", "projects/acme-kyc/kyc-api/"),
    ],
)
def test_a_call_without_its_scope_is_403(sentry: Any, api: Any, scope: str, method: str, path: str) -> None:
    sentry.scopes.discard(scope)
    if scope == "event:read":
        sentry.scopes.discard("event:write")  # which includes reading

    answer = api.call(method, path, json={})

    assert answer.status_code == 403
    assert "permission" in answer.json()["detail"]


@pytest.mark.parametrize("path", [ISSUES[:-1], "organizations/acme-kyc", f"{ISSUES}1"])
def test_a_forgotten_slash_is_404(api: Any, path: str) -> None:
    answer = api.call("GET", path)

    assert answer.status_code == 404
    assert "trailing slash" in answer.text


@pytest.mark.parametrize(
    "path", ["organizations/other/issues/", f"{ISSUES}999/", f"{ISSUES}KYC-API-9Z/", "nothing/here/"]
)
def test_what_does_not_exist_is_404(api: Any, path: str) -> None:
    assert api.call("GET", path).status_code == 404


def test_the_paths_without_organisation_are_gone(api: Any, payload: Any) -> None:
    recorded = payload("api/unscoped_path_brownout.json")["response"]

    answer = api.call("GET", "issues/6100000101/")

    assert (answer.status_code, answer.json()) == (410, recorded["body"])
    assert {key: answer.headers[key] for key in recorded["headers"]} == recorded["headers"]


def test_the_sixth_call_of_a_second_is_429_without_retry_after(sentry: Any, api: Any, payload: Any) -> None:
    sentry.rate_limits = True
    sentry.gate.clock = lambda: 1787195659.5

    answers = [api.call("GET", ISSUES) for _ in range(6)]
    other = api.call("GET", "organizations/acme-kyc/members/")
    sentry.gate.clock = lambda: 1787195660.1
    later = api.call("GET", ISSUES)

    recorded = payload("api/rate_limited.json")["response"]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json() == recorded["body"]
    assert set(recorded["headers"]) <= set(answers[0].headers)
    assert [answer.headers["X-Sentry-Rate-Limit-Remaining"] for answer in answers] == [
        "4",
        "3",
        "2",
        "1",
        "0",
        "0",
    ]
    assert "Retry-After" not in answers[-1].headers
    assert answers[-1].headers["X-Sentry-Rate-Limit-Reset"] == "1787195660"
    assert (other.status_code, later.status_code) == (200, 200)


def test_without_limits_there_are_no_headers_of_it(api: Any) -> None:
    assert not [name for name in api.call("GET", ISSUES).headers if name.startswith("X-Sentry-Rate")]


def test_a_lost_answer_is_lost_after_the_work(sentry: Any, api: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.fail_next(path_contains="/notes/", method="POST", lose_reply=True)

    with pytest.raises(requests.ConnectionError):
        api.call("POST", f"{ISSUES}{issue_id}/notes/", json={"text": "once"})

    assert [note["data"]["text"] for note in sentry.notes(issue_id)] == ["once"]
    assert api.call("POST", f"{ISSUES}{issue_id}/notes/", json={"text": "twice"}).status_code == 201


def test_faults_hit_what_they_name_and_as_often_as_said(sentry: Any, api: Any) -> None:
    sentry.fail_next(path_contains="members", method="GET", times=2, status=503, body={"detail": "down"})

    other = api.call("GET", ISSUES).status_code
    answers = [api.call("GET", "organizations/acme-kyc/members/").status_code for _ in range(3)]

    assert (other, answers) == (200, [503, 503, 200])


def test_a_slow_answer_comes_after_its_delay(sentry: Any, api: Any) -> None:
    sentry.fail_next(delay=0.2)

    with pytest.raises(requests.Timeout):
        api.call("GET", ISSUES, timeout=0.1)


def test_every_call_is_recorded(sentry: SentrySandbox, api: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    api.put(issue_id, {"status": "resolved"})
    api.call("GET", f"{ISSUES}?project=1&project=2", headers={})

    first, second = sentry.calls
    assert (first.method, first.path, first.body, first.status) == (
        "PUT",
        f"/api/0/{ISSUES}{issue_id}/",
        {"status": "resolved"},
        200,
    )
    assert (second.query, second.status) == ({"project": ["1", "2"]}, 401)
