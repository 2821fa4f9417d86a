"""Projects, the organisation, external issues and the page that links lead to."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from bot.sandbox.sentry import SentrySandbox

INSTALLATION = "7c1f2a34-5b6d-4e8f-9a01-2b3c4d5e6f70"
LINKS = f"sentry-app-installations/{INSTALLATION}/external-issues/"


@pytest.fixture
def issue_id(sentry: SentrySandbox, deadlock: Any) -> str:
    return sentry.event(deadlock)


def link(issue_id: Any, **changed: Any) -> dict[str, Any]:
    wanted = {
        "issueId": issue_id,
        "webUrl": "https://slack.example/p1",
        "project": "Slack",
        "identifier": "oncall",
    }
    return {key: value for key, value in {**wanted, **changed}.items() if value is not None}


def test_a_second_link_replaces_the_first(sentry: Any, api: Any, issue_id: str) -> None:
    first = api.call("POST", LINKS, json=link(int(issue_id)))
    second = api.call("POST", LINKS, json=link(int(issue_id), webUrl="https://slack.example/p2"))

    assert first.json()["id"] == second.json()["id"]
    assert [one["webUrl"] for one in sentry.external_issues(issue_id)] == ["https://slack.example/p2"]
    assert api.get(f"organizations/acme-kyc/issues/{issue_id}/external-issues/") == [second.json()]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (link(999), 404),
        (link("KYC-API-7J"), 404),
        ({}, 404),
        (link(6100000301, webUrl="ftp://x"), 400),
        (link(6100000301, webUrl=None), 400),
        (link(6100000301, identifier=None), 400),
    ],
)
def test_a_wrong_link_is_refused(api: Any, issue_id: str, body: Any, status: int) -> None:
    assert api.call("POST", LINKS, json=body).status_code == status


def test_an_unknown_installation_is_404(api: Any, issue_id: str) -> None:
    path = LINKS.replace("7c1f", "0000")

    assert api.call("POST", path, json=link(int(issue_id))).status_code == 404


def test_a_link_can_be_removed(sentry: Any, api: Any, issue_id: str) -> None:
    made = api.call("POST", LINKS, json=link(int(issue_id))).json()

    assert api.call("DELETE", f"{LINKS}{made['id']}/").status_code == 204
    assert api.call("DELETE", f"{LINKS}{made['id']}/").status_code == 404
    assert sentry.external_issues(issue_id) == []


def test_names_in_a_link_are_escaped(api: Any, issue_id: str) -> None:
    answer = api.call("POST", LINKS, json=link(int(issue_id), identifier="<b>"))

    assert answer.json()["displayName"] == "Slack#&lt;b&gt;"


def test_projects_are_listed_and_read(sentry: Any, api: Any) -> None:
    sentry.add_project("kyc-web")
    sentry.add_project("billing", "Billing", 77, teams=("money",))

    listed = api.get("organizations/acme-kyc/projects/")
    read = api.get("projects/acme-kyc/billing/")

    assert [(one["slug"], one["id"]) for one in listed] == [
        ("billing", "77"),
        ("kyc-api", "4509000000000001"),
        ("kyc-web", "4509000000000002"),
    ]
    assert (read["name"], read["teams"][0]["slug"]) == ("Billing", "money")
    assert api.call("GET", "projects/acme-kyc/nothing/").status_code == 404


def test_an_integration_token_sees_no_organisation_in_the_list_but_reads_its_own(api: Any) -> None:
    assert api.get("organizations/") == []
    assert api.get("organizations/acme-kyc/")["slug"] == "acme-kyc"
    assert api.call("GET", "organizations/acme-kyc/sentry-app-installations/").status_code == 403


def test_the_page_of_an_issue_shows_hostile_words_as_words(sentry: Any) -> None:
    issue_id = sentry.event({"message": "<script>alert(1)</script>"})
    sentry.comment(issue_id, "<b>bold</b>")

    page = requests.get(sentry.issue(issue_id)["permalink"], timeout=5)

    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    assert "<b>" not in page.text
