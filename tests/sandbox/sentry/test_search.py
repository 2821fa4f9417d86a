"""The issue list: what a query finds, in which order, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox

ISSUES = "organizations/acme-kyc/issues/"


@pytest.fixture
def five(sentry: SentrySandbox, clock: Any) -> SentrySandbox:
    """KYC-API-A ... E, an hour apart: B resolved, C archived, D in staging, E of another project and level."""
    for letter in "ABCDE":
        sentry.event(
            {
                "message": f"problem {letter}",
                "short_id": f"KYC-API-{letter}",
                "issue_id": str(7000 + ord(letter)),
                "environment": "staging" if letter == "D" else "production",
                "project": "kyc-web" if letter == "E" else "kyc-api",
                "level": "warning" if letter == "E" else "error",
                "tags": {"journey_step": "2" if letter == "A" else "3"},
            }
        )
        clock.forward(hours=1)
    sentry.resolve("KYC-API-B")
    sentry.archive("KYC-API-C")
    sentry.occur("KYC-API-A", times=2)
    return sentry


def letters(answer: Any) -> str:
    return "".join(issue["shortId"][-1] for issue in answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "AED"),
        ("?query=", "AEDCB"),
        ("?query=is:unresolved", "AED"),
        ("?query=is:ignored", "C"),
        ("?query=is:archived", "C"),
        ("?query=is:resolved", "B"),
        ("?query=is:new", "AED"),
        ("?query=!is:unresolved", "CB"),
        ("?query=is:unresolved+level:warning", "E"),
        ("?query=is:unresolved+project:kyc-api", "AD"),
        ("?query=journey_step:2", "A"),
        ("?query=PROBLEM&sort=new", "EDCBA"),
        ("?query=&sort=freq", "AEDCB"),
        ("?query=lastSeen:-90m", "AE"),
        ("?query=firstSeen:>2026-11-02T05:00:00", "ED"),
        ("?query=firstSeen:<=2026-11-02T03:40:00Z", "AB"),
        ("?query=&statsPeriod=2h", "AED"),
        ("?query=&environment=staging", "D"),
        ("?query=&environment=staging&environment=production", "AEDCB"),
        ("?query=&project=4509000000000002", "E"),
        ("?query=&project=4509000000000002&project=4509000000000001", "AEDCB"),
        ("?query=&project=-1", "AEDCB"),
    ],
)
def test_a_query_finds(five: Any, api: Any, query: str, found: str) -> None:
    assert letters(api.get(ISSUES + query)) == found


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?query=is:asleep", 400),
        ("?query=firstSeen:yesterday", 400),
        ('?query="open', 400),
        ("?sort=colour", 400),
        ("?limit=many", 400),
        ("?cursor=2", 400),
        ("?statsPeriod=long", 400),
        ("?project=kyc-api", 400),
        ("?project=77", 403),
        ("?environment=moon", 404),
    ],
)
def test_a_wrong_query_is_refused(five: Any, api: Any, query: str, status: int) -> None:
    answer = api.call("GET", ISSUES + query)

    assert (answer.status_code, list(answer.json())) == (status, ["detail"])


def test_pages_are_walked_by_the_next_link_until_it_has_no_results(five: Any, api: Any) -> None:
    found, address, walked = "", ISSUES + "?query=&limit=2", 0

    while walked < 9:
        answer = api.call("GET", address)
        found, walked = found + letters(answer.json()), walked + 1
        assert answer.headers["X-Hits"] == "5"
        if answer.links["next"]["results"] == "false":
            break
        address = answer.links["next"]["url"].removeprefix(api.base)

    assert (found, walked) == ("AEDCB", 3)
    assert answer.links["previous"]["results"] == "true"


def test_the_link_header_is_spelt_as_recorded(five: Any, api: Any, payload: Any) -> None:
    for name in ("issues.list.page1", "issues.list.page2_last"):
        recorded = payload(f"api/{name}.json")
        five.resolve("KYC-API-D")  # two are left

        answer = api.call("GET", recorded["request"]["path"].removeprefix("/api/0/"))

        expected = recorded["response"]["headers"]["Link"].replace("https://us.sentry.io", five.url)
        assert answer.headers["Link"] == expected


def test_a_page_has_at_most_a_hundred(sentry: Any, api: Any) -> None:
    for number in range(101):
        sentry.event({"message": f"problem {number}"})

    answer = api.call("GET", ISSUES + "?limit=500")

    assert len(answer.json()) == 100
    assert answer.links["next"]["results"] == "true"


def test_stats_can_be_left_out(five: Any, api: Any) -> None:
    assert "stats" in api.get(ISSUES)[0]
    assert "stats" not in api.get(ISSUES + "?collapse=stats")[0]
