"""What the page asks for reaches the local Slack, and the bot's answer is told in the page's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.acts import ACTS, BadActError, Given, perform
from bot.sandbox.page_server import PAGE
from bot.sandbox.slack.server import SlackSandbox

PERSON = "U0ONE"
ALERTS = "C0ALERTS"
BUTTON = {
    "type": "button",
    "action_id": "press",
    "text": {"type": "plain_text", "text": "Press"},
    "value": "1",
}


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox() as sandbox:
        sandbox.add_user(PERSON, "one")
        sandbox.add_channel(ALERTS, "dev-alerts")
        yield sandbox


def act(slack: SlackSandbox, kind: str, **details: Any) -> dict[str, Any]:
    return perform(slack, PERSON, kind, Given(details))


def test_a_person_writes_and_has_read(slack: SlackSandbox) -> None:
    assert act(slack, "say", channel=ALERTS, text="hello") == {}
    assert act(slack, "read", channel=ALERTS) == {}

    assert [message["text"] for message in slack.messages(ALERTS)] == ["hello"]


def test_a_button_that_is_not_there_is_gone(slack: SlackSandbox) -> None:
    slack.say(PERSON, ALERTS, "no buttons here")
    ts = slack.messages(ALERTS)[0]["ts"]

    assert act(slack, "click", channel=ALERTS, ts=ts, action_id="press") == {"error": "gone"}
    assert act(slack, "submit", values=[]) == {"error": "gone"}


def test_a_bot_that_does_not_listen_is_told_as_a_timeout(slack: SlackSandbox) -> None:
    client = WebClient(token="xoxb-sandbox", base_url=slack.api_url, retry_handlers=[])
    posted = client.chat_postMessage(
        channel=ALERTS, text="card", blocks=[{"type": "actions", "elements": [BUTTON]}]
    )
    slack.request_url = "http://127.0.0.1:9/slack/events"

    assert act(slack, "click", channel=ALERTS, ts=posted["ts"], action_id="press") == {"error": "timeout"}


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("unheard_of", {}),
        ("say", {"channel": ALERTS}),
        ("click", {"channel": ALERTS, "ts": 5, "action_id": "press"}),
        ("submit", {"values": [{"block_id": "b"}]}),
        ("submit", {"values": ["b"]}),
    ],
)
def test_what_no_page_asks_for_is_refused(slack: SlackSandbox, kind: str, details: dict[str, Any]) -> None:
    with pytest.raises(BadActError):
        act(slack, kind, **details)


def test_every_act_that_the_page_sends_is_known() -> None:
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in PAGE.glob("*.js"))
    sent = set(re.findall(r'\bact\("(\w+)"', scripts))

    assert sent == set(ACTS) | {"arrive", "clock", "language", "next", "restart"}
