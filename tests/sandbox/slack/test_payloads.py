"""What the local Slack sends to the app has the signatures, the bodies and the shapes of the recorded samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack import SlackSandbox
from bot.sandbox.slack.delivery import Kind, body_of, signature
from tests.sandbox.slack.cards import Bolt

SAMPLES = Path(__file__).parents[2] / "payloads" / "slack" / "samples"
REFERENCE: dict[str, Any] = json.loads((SAMPLES / "signatures.json").read_text())
KINDS = {"slash_command": Kind.COMMAND, "event_app_mention": Kind.EVENT, "event_app_home_opened": Kind.EVENT}
INTERACTIONS = [name for name in REFERENCE["requests"] if not name.startswith(("event", "url", "slash"))]


def sample(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def shape(value: Any) -> Any:
    """The value with every plain value replaced by its type: what must be equal between a sample and ours."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__


@pytest.mark.parametrize("name", REFERENCE["requests"])
def test_signatures_are_the_reference_ones(name: str) -> None:
    wanted = REFERENCE["requests"][name]
    body = (SAMPLES / wanted["body"]).read_bytes()

    found = signature(REFERENCE["signing_secret"], wanted["x_slack_request_timestamp"], body)

    assert found == wanted["x_slack_signature"]


@pytest.mark.parametrize("name", [*INTERACTIONS, *KINDS])
def test_bodies_are_written_byte_for_byte_as_recorded(name: str) -> None:
    wanted = REFERENCE["requests"][name]

    body, content_type = body_of(KINDS.get(name, Kind.INTERACTIVE), sample(name))

    assert content_type == wanted["content_type"]
    assert body == (SAMPLES / wanted["body"]).read_bytes()


def test_a_click_and_a_choice_have_the_recorded_shape(
    slack: SlackSandbox, client: WebClient, bolt: Bolt
) -> None:
    message = sample("block_actions_button")["message"]
    ts = client.chat_postMessage(
        channel="C1", text=message["text"], blocks=message["blocks"], metadata=message["metadata"]
    )["ts"]

    slack.click("U1", "C1", ts, "issue_ack")
    slack.choose("U1", "C1", ts, "issue_snooze", "1h")

    pressed, picked = bolt.bodies
    assert shape(pressed) == shape(sample("block_actions_button"))
    assert shape(picked) == shape(sample("block_actions_select"))
    assert pressed["message"]["metadata"] == message["metadata"]
    assert pressed["actions"][0]["value"] == "4509"
    assert picked["state"]["values"]["triage"]["issue_snooze"]["selected_option"]["value"] == "1h"


def test_a_shortcut_has_the_recorded_shape(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    message = sample("message_shortcut")["message"]
    ts = client.chat_postMessage(
        channel="C1", text=message["text"], blocks=message["blocks"], metadata=message["metadata"]
    )["ts"]

    slack.shortcut("U1", "escalate_message", "C1", ts)

    assert shape(bolt.bodies[0]) == shape(sample("message_shortcut"))


def test_a_submission_and_a_closing_have_the_recorded_shape(
    slack: SlackSandbox, client: WebClient, bolt: Bolt
) -> None:
    recorded = sample("view_submission")["view"]
    fields = ("type", "callback_id", "private_metadata", "title", "submit", "blocks")
    view = {name: recorded[name] for name in fields} | {"notify_on_close": True}

    client.views_open(trigger_id=slack.triggers.give("U1"), view=view)
    slack.submit("U1", {"text": "Rolled back 1.42 & cleared <cache>"})
    slack.close_view("U1")

    submitted, closed = bolt.bodies
    assert shape(submitted) == shape(sample("view_submission"))
    assert shape(closed) == shape(sample("view_closed"))
    assert submitted["view"]["state"] == recorded["state"]


def test_a_command_has_the_recorded_shape(slack: SlackSandbox, bolt: Bolt) -> None:
    slack.slash("U1", "C1", "/triage", "snooze CHECKOUT-12 1h")

    assert shape(bolt.bodies[0]) == shape(sample("slash_command"))


def test_events_have_the_recorded_shape(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    root = client.chat_postMessage(channel="C1", text="x")["ts"]

    slack.say("U1", "C1", "@triage who is on call & since when?", thread_ts=root)
    slack.open_home("U1")

    mention, home = bolt.bodies
    assert shape(mention) == shape(sample("event_app_mention"))
    assert mention["event"]["text"] == "<@U0BOT> who is on call &amp; since when?"
    assert shape(home) == shape(sample("event_app_home_opened"))
    assert mention["event_id"] != home["event_id"]
