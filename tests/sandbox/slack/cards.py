"""A card, a form, a Home and a real Bolt app for the tests of the local Slack."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from werkzeug.serving import WSGIRequestHandler

SECTION = {"type": "section", "block_id": "title", "text": {"type": "mrkdwn", "text": "*A & B* <@U1>"}}
BUTTON = {
    "type": "button",
    "action_id": "press",
    "text": {"type": "plain_text", "text": "Press & go"},
    "value": "17",
    "style": "primary",
}
SELECT = {
    "type": "static_select",
    "action_id": "pick",
    "placeholder": {"type": "plain_text", "text": "Pick"},
    "options": [
        {"text": {"type": "plain_text", "text": "One"}, "value": "1"},
        {"text": {"type": "plain_text", "text": "Two"}, "value": "2"},
    ],
}
OVERFLOW = {"type": "overflow", "action_id": "more", "options": SELECT["options"]}
CARD = [SECTION, {"type": "actions", "block_id": "row", "elements": [BUTTON, SELECT, OVERFLOW]}]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "17",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        },
        {
            "type": "input",
            "block_id": "level",
            "optional": True,
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Level"},
            "element": {**SELECT, "type": "radio_buttons"} | {"action_id": "pick"},
        },
        {"type": "actions", "block_id": "row", "elements": [BUTTON]},
    ],
}
del MODAL["blocks"][1]["element"]["placeholder"]
HOME: dict[str, Any] = {"type": "home", "blocks": [SECTION, {"type": "actions", "elements": [BUTTON]}]}


class MachineClock:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Bolt:
    """A real Bolt app that keeps what reaches it."""

    app: App
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)


def bolt_app(client: WebClient, signing_secret: str) -> Bolt:
    """An app that acknowledges everything; a test adds what it needs before."""
    app = App(
        client=client,
        signing_secret=signing_secret,
        token_verification_enabled=False,
        process_before_response=True,
        ignoring_self_events_enabled=False,
    )
    bolt = Bolt(app)

    @app.middleware
    def keep(body: dict[str, Any], req: Any, next: Any) -> None:
        bolt.bodies.append(body)
        bolt.headers.append(req.headers)
        next()

    return bolt


class Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log(self, type: str, message: str, *args: Any) -> None: ...
