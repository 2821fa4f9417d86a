"""What Sentry says of an issue, and whose act it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.alert import Suspicion
from bot.domain.rate import Bucket, Past
from bot.sentry.issue import facts_of_issue, snapshot, suspicions_of
from bot.sentry.untrusted import BadBody
from tests.sentry.recorded import answer, body

AT = "2026-08-20T03:14:07.512000Z"


def test_an_issue_is_read_as_it_stands() -> None:
    issue = snapshot(answer("issue.get"))

    assert (issue.issue_id, issue.short_id, issue.project) == ("6100000101", "KYC-API-1A", "kyc-api")
    assert (issue.status, issue.substatus, issue.count, issue.user_count) == ("unresolved", "new", 7, 4)
    assert issue.last_seen_at == datetime(2026, 8, 20, 3, 14, 7, 512000, UTC)
    assert (issue.assignee, issue.assignee_email) == (None, None)
    assert [(act.kind, act.by_name) for act in issue.activity] == [("first_seen", "")]


def test_an_issue_says_who_has_it() -> None:
    issue = snapshot(body("issue.assigned.user")["data"]["issue"])

    assert (issue.assignee, issue.assignee_email) == ("Aiko Tanaka", "aiko@acme-kyc.example")


def test_an_act_of_an_integration_is_no_act_of_a_person() -> None:
    person = {"id": "1", "name": "Aiko Tanaka", "email": "aiko@acme.example"}
    proxy = {"id": "2", "name": "oncall-triage", "email": "oncall-triage-1a2b@proxy-user.sentry.io"}
    acts = [
        {"type": "set_resolved", "user": person, "dateCreated": AT, "sentry_app": None},
        {"type": "set_ignored", "user": proxy, "dateCreated": AT},
        {"type": "set_ignored", "user": person, "dateCreated": AT, "sentry_app": {"name": "Oncall"}},
        {"type": "set_regression", "user": None, "dateCreated": AT},
        {"type": None, "user": person, "dateCreated": AT},
        {"type": "note", "user": person, "dateCreated": "never"},
        "junk",
        None,
    ]

    activity = snapshot({"id": "1", "activity": acts}).activity

    assert [(act.kind, act.by_name) for act in activity] == [
        ("set_resolved", "Aiko Tanaka"),
        ("set_ignored", ""),
        ("set_ignored", ""),
        ("set_regression", ""),
    ]
    assert activity[0].by_email == "aiko@acme.example"


@pytest.mark.parametrize("word", ["outage", "cron", "uptime", "OUTAGE"])
def test_older_words_for_a_failing_monitor_mean_an_outage(word: str) -> None:
    assert suspicions_of(snapshot({"id": "1", "issueCategory": word})) == (Suspicion.OUTAGE,)


def test_an_issue_tells_its_exception_whole_though_its_metadata_has_it_cut() -> None:
    issue = body("issue.created")["data"]["issue"]

    assert issue["metadata"]["type"] == "ActiveRecord"
    assert facts_of_issue(issue).exceptions == ("ActiveRecord::Deadlocked",)
    assert facts_of_issue(issue | {"title": "Renamed by hand"}).exceptions == ("ActiveRecord",)
    assert facts_of_issue(issue).frame is None


def test_an_issue_of_nothing_but_its_number_is_open_and_untitled() -> None:
    issue = snapshot({"id": 6100000101})

    assert (issue.issue_id, issue.status, issue.title, issue.count) == (
        "6100000101",
        "unresolved",
        "<untitled>",
        None,
    )


def test_an_issue_without_a_number_is_refused() -> None:
    with pytest.raises(BadBody):
        snapshot({"title": "x"})


def test_an_issue_tells_its_counts_by_hour_and_by_day() -> None:
    past = snapshot(answer("issue.get")).past

    hour = datetime(2026, 8, 20, 2, tzinfo=UTC)
    assert past.hours == (Bucket(hour.replace(hour=2), 2), Bucket(hour.replace(hour=3), 5))
    assert past.days == (Bucket(hour.replace(hour=0), 7),)


@pytest.mark.parametrize(
    "stats", [None, "many", [], {}, {"24h": None}, {"24h": [None, [], [1], ["x", 1], [1787191200, -1], 7]}]
)
def test_counts_that_make_no_sense_are_no_past(stats: object) -> None:
    assert snapshot({"id": "1", "stats": stats}).past == Past()
