"""What sentry-sdk sends to the sandbox's DSN can be read."""

from __future__ import annotations

import json
from typing import Any

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.crons.consts import MonitorStatus

from bot.sandbox.sentry.envelopes import read_envelope


def test_an_error_and_a_check_in_of_the_real_sdk_arrive(sentry: Any) -> None:
    client = sentry_sdk.Client(dsn=sentry.dsn, default_integrations=False, release="triage@1")
    with sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        sentry_sdk.capture_exception(RuntimeError("boom"))
        capture_checkin("deliver", status=MonitorStatus.OK)
    client.close(timeout=2)

    sentry.wait_for(lambda: len(sentry.envelopes) == 2)

    event, check_in = sorted(sentry.envelopes, key=lambda item: str(item["type"]), reverse=True)
    assert (event["type"], event["payload"]["exception"]["values"][0]["value"]) == ("event", "boom")
    assert (check_in["payload"]["monitor_slug"], check_in["payload"]["status"]) == ("deliver", "ok")
    assert (event["project_id"], event["key"]) == (1, "sandboxkey")


def test_an_item_without_length_ends_with_its_line() -> None:
    items = [b'{"type":"event"}', b'{"a":1}', b'{"type":"attachment","length":3}', b"x\ny", b""]

    header, found = read_envelope(b"\n".join([json.dumps({"event_id": "e"}).encode(), *items]))

    assert header == {"event_id": "e"}
    assert [(item["type"], item["payload"]) for item in found] == [
        ("event", {"a": 1}),
        ("attachment", b"x\ny"),
    ]
