"""The local Slack and the local Sentry in a process of their own, so that their work is not in the figures."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import Any

from bench.wire import SENTRY_SECRET, SLACK_SECRET
from bot.sandbox.sentry.server import SentrySandbox
from bot.sandbox.slack.delivery import Attempt, Courier, Kind, Reply, body_of
from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.server import SlackSandbox
from bot.sandbox.slack.web_api import Call

ALERTS, ELSEWHERE = "C0ALERTS", "C0ELSEWHERE"
CHANNELS = {
    ALERTS: "dev-alerts",
    ELSEWHERE: "elsewhere",
    "C0CONSULT": "dev-alert-consultation",
    "C0REVIEW": "dev-alert-review",
    "C0SUPPORT": "support",
}
PEOPLE = ("aiko", "ben", "chika", "daichi", "emi")
"""Those of the shipped rules.yaml, at acme-kyc.example."""
PRESSER = "U0AIKO"
BOT_TOKEN, SENTRY_TOKEN = "xoxb-bench", "bench-sentry-token"


class Notebook(Courier):
    """Keeps what people do instead of carrying it."""

    def __init__(self, slack: SlackSandbox) -> None:
        super().__init__(SLACK_SECRET, time.time, slack.socket, retry_events=False)
        self.bodies: list[bytes] = []

    def send(self, kind: Kind, payload: Json, attempt: Attempt | None = None) -> Reply:
        self.bodies.append(body_of(kind, payload)[0])
        return Reply(200, "", 0.0)


class Peers:
    """Both, started; its methods are called from the measuring process."""

    def __init__(self) -> None:
        self._slack = SlackSandbox(bot_token=BOT_TOKEN, signing_secret=SLACK_SECRET)
        self._sentry = SentrySandbox(auth_token=SENTRY_TOKEN, client_secret=SENTRY_SECRET)
        for number, name in enumerate(PEOPLE):
            email = f"{name}@acme-kyc.example"
            self._slack.add_user(f"U0{name.upper()}", name, email=email)
            self._sentry.add_member(email, name, user_id=30400 + number)
        for channel_id, name in CHANNELS.items():
            self._slack.add_channel(channel_id, name)
        self._slack.start()
        self._sentry.start()

    def env(self) -> dict[str, str]:
        """The bot's variables that speak of them."""
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SLACK_SECRET,
            "SLACK_API_URL": self._slack.api_url,
            "SENTRY_URL": self._sentry.url,
            "SENTRY_ORG": "acme-kyc",
            "SENTRY_AUTH_TOKEN": SENTRY_TOKEN,
            "SENTRY_CLIENT_SECRET": SENTRY_SECRET,
        }

    def know(self, bodies: list[bytes]) -> None:
        """The local Sentry knows the issues of these webhook bodies."""
        for body in bodies:
            self._sentry.load_webhook_issue(json.loads(body))

    def reached(self, mark: str) -> float:
        """When the post of this mark (metadata id, else text) reached Slack, monotonic seconds; waits for it."""
        return self._slack.wait_for(
            lambda: next((c.at for c in self._posts() if _mark(c) == mark), None), 10.0
        )

    def blocks_of(self, mark: str) -> list[Any]:
        """The blocks of a post that has reached Slack."""
        return list(next(call.args["blocks"] for call in self._posts() if _mark(call) == mark))

    def presses(self, action_id: str) -> list[bytes]:
        """The body of a press of this button on each card that has it, oldest first."""
        notebook = Notebook(self._slack)
        self._slack.courier = notebook
        for message in self._slack.messages(ALERTS):
            if action_id in json.dumps(message.get("blocks")):
                self._slack.click(PRESSER, ALERTS, message["ts"], action_id)
        return notebook.bodies

    def _posts(self) -> list[Call]:
        return [call for call in reversed(self._slack.calls) if call.method == "chat.postMessage"]


def _mark(call: Call) -> str:
    metadata = call.args.get("metadata")
    if not isinstance(metadata, dict):
        return str(call.args.get("text"))
    return str(metadata.get("event_payload", {}).get("id"))


class _Manager(BaseManager):
    pass


_Manager.register("Peers", Peers)


@contextmanager
def peers_running() -> Generator[Any]:
    """A `Peers` in another process, until the end of the block."""
    with _Manager(ctx=get_context("spawn")) as manager:
        yield manager.Peers()  # type: ignore[attr-defined]
