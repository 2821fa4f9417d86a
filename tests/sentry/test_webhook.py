"""Deliveries from Sentry: whose they are, what they mean, and that none of them can do harm."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import random
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alert import Occurrence, Source, Suspicion
from bot.domain.notice import Bell, MetricResolved, Nothing, Notice
from bot.sentry.webhook import IGNORED, READERS, BadBody, parse, verify
from tests.sentry.recorded import HEADERS, PAYLOADS, SECRET, SIGNATURES, SIGNED, body, raw, wire

NAMES = sorted(
    path.stem for path in (PAYLOADS / "webhooks").glob("*.json") if "legacy_plugin" not in path.stem
)


def read(name: str, **headers: str) -> Notice:
    return parse(name.split(".")[0], raw(name), headers=HEADERS | headers)


def occurrence(name: str) -> Occurrence:
    told = read(name).tells
    assert isinstance(told, Occurrence)
    return told


# Whose it is.


@pytest.mark.parametrize("file", SIGNED, ids=lambda file: file["file"])
def test_a_recorded_delivery_is_sentrys_in_both_forms_of_its_bytes(file: dict[str, Any]) -> None:
    exact = (PAYLOADS / file["file"]).read_bytes()

    assert verify(exact, file["signature"], SECRET)
    assert verify(wire(json.loads(exact)), file["wire_signature"], SECRET)


@pytest.mark.parametrize("vector", SIGNATURES["vectors"], ids=lambda vector: vector["what"])
def test_the_small_vectors_hold(vector: dict[str, str]) -> None:
    signed = vector["body"].encode("utf-8")

    assert verify(signed, vector["signature"], SECRET)
    assert verify(signed, vector["signature"].encode("ascii"), SECRET)
    assert not verify(signed + b" ", vector["signature"], SECRET)


@pytest.mark.parametrize(
    "header", [None, "", b"", "0" * 64, "検証", "\udcff", b"\xff" * 64, "a" * 100_000, "sha256=" + "0" * 64]
)
def test_a_missing_or_odd_signature_is_a_plain_no(header: str | bytes | None) -> None:
    assert verify(b"{}", header, SECRET) is False


def test_an_empty_secret_verifies_nothing() -> None:
    forged = hmac.new(b"", b"{}", hashlib.sha256).hexdigest()

    assert verify(b"{}", forged, "") is False


# What it means.


def test_every_recorded_delivery_means_what_the_contract_says() -> None:
    expected = {
        "event_alert": Occurrence,
        "issue.created": Occurrence,
        "issue": Bell,
        "metric_alert.resolved": MetricResolved,
        "metric_alert": Occurrence,
    }

    for name in NAMES:
        resource, action = name.split(".")[:2]
        kind = expected.get(f"{resource}.{action}") or expected.get(resource, Nothing)
        assert isinstance(read(name).tells, kind), name


def test_every_line_of_the_table_has_a_recorded_delivery() -> None:
    recorded = {".".join(name.split(".")[:2]) for name in NAMES}

    assert set(READERS) <= recorded
    assert not {key.split(".")[0] for key in READERS} & set(IGNORED)


def test_an_event_alert_is_an_occurrence_without_counts() -> None:
    told = occurrence("event_alert.triggered.deadlock_b_async_worker")

    assert (told.issue_id, told.source) == ("6100000102", Source.EVENT_ALERT)
    assert (told.count, told.user_count, told.short_id, told.suspicions) == (None, None, None, ())
    assert told.occurred_at == datetime(2026, 8, 20, 3, 15, 41, 20000, UTC)
    assert read("event_alert.triggered.deadlock_b_async_worker").project == "kyc-api"


def test_a_new_issue_carries_its_numbers_and_its_state() -> None:
    told = occurrence("issue.created")

    assert (told.issue_id, told.short_id, told.source) == ("6100000101", "KYC-API-1A", Source.ISSUE_CREATED)
    assert (told.count, told.user_count, told.status, told.substatus) == (7, 4, "unresolved", "new")
    assert told.first_seen_at == told.last_seen_at == datetime(2026, 8, 20, 3, 14, 7, 512000, UTC)
    assert (told.facts.category, told.facts.level, told.facts.environment) == ("error", "error", None)
    assert told.facts.exceptions == ("ActiveRecord::Deadlocked",)


@pytest.mark.parametrize(
    "name",
    [
        "issue.created.outage_cron",
        "issue.created.outage_uptime",
        "event_alert.triggered.occurrence_cron_missed",
    ],
)
def test_a_failing_monitor_may_be_large(name: str) -> None:
    told = occurrence(name)

    assert told.suspicions == (Suspicion.OUTAGE,)
    assert told.facts.category == "outage"


def test_a_new_issue_that_already_escalates_may_be_large() -> None:
    told = body("issue.created")
    told["data"]["issue"]["substatus"] = "escalating"

    notice = parse("issue", wire(told), headers=HEADERS)

    assert isinstance(notice.tells, Occurrence)
    assert notice.tells.suspicions == (Suspicion.ESCALATING,)


@pytest.mark.parametrize(
    ("action", "suspicions", "level"),
    [("critical", (Suspicion.ERROR_RATE,), "error"), ("warning", (), "warning"), ("open", (), "error")],
)
def test_only_a_critical_metric_alert_may_be_large(
    action: str, suspicions: tuple[Suspicion, ...], level: str
) -> None:
    told = occurrence(f"metric_alert.{action}")

    assert (told.issue_id, told.source) == ("metric-412", Source.METRIC_ALERT)
    assert told.link_path == "alerts/rules/details/88/?alert=412"
    assert (told.suspicions, told.facts.level) == (suspicions, level)
    assert (told.facts.title, told.facts.project, told.facts.environment) == (
        "Step 2 failure rate",
        "kyc-api",
        "production",
    )


def test_a_metric_alerts_link_is_made_of_digits_or_not_at_all() -> None:
    told = body("metric_alert.critical")
    told["data"]["metric_alert"]["alert_rule"]["id"] = "88/../../evil?x="

    notice = parse("metric_alert", wire(told), headers=HEADERS)

    assert isinstance(notice.tells, Occurrence)
    assert notice.tells.link_path is None


def test_a_metric_alert_that_ends_names_its_incident() -> None:
    assert read("metric_alert.resolved").tells == MetricResolved("metric-412")


def test_the_installation_is_learned_only_when_it_is_a_uuid() -> None:
    told = body("issue.created")
    assert read("issue.created").installation_id == told["installation"]["uuid"]

    told["installation"]["uuid"] = "../../projects"

    assert parse("issue", wire(told), headers=HEADERS).installation_id is None


def test_the_old_plugins_body_carries_no_action_and_is_refused() -> None:
    for resource in ("", "event_alert", "issue"):
        with pytest.raises(BadBody):
            parse(resource, raw("legacy_plugin_unsigned"), headers=HEADERS)


@pytest.mark.parametrize("issue_id", [None, "", "12a", "6100000101/../x", [], {}, True, -5, "9" * 21, "１２"])
def test_without_an_issue_number_nothing_can_be_done(issue_id: object) -> None:
    event, issue = body("event_alert.triggered.deadlock_b_async_worker"), body("issue.resolved")
    event["data"]["event"]["issue_id"] = issue_id
    issue["data"]["issue"]["id"] = issue_id

    with pytest.raises(BadBody):
        parse("event_alert", wire(event), headers=HEADERS)
    with pytest.raises(BadBody):
        parse("issue", wire(issue), headers=HEADERS)


def test_an_event_of_nothing_but_its_issue_number_is_still_an_alert() -> None:
    bare = wire({"action": "triggered", "data": {"event": {"issue_id": 6100000102}}})

    notice = parse("event_alert", bare, headers=HEADERS)

    assert isinstance(notice.tells, Occurrence)
    assert (notice.tells.issue_id, notice.tells.facts.title) == ("6100000102", "<untitled>")
    assert notice.tells.occurred_at == datetime(2026, 8, 20, 3, 14, 9, 0, UTC)


def test_a_body_that_tells_no_time_takes_the_time_of_its_receipt() -> None:
    bare = wire({"action": "triggered", "data": {"event": {"issue_id": "1"}}})
    now = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)

    notice = parse("event_alert", bare, headers={}, received_at=now)

    assert isinstance(notice.tells, Occurrence) and notice.tells.occurred_at == now
    with pytest.raises(BadBody):
        parse("event_alert", bare, headers={})


# How a repeat is known.


def test_sentrys_own_key_names_the_delivery_whatever_the_case_of_its_header() -> None:
    key = "9d2c41f0a7b35e8864c1f2a0b9d3e775"

    assert read("issue.created", **{"Idempotency-Key": key}).key == key
    assert read("issue.created", **{"idempotency-key": key}).key == key


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 5000, "<!channel>--", "検証検証検証検証", "a b c d e f g"]
)
def test_an_odd_key_is_not_taken(key: str) -> None:
    assert read("issue.created", **{"Idempotency-Key": key}).key == read("issue.created").key


def test_without_sentrys_key_a_repeat_has_the_same_key_and_another_delivery_has_not() -> None:
    a, b = (
        "event_alert.triggered.deadlock_a_step2_controller",
        "event_alert.triggered.deadlock_b_async_worker",
    )
    later = body(a)
    later["data"]["event"]["event_id"] = "f" * 32
    keys = {read(name).key for name in (a, b, "issue.created", "issue.resolved", "issue.ignored.forever")}

    assert read(a).key == parse("event_alert", wire(body(a)), headers={}).key
    assert len(keys) == 5
    assert parse("event_alert", wire(later), headers=HEADERS).key not in keys


def test_two_bells_without_a_new_event_between_them_are_two() -> None:
    first = read("issue.resolved", **{"Sentry-Hook-Timestamp": "1787195649"})
    second = read("issue.resolved", **{"Sentry-Hook-Timestamp": "1787195949"})

    assert first.key != second.key


# That it can do no harm.


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a body that can be changed: its container and its key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, inside in pairs for spot in [(value, key), *spots(inside)]]


JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    "",
    "\ud800\x00\u202e",
    "<!channel>",
    "9" * 30,
    [],
    {},
    [[]],
    [None, None],
    {"values": None},
    {"values": [None, [], {"stacktrace": []}]},
    [["a"], ["a", "b", "c"], [1, 2], [None, {}]],
    "x" * 100_000,
    "a@b." * 20_000,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_may_be_missing_or_of_any_type(name: str) -> None:
    resource, original = name.split(".")[0], body(name)
    chance = random.Random(name)
    count = len(spots(original))

    for place in chance.sample(range(count), min(count, 60)):
        broken = copy.deepcopy(original)
        container, key = spots(broken)[place]
        if chance.random() < 0.2:
            del container[key]
        else:
            container[key] = chance.choice(JUNK)
        outcome(resource, wire(broken))


def outcome(resource: str, sent: bytes) -> Notice | BadBody:
    """The only two things that may come of a delivery; all that is kept can be written anywhere."""
    try:
        notice = parse(resource, sent, headers=HEADERS)
    except BadBody as refused:
        return refused
    assert repr(notice).encode("utf-8")
    assert len(repr(notice)) < 200_000
    return notice


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_damaged_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    whole = raw(name)
    cut = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=20))

    outcome(name.split(".")[0], whole[:cut] + noise + whole[cut + len(noise) :])


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_unknown_resources_and_actions_are_answered_and_left_alone(resource: str, action: str) -> None:
    sent = wire({"action": f"{action}!", "data": {}})

    assert isinstance(parse(resource, sent, headers=HEADERS).tells, Nothing)


def test_reading_a_body_costs_in_proportion_to_its_size() -> None:
    def cost(size: int) -> float:
        event = body("event_alert.triggered.deadlock_b_async_worker")
        event["data"]["event"] |= {
            "title": "a@b " * (size // 20),
            "tags": [["k", "v"]] * (size // 60),
            "message": "2026 " * (size // 20),
            "exception": {"values": [{"type": "T", "stacktrace": {"frames": [{}] * (size // 60)}}]},
        }
        sent = wire(event)
        started = perf_counter()
        parse("event_alert", sent, headers=HEADERS)
        return perf_counter() - started

    half, full = min(cost(1_000_000) for _ in range(3)), min(cost(2_000_000) for _ in range(3))

    assert full < half * 4 + 0.05
