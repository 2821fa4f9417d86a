"""The HTTP doors under attack: forged, replayed, huge, deep, junk; and what is open in which mode."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from bot.web.doors import SENTRY_BODY_CAP, SLACK_BODY_CAP
from tests.builders import AIKO
from tests.e2e.world import (
    A_FILE,
    A_ISSUE,
    ALERTS,
    B_FILE,
    PAYLOADS,
    SENTRY_SECRET,
    SLACK_SECRET,
    World,
    shown,
    wait_until,
)

DEEP = 100_000


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One bot for all refusals: none of them may change anything, which its last test looks at."""
    world = World.make(tmp_path_factory.mktemp("doors"), is_fast=True)
    try:
        world.start_bot()
        yield world
    finally:
        world.stop()


def sentry_signature(raw: bytes, secret: str = SENTRY_SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def to_sentry_door(world: World, raw: bytes, resource: str = "event_alert", **headers: str) -> Any:
    """A POST to /sentry/webhook, signed unless `signature` says otherwise."""
    assert world.bot
    given = {"Sentry-Hook-Resource": resource, "Sentry-Hook-Signature": sentry_signature(raw)}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(
        f"{world.bot.url}/sentry/webhook",
        data=raw,
        headers={k: v for k, v in given.items() if v},
        timeout=10,
    )


def slack_signature(raw: bytes, timestamp: str, secret: str = SLACK_SECRET) -> str:
    base = b"v0:" + timestamp.encode() + b":" + raw
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def to_slack_door(
    world: World,
    raw: bytes,
    *,
    age: int = 0,
    signature: str | None = None,
    kind: str = "application/x-www-form-urlencoded",
) -> Any:
    """A POST to /slack/events, signed `age` seconds ago unless `signature` says otherwise."""
    assert world.bot
    timestamp = str(int(time.time()) - age)
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": slack_signature(raw, timestamp) if signature is None else signature,
    }
    return requests.post(f"{world.bot.url}/slack/events", data=raw, headers=headers, timeout=10)


def a_body() -> dict[str, Any]:
    body: dict[str, Any] = json.loads((PAYLOADS / A_FILE).read_bytes())
    return body


A_RAW = json.dumps(a_body()).encode()


# --- /sentry/webhook ---


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0" * 64,
        sentry_signature(A_RAW, "another secret"),
        sentry_signature(A_RAW).upper(),
        sentry_signature(A_RAW)[:-1],
        "sha256=" + sentry_signature(A_RAW),
        sentry_signature(A_RAW + b" "),
    ],
    ids=["missing", "zeros", "other secret", "upper case", "cut", "prefixed", "of another body"],
)
def test_a_forged_webhook_is_refused(doors: World, signature: str) -> None:
    assert to_sentry_door(doors, A_RAW, Sentry_Hook_Signature=signature).status_code == 401


def test_a_signature_that_is_not_ascii_is_refused_and_crashes_nothing(doors: World) -> None:
    assert doors.bot
    connection = http.client.HTTPConnection(urlsplit(doors.bot.url).netloc, timeout=5)
    connection.putrequest("POST", "/sentry/webhook")
    connection.putheader("Sentry-Hook-Resource", "event_alert")
    connection.putheader("Sentry-Hook-Signature", "署名".encode())
    connection.putheader("Content-Length", str(len(A_RAW)))
    connection.endheaders(A_RAW)
    assert connection.getresponse().status == 401


def test_calls_of_ui_components_carry_their_signature_under_another_name(doors: World) -> None:
    raw = b'{"action":"x"}'
    answer = to_sentry_door(
        doors, raw, "select_options", Sentry_Hook_Signature="", Sentry_App_Signature=sentry_signature(raw)
    )
    assert (answer.status_code, answer.json()["result"]) == (200, "nothing")


def test_a_body_over_the_cap_is_refused_by_its_declared_length_without_reading_it(doors: World) -> None:
    assert doors.bot
    with socket.create_connection(_address(doors), timeout=5) as line:
        line.sendall(b"POST /sentry/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{}")
        assert b" 413 " in line.recv(200).split(b"\r\n")[0] + b" "


def test_a_body_just_over_the_cap_is_refused_and_just_under_is_read(doors: World) -> None:
    over = b" " * (SENTRY_BODY_CAP + 1)
    assert to_sentry_door(doors, over).status_code == 413
    under = b'{"action":"' + b"x" * (SENTRY_BODY_CAP - 13) + b'"}'
    assert len(under) == SENTRY_BODY_CAP
    assert to_sentry_door(doors, under).status_code in (200, 400)


