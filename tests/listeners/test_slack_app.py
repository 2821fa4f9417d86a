"""Whether Slack signed a request: the reference of Slack's own samples, and everything that must be a plain no."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.listeners.actions import ACTIONS
from bot.listeners.slack_app import OLDEST_REQUEST, is_signed
from bot.listeners.views import VIEWS
from tests.builders import ROOT

SAMPLES = ROOT / "tests" / "payloads" / "slack" / "samples"
SECRET, SENT_AT = "9f2c41d07e5b4a8c8d1e6f3a2b7c9d05", datetime.fromtimestamp(1767225600, UTC)
BODY = (SAMPLES / "slash_command.body").read_bytes()
GOOD = {
    "X-Slack-Request-Timestamp": "1767225600",
    "X-Slack-Signature": "v0=3914e495543ac29c53683eb15cb2aaaf980f1ec36c408c38026d61377484f859",
}


def signed_as(timestamp: str) -> dict[str, str]:
    """Headers whose signature fits this timestamp."""
    base = b"v0:" + timestamp.encode() + b":" + BODY
    digest = hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def test_the_reference_is_taken_whatever_the_case_of_header_names() -> None:
    assert is_signed(BODY, GOOD, SECRET, SENT_AT)
    assert is_signed(BODY, {name.lower(): value for name, value in GOOD.items()}, SECRET, SENT_AT)


def test_every_recorded_request_is_taken() -> None:
    recorded = json.loads((SAMPLES / "signatures.json").read_text(encoding="utf-8"))
    text = json.dumps(recorded)
    bodies = sorted(SAMPLES.glob("*.body"))
    assert len(bodies) == 9
    for path in bodies:
        raw = path.read_bytes()
        base = b"v0:1767225600:" + raw
        expected = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
        assert expected in text, path.name
        assert is_signed(raw, GOOD | {"X-Slack-Signature": expected}, SECRET, SENT_AT)


@pytest.mark.parametrize("seconds", [-OLDEST_REQUEST - 1, OLDEST_REQUEST + 1, 86400, -86400])
def test_a_replay_is_refused(seconds: int) -> None:
    assert not is_signed(BODY, GOOD, SECRET, SENT_AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-OLDEST_REQUEST, 0, OLDEST_REQUEST])
def test_a_slow_network_is_not(seconds: int) -> None:
    assert is_signed(BODY, GOOD, SECRET, SENT_AT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": GOOD["X-Slack-Signature"]},
        {"X-Slack-Request-Timestamp": "1767225600"},
        GOOD | {"X-Slack-Signature": ""},
        GOOD | {"X-Slack-Signature": GOOD["X-Slack-Signature"].removeprefix("v0=")},
        GOOD | {"X-Slack-Signature": GOOD["X-Slack-Signature"].upper()},
        GOOD | {"X-Slack-Signature": "署名"},
        GOOD | {"X-Slack-Signature": "\udcff"},
        GOOD | {"X-Slack-Request-Timestamp": "1767225601"},
        signed_as("1767225600.0"),
        signed_as(" 1767225600"),
        signed_as("+1767225600"),
        signed_as("１７６７２２５６００"),
        signed_as("9" * 400),
        signed_as("now"),
        signed_as(""),
    ],
)
def test_everything_else_is_a_plain_no(headers: dict[str, str]) -> None:
    assert not is_signed(BODY, headers, SECRET, SENT_AT)


def test_another_body_another_secret_and_no_secret_are_a_plain_no() -> None:
    assert not is_signed(BODY + b"&x=1", GOOD, SECRET, SENT_AT)
    assert not is_signed(BODY, GOOD, "another", SENT_AT)
    assert not is_signed(BODY, GOOD, "", SENT_AT)


def test_each_action_and_each_view_is_listed_once() -> None:
    for ids in ([action.ID for action in ACTIONS], [view.ID for view in VIEWS]):
        assert len(ids) == len(set(ids))
