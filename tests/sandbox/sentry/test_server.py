"""The sandbox as a whole: starting again, waiting, what the page shows, many at once."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from bot.sandbox.sentry import SentrySandbox


def test_it_comes_back_on_the_same_port_with_all_it_knew(sentry: SentrySandbox, api: Any) -> None:
    issue_id = sentry.event({"message": "x"})
    before = sentry.url

    sentry.stop()
    with pytest.raises(requests.ConnectionError):
        api.issue(issue_id)
    sentry.start()

    assert sentry.url == before
    assert api.issue(issue_id)["title"] == "x"


def test_only_this_machine_can_reach_it(sentry: SentrySandbox) -> None:
    assert sentry.url.startswith("http://127.0.0.1:")


def test_waiting_ends_with_the_change(sentry: SentrySandbox) -> None:
    version = sentry.state()["version"]
    timer = threading.Timer(0.05, lambda: sentry.event({"message": "x"}))
    timer.start()
    started = time.monotonic()

    after = sentry.wait_for_change(version, 5)

    assert after > version
    assert time.monotonic() - started < 2
    timer.join()


def test_waiting_in_vain_says_what_was_called_last(sentry: SentrySandbox, api: Any) -> None:
    api.get("organizations/acme-kyc/")

    with pytest.raises(AssertionError, match="GET /api/0/organizations/acme-kyc/ 200"):
        sentry.wait_for(lambda: False, timeout=0.05)
    version = sentry.state()["version"]
    assert sentry.wait_for_change(version, 0.01) == version


def test_the_page_gets_all_it_shows_as_json(sentry: SentrySandbox, api: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.archive(issue_id)
    sentry.comment(issue_id, "double submit")
    sentry.assign(issue_id, "aiko@acme-kyc.example")

    row = json.loads(json.dumps(sentry.state()))["issues"][0]

    assert (row["shortId"], row["status_text"], row["count"]) == (
        "KYC-API-7J",
        "archived until escalating",
        "1",
    )
    assert (row["notes"][0]["data"]["text"], row["assignedTo"]["name"]) == ("double submit", "Aiko Tanaka")
    assert [line["type"] for line in row["activity"]] == ["assigned", "note", "set_ignored", "first_seen"]


def test_an_unknown_issue_is_a_lookup_error(sentry: SentrySandbox) -> None:
    with pytest.raises(LookupError, match="KYC-API-9"):
        sentry.resolve("KYC-API-9")


def test_a_hundred_callers_at_once_are_all_answered(sentry: SentrySandbox, api: Any) -> None:
    issue_id = sentry.event({"message": "x"})

    with ThreadPoolExecutor(100) as pool:
        answers = list(
            pool.map(lambda _: api.call("GET", f"organizations/acme-kyc/issues/{issue_id}/"), range(100))
        )

    assert [answer.status_code for answer in answers] == [200] * 100


def test_events_from_many_threads_are_all_counted(sentry: SentrySandbox, receiver: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: sentry.event({"message": "x", "user": {"id": number}}), range(40)))

    assert len(ids) == 1
    assert (sentry.issue(ids.pop())["count"], receiver.kinds().count("issue.created")) == ("40", 1)