def test_a_chunked_body_without_a_length_is_capped_while_reading(doors: World) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(6):
            yield b" " * (1024 * 1024)

    assert doors.bot
    try:
        status = requests.post(
            f"{doors.bot.url}/sentry/webhook",
            data=pieces(),
            headers={"Sentry-Hook-Resource": "issue"},
            timeout=10,
        ).status_code
    except requests.ConnectionError:
        status = 413  # the door answered and closed while we were still sending
    assert status == 413


def test_a_refused_huge_body_makes_the_bot_ask_sentry_itself(tmp_path: Path) -> None:
    world = World.make(tmp_path, is_fast=True)
    try:
        bot = world.start_bot()
        wait_until(lambda: bot.store.value("listed_until"))
        world.settle()
        world.sentry.event({"title": "Boom: too large to be told", "project": "kyc-api"}, deliver=())

        assert to_sentry_door(world, b" " * (SENTRY_BODY_CAP + 1)).status_code == 413

        card = world.slack.wait_for(lambda: world.cards()[0])
        assert "too large to be told" in shown(card)
    finally:
        world.stop()


JUNK = {
    "nothing": b"",
    "not JSON": b"hello",
    "half of it": A_RAW[: len(A_RAW) // 2],
    "not UTF-8": b'{"action":"\xff\xfe"}',
    "an array": b"[1,2,3]",
    "a number": b"12345",
    "null": b"null",
    "lists without end": b'{"action":"created","data":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects without end": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "only brackets": b"[" * DEEP,
    "NaN": b'{"action":NaN}',
    "a number of 5,000 digits": b'{"action":"created","data":{"issue":{"id":' + b"9" * 5000 + b"}}}",
    "no action": b'{"data":{}}',
    "an action that is none": b'{"action":{"a":1},"data":{}}',
    "no issue": b'{"action":"triggered","data":{"event":{}}}',
    "data that is a list": b'{"action":"triggered","data":[1]}',
    "an id that is a path": b'{"action":"triggered","data":{"event":{"issue_id":"../../x"}}}',
}


@pytest.mark.parametrize("raw", JUNK.values(), ids=JUNK.keys())
def test_junk_under_a_good_signature_is_refused_quickly_and_kept_nowhere(doors: World, raw: bytes) -> None:
    started = time.monotonic()
    answer = to_sentry_door(doors, raw)
    assert answer.status_code == 400
    assert time.monotonic() - started < 1.5
    assert raw[:200] == b"" or raw[:200].decode("utf-8", "replace") not in answer.text


ODD = {
    "a NUL in texts": lambda b: b["data"]["event"].update(title="Boom\x00\x00", culprit="\x00"),
    "half a surrogate pair": lambda b: b["data"]["event"].update(title="Boom \ud800", culprit="\udfff"),
    "an epoch beyond all clocks": lambda b: b["data"]["event"].update(datetime="9999-12-31T23:59:59Z"),
    "a time before all clocks": lambda b: b["data"]["event"].update(datetime="0001-01-01T00:00:00+14:00"),
    "a huge line number": lambda b: _frame(b).update(lineno=10**400),
    "texts where lists belong": lambda b: b["data"]["event"].update(tags="x", exception="y", user="z"),
    "lists where texts belong": lambda b: b["data"]["event"].update(title=["a"], culprit={}, level=[]),
    "a thousand exceptions": lambda b: b["data"]["event"]["exception"].update(
        values=b["data"]["event"]["exception"]["values"] * 500
    ),
    "a title of a megabyte": lambda b: b["data"]["event"].update(title="<!channel> & " * 80_000),
    "odd tags": lambda b: b["data"]["event"].update(
        tags=[[], [1], ["a", None], {"key": "k"}, "x", [["a"], ["b"]]]
    ),
    "a release that is a release of marks": lambda b: b["data"]["event"].update(release="*_~`<@U0AIKO>" * 99),
}


def _frame(body: dict[str, Any]) -> dict[str, Any]:
    frame: dict[str, Any] = body["data"]["event"]["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    return frame


@pytest.mark.parametrize("what", ODD.keys())
def test_a_signed_body_with_odd_values_is_an_alert_like_any_other(doors: World, what: str) -> None:
    body, issue = a_body(), f"62{list(ODD).index(what):08}"
    body["data"]["event"] |= {"issue_id": issue, "event_id": issue.rjust(32, "0")}
    doors.sentry.load_webhook_issue(body)
    ODD[what](body)

    answer = to_sentry_door(doors, json.dumps(body).encode())

    assert (answer.status_code, answer.json()["result"]) == (200, "new")
    card = doors.card(issue)
    doors.settle()
    assert "impact_large" in shown(card)
    assert not doors.log.errors
    assert not [c for c in doors.slack.calls if not c.response.get("ok")]


def test_duplicate_keys_cannot_smuggle_a_second_meaning(doors: World) -> None:
    raw = b'{"action":"triggered","action":"created","data":{},"data":{"event":{"issue_id":"1"}}}'
    assert to_sentry_door(doors, raw, "event_alert").json()["result"] == "nothing"


def test_a_resource_header_is_needed_and_never_trusted_to_be_a_name(doors: World) -> None:
    for resource in ("", "../event_alert", "event_alert.triggered", "x" * 5000, "issue\tcreated"):
        answer = to_sentry_door(doors, A_RAW, resource)
        assert (answer.status_code, answer.json()["result"]) == (200, "nothing")


def test_the_old_plugin_is_refused_with_and_without_a_resource(doors: World) -> None:
    raw = (PAYLOADS / "legacy_plugin_unsigned.json").read_bytes()
    assert to_sentry_door(doors, raw, "", Sentry_Hook_Signature="").status_code == 401
    assert to_sentry_door(doors, raw, "event_alert", Sentry_Hook_Signature="").status_code == 401


@pytest.mark.parametrize("path", ["/sentry/webhook", "/slack/events"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(doors: World, path: str, method: str) -> None:
    assert doors.bot
    assert requests.request(method, doors.bot.url + path, timeout=5).status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/static/x", "/../rules.yaml", "/sentry/webhook/", "/%2e%2e/etc/passwd"]
)
def test_nothing_else_is_served(doors: World, path: str) -> None:
    assert doors.bot
    assert requests.get(doors.bot.url + path, timeout=5).status_code in (400, 404)


# --- /slack/events ---


def payload(**changes: object) -> bytes:
    """A press of a button on a card that is not there."""
    body: dict[str, object] = {
        "type": "block_actions",
        "user": {"id": AIKO, "team_id": "T0SANDBOX"},
        "team": {"id": "T0SANDBOX"},
        "channel": {"id": ALERTS},
        "message": {"ts": "1.000001"},
        "container": {"channel_id": ALERTS, "message_ts": "1.000001"},
        "trigger_id": "t",
        "actions": [{"type": "button", "action_id": "impact_small", "block_id": "b", "value": "1-1"}],
    }
    return urlencode({"payload": json.dumps({**body, **changes})}).encode()


def test_a_slack_request_is_refused_when_forged_or_older_than_five_minutes(doors: World) -> None:
    raw = payload()
    assert to_slack_door(doors, raw).status_code == 200  # the same, well signed, is taken
    assert to_slack_door(doors, raw, signature="v0=" + "0" * 64).status_code == 401
    assert to_slack_door(doors, raw, signature="").status_code == 401
    old = str(int(time.time()) - 400)
    assert to_slack_door(doors, raw, signature=slack_signature(raw, old)).status_code == 401
    assert to_slack_door(doors, raw, age=301).status_code == 401
    assert to_slack_door(doors, raw, age=-400).status_code == 401
    assert to_slack_door(doors, raw, age=200).status_code == 200


def test_slack_without_headers_or_with_a_timestamp_that_is_none_is_refused(doors: World) -> None:
    assert doors.bot
    url, raw = f"{doors.bot.url}/slack/events", payload()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert requests.post(url, data=raw, headers=kind, timeout=5).status_code == 401
    for stamp in ("now", "-1", "9" * 400, "１７６７２２５６００", ""):
        headers = {"X-Slack-Request-Timestamp": stamp.encode(), "X-Slack-Signature": b"v0=00"}
        assert requests.post(url, data=raw, headers=kind | headers, timeout=5).status_code == 401, stamp


def test_what_strangers_send_is_refused_before_anything_of_it_is_read(doors: World) -> None:
    errors = len(doors.log.errors)
    for raw in (b"payload=%7B", b"payload=" + b"[" * DEEP, b"payload=null", b"{", b"\xff\xfe", b""):
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            assert to_slack_door(doors, raw, signature="v0=" + "0" * 64, kind=kind).status_code == 401
    assert len(doors.log.errors) == errors


def test_slack_bodies_are_capped_at_one_mebibyte(doors: World) -> None:
    assert to_slack_door(doors, b"payload=" + b"x" * SLACK_BODY_CAP).status_code == 413


def test_slacks_own_greeting_is_answered(doors: World) -> None:
    raw = json.dumps({"type": "url_verification", "token": "x", "challenge": "say this back"}).encode()
    answer = to_slack_door(doors, raw, kind="application/json")
    assert answer.status_code == 200
    assert "say this back" in answer.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"payload=",
        b"payload=%7B",
        b"payload=null",
        b"payload=[]",
        b"payload=%5B%5B%5B",
        b"payload=" + b"[" * DEEP,
        b"\xff\xfe\x00",
        payload(actions=[]),
        payload(actions="x"),
        payload(user=None),
        payload(user="U0AIKO", team=7),
        payload(type="something_new"),
        payload(type="view_submission", view={"callback_id": "judge"}),
        payload(type="view_submission", view={"callback_id": "judge", "private_metadata": "[1]", "state": 7}),
        payload(type="view_submission", view={"callback_id": "unheard_of"}),
        payload(actions=[{"type": "button", "action_id": "unheard_of", "block_id": "b", "value": "x"}]),
        payload(actions=[{"type": "overflow", "action_id": "more", "block_id": "alert:"}]),
        payload(actions=[{"type": "static_select", "action_id": "journey_step", "block_id": "alert::"}]),
        payload(message={"ts": {"a": 1}}, channel={"id": ["x"]}),
    ],
    ids=lambda raw: raw[:60].decode("ascii", "replace"),
)
def test_signed_junk_of_slack_is_answered_and_changes_nothing(doors: World, raw: bytes) -> None:
    """What Slack itself never sends may be answered by Bolt's 500; what cannot be read at all is refused."""
    started = time.monotonic()
    status = to_slack_door(doors, raw).status_code
    assert status in (200, 400, 401, 404) or raw.startswith(b"payload=%7B%22"), status
    assert time.monotonic() - started < 3
    assert to_slack_door(doors, payload()).status_code == 200


def test_after_all_that_only_the_odd_ones_are_alerts_and_nothing_was_decided(doors: World) -> None:
    assert doors.bot
    doors.settle()
    entries = doors.bot.store.entries()
    assert {e.kind.value for e in entries} <= {"arrived"}
    assert len(entries) == len(ODD)


# --- which doors are open ---


def test_in_socket_mode_there_is_no_slack_door_and_without_a_secret_none_for_sentry(tmp_path: Path) -> None:
    world = World.make(tmp_path, socket=True, poll=True, is_fast=True)
    try:
        world.start_bot()
        assert to_slack_door(world, payload()).status_code == 404
        assert to_sentry_door(world, A_RAW).status_code == 404
        assert world.health()[0] == 200
    finally:
        world.stop()


def test_healthz_is_503_while_starting_and_while_the_store_takes_no_writes(tmp_path: Path) -> None:
    world = World.make(tmp_path, is_fast=True)
    try:
        bot = world.start_bot()
        assert world.health()[0] == 200

        bot._running.clear()
        answer = requests.get(f"{bot.url}/healthz", timeout=5)
        assert (answer.status_code, answer.json()["why"]) == (503, "starting or stopping")
        bot._running.set()
        assert world.health()[0] == 200
    finally:
        world.stop()


# --- many connections ---


def _address(world: World) -> tuple[str, int]:
    assert world.bot
    parts = urlsplit(world.bot.url)
    return str(parts.hostname), int(parts.port or 0)


def test_three_hundred_slow_connections_do_not_stop_a_webhook(tmp_path: Path) -> None:
    world = World.make(tmp_path, is_fast=True)
    with ExitStack() as lines:
        lines.callback(world.stop)
        world.start_bot()
        for number in range(300):
            line = lines.enter_context(socket.create_connection(_address(world), timeout=5))
            line.sendall(b"POST /sentry/webhook HTTP/1.1\r\nHost: x\r\n")
            if number % 2:
                line.sendall(b"Content-Length: 1000\r\n\r\n{")  # a body that never comes

        started = time.monotonic()
        assert world.deliver(B_FILE).status == 200
        assert time.monotonic() - started < 1
        assert world.health()[0] == 200
        assert world.deliver(A_FILE).status == 200
        assert world.card(A_ISSUE)
