"""Webhooks are built, signed and sent as Sentry does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox
from bot.sandbox.sentry.records import INTEGRATION
from bot.sandbox.sentry.webhooks import signature, wire_bytes
from tests.sandbox.sentry.conftest import PAYLOADS

SIGNATURES = json.loads((PAYLOADS / "signatures.json").read_text())


@pytest.mark.parametrize("vector", SIGNATURES["vectors"], ids=lambda vector: vector["what"])
def test_the_signature_is_that_of_the_reference(vector: dict[str, str]) -> None:
    assert signature(SIGNATURES["secret"], vector["body"].encode()) == vector["signature"]


@pytest.mark.parametrize("entry", SIGNATURES["files"], ids=lambda entry: entry["file"])
def test_a_body_goes_over_the_wire_in_sentrys_bytes(entry: dict[str, Any]) -> None:
    raw = wire_bytes(json.loads((PAYLOADS / entry["file"]).read_text()))

    assert (len(raw), signature(SIGNATURES["secret"], raw)) == (entry["wire_bytes"], entry["wire_signature"])


def test_a_delivery_carries_sentrys_headers(sentry: SentrySandbox, receiver: Any, payload: Any) -> None:
    body = payload("webhooks/event_alert.triggered.unicode_mrkdwn_injection.json")

    delivery = sentry.send("event_alert", body, idempotency_key="9d2c41f0a7b35e8864c1f2a0b9d3e775")

    headers, raw = receiver.taken[0]
    recorded = payload("headers.example.json")["headers"]
    assert {key.lower() for key in recorded} <= {key.lower() for key in headers}
    assert headers["Sentry-Hook-Signature"] == signature("sandbox-client-secret", raw)
    assert headers["Sentry-Hook-Resource"] == "event_alert"
    assert headers["Idempotency-Key"] == recorded["Idempotency-Key"]
    assert raw.isascii()
    assert (delivery.status, delivery.body, sentry.deliveries) == (200, "taken", [delivery])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"signed": False}, None),
        ({"secret": "another"}, signature("another", b"{}")),
        ({"headers": {"Sentry-Hook-Signature": "00"}}, "00"),
    ],
)
def test_a_forged_delivery_can_be_sent(
    sentry: Any, receiver: Any, options: Any, expected: str | None
) -> None:
    sentry.send("issue", b"{}", **options)

    assert receiver.taken[0][0].get("Sentry-Hook-Signature") == expected


def test_an_answer_later_than_a_second_is_a_lost_delivery(sentry: Any, receiver: Any) -> None:
    receiver.pause = 1.2

    delivery = sentry.send("issue", {"action": "created"})

    assert (delivery.status, delivery.error, delivery.action) == (None, "ReadTimeout", "created")
    assert 1.0 <= delivery.elapsed < 1.2


def test_nobody_there_is_a_lost_delivery_and_is_not_tried_again(
    sentry: Any, receiver: Any, deadlock: Any
) -> None:
    receiver.stop()

    sentry.event(deadlock, deliver=("issue.created",))

    assert [(one.status, one.error) for one in sentry.deliveries] == [(None, "ConnectionError")]


def test_a_redirect_is_not_followed(sentry: Any, receiver: Any) -> None:
    receiver.status = 307

    assert sentry.send("issue", {}).status == 307
    assert len(receiver.taken) == 1


def test_without_a_receiver_nothing_is_sent(sentry: SentrySandbox, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock)
    sentry.resolve(issue_id)

    assert sentry.deliveries == []
    with pytest.raises(ValueError, match="webhook_url"):
        sentry.send("issue", {})


@pytest.mark.parametrize(
    "name", ["issue.created", "issue.resolved", "issue.assigned.user", "issue.unresolved.manual"]
)
def test_an_issue_webhook_has_the_shape_of_the_recorded_one(
    sentry: Any, receiver: Any, deadlock: Any, payload: Any, name: str
) -> None:
    issue_id = sentry.event(deadlock)
    sentry.resolve(issue_id)
    sentry.unarchive(issue_id)
    sentry.assign(issue_id, "aiko@acme-kyc.example")

    sent = dict(zip(receiver.kinds(), receiver.bodies(), strict=True))
    body, recorded = sent[".".join(name.split(".")[:2])], payload(f"webhooks/{name}.json")

    assert list(body) == list(recorded)
    assert list(body["data"]) == list(recorded["data"])
    assert list(body["data"]["issue"]) == list(recorded["data"]["issue"])
    assert body["actor"]["type"] == recorded["actor"]["type"]
    assert body["data"]["issue"]["firstSeen"].endswith("+00:00")


def test_an_event_alert_has_the_shape_of_the_recorded_one(
    sentry: Any, receiver: Any, deadlock: Any, payload: Any
) -> None:
    issue_id = sentry.event(deadlock, deliver=("event_alert",))

    body = receiver.bodies()[0]
    recorded = payload("webhooks/event_alert.triggered.deadlock_a_step2_controller.json")
    event, recorded_event = body["data"]["event"], recorded["data"]["event"]
    assert list(body["data"]) == list(recorded["data"])
    assert list(event) == list(recorded_event)
    assert list(event["exception"]["values"][-1]) == list(recorded_event["exception"]["values"][-1])
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert list(frames[-1]) == list(recorded_event["exception"]["values"][-1]["stacktrace"]["frames"][-1])
    assert (event["issue_id"], event["datetime"][-1]) == (issue_id, "Z")


def test_the_body_tells_the_issue_as_it_stands_when_it_is_sent(
    sentry: Any, receiver: Any, api: Any, deadlock: Any
) -> None:
    issue_id = sentry.event(deadlock, deliver=())
    with sentry.book.lock:  # holds back the sender's thread
        bells = sentry.changes.put([sentry.book.get(issue_id)], {"status": "resolved"}, INTEGRATION)
        for bell in bells:
            sentry.sender.later(bell)
        sentry.changes.put([sentry.book.get(issue_id)], {"status": "unresolved"}, INTEGRATION)

    sentry.wait_for(lambda: receiver.taken)

    assert receiver.kinds() == ["issue.resolved"]
    assert receiver.bodies()[0]["data"]["issue"]["status"] == "unresolved"


def test_a_metric_alert_belongs_to_no_issue(sentry: Any, receiver: Any, payload: Any) -> None:
    sentry.metric_alert("critical", "Step 2 failure rate")

    body, recorded = receiver.bodies()[0], payload("webhooks/metric_alert.critical.json")
    assert receiver.kinds() == ["metric_alert.critical"]
    assert body["data"].keys() == recorded["data"].keys()
    assert body["data"]["metric_alert"].keys() == recorded["data"]["metric_alert"].keys()
    assert (
        body["data"]["metric_alert"]["alert_rule"].keys()
        == recorded["data"]["metric_alert"]["alert_rule"].keys()
    )
