"""A whole world for a test: a local Slack, a local Sentry, and the real bot between them, over HTTP on loopback."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import requests

from bot.app import Bot, SystemClock, build
from bot.config.rules import load_rules
from bot.config.settings import load_settings
from bot.observability import JsonFormatter
from bot.ports import Clock
from bot.sandbox.sentry.server import SentrySandbox
from bot.sandbox.slack.server import SlackSandbox
from bot.slack.pace import Pace
from tests.builders import AIKO, BEN, CHIKA, DAN, ROOT

T = TypeVar("T")
ALERTS = "C0ALERTS"
PAYLOADS = ROOT / "tests" / "payloads" / "sentry" / "webhooks"
SLACK_SECRET, SENTRY_SECRET = "e2e-signing-secret", "e2e-client-secret"
A_FILE = "event_alert.triggered.deadlock_a_step2_controller.json"
B_FILE = "event_alert.triggered.deadlock_b_async_worker.json"
A_ISSUE, B_ISSUE = "6100000101", "6100000102"


def write_rules(folder: Path, *edits: tuple[str, str]) -> Path:
    """The shipped rules with the test's people, open round the clock, and with other edits of a test."""
    text = (ROOT / "rules.yaml").read_text(encoding="utf-8")
    for name, user in (("aiko", AIKO), ("ben", BEN), ("chika", CHIKA), ("daichi", AIKO), ("emi", CHIKA)):
        text = text.replace(f"{name}@acme-kyc.example", user)
    text = re.sub(r"(  monday: ).*", rf"\g<1>[{AIKO}, {BEN}]", text)
    for day in ("tuesday", "wednesday", "thursday", "friday"):
        text = re.sub(rf"(  {day}: ).*", rf"\g<1>[{AIKO}, {BEN}]", text)
    for before, after in (('hours: "10:00-19:00"', "hours: always"), *edits):
        assert before in text, f"rules.yaml has no {before!r} to edit"
        text = text.replace(before, after)
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def people_of(slack: SlackSandbox) -> None:
    slack.add_user(AIKO, "Aiko Tanaka", email="aiko@acme-kyc.example")
    slack.add_user(BEN, "Ben Mori", email="ben@acme-kyc.example")
    slack.add_user(CHIKA, "Chika Sato", email="chika@acme-kyc.example", locale="ja-JP")
    slack.add_user(DAN, "Dan Kimura", email="dan@acme-kyc.example", is_restricted=True)
    slack.add_user("U0GONE", "Gone", deleted=True)
    slack.add_channel(ALERTS, "dev-alerts")
    for number, name in enumerate(("dev-alert-consultation", "dev-alert-review", "support")):
        slack.add_channel(f"C0OTHER{number}", name)


class LogBook(logging.Handler):
    """Remembers what the bot logs, as an operator would read it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonFormatter())
        self.lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.levelno, self.format(record)))

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    @property
    def errors(self) -> list[str]:
        """Lines of ERROR and above."""
        return [line for level, line in self.lines if level >= logging.ERROR]

    def open(self) -> None:
        logging.getLogger().addHandler(self)
        logging.getLogger("bot").setLevel(logging.DEBUG)

    def close_book(self) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger("bot").setLevel(logging.NOTSET)


@dataclass
class World:
    slack: SlackSandbox
    sentry: SentrySandbox
    folder: Path
    env: dict[str, str]
    rules_path: Path
    clock: Clock
    bot: Bot | None = None
    log: LogBook = field(default_factory=LogBook)
    is_fast: bool = False
    """Whether the bot's pace towards Slack and Sentry runs a hundred times as fast; the local ones do not mind."""

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        socket: bool = False,
        poll: bool = False,
        clock: Clock | None = None,
        rules: tuple[tuple[str, str], ...] = (),
        client_secret: str = SENTRY_SECRET,
        is_fast: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> World:
        """`rules`: edits of the shipped ones; `more`: further settings of the environment."""
        clock = clock or SystemClock()
        slack = SlackSandbox(signing_secret=SLACK_SECRET, now=clock.now)
        sentry = SentrySandbox(client_secret=client_secret, now=clock.now)
        slack.start()
        sentry.start()
        people_of(slack)
        for email, name, number in (("aiko", "Aiko Tanaka", 30412), ("ben", "Ben Mori", 30413)):
            sentry.add_member(f"{email}@acme-kyc.example", name, user_id=number)
        env = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_API_URL": slack.api_url,
            "SENTRY_URL": sentry.url,
            "SENTRY_ORG": "acme-kyc",
            "SENTRY_AUTH_TOKEN": "sandbox-sentry-token",
            "DATABASE_URL": f"tinydb:////{folder}/data/triage.db".replace("////", "///", 1),
            "HOST": "127.0.0.1",
            "RUNBOOKS_DIR": str(ROOT / "runbooks"),
        }
        env["SLACK_APP_TOKEN" if socket else "SLACK_SIGNING_SECRET"] = (
            "xapp-sandbox" if socket else SLACK_SECRET
        )
        if not poll:
            env["SENTRY_CLIENT_SECRET"] = client_secret
        return cls(
            slack, sentry, folder, env | dict(more or {}), write_rules(folder, *rules), clock, is_fast=is_fast
        )

    def start_bot(self) -> Bot:
        self.log.open()
        settings = replace(load_settings(self.env), port=0)
        self.bot = build(settings, load_rules(self.rules_path), clock=self.clock)
        if self.is_fast:
            speed_up(self.bot)
        self.bot.start()
        if not settings.socket_mode:
            self.slack.request_url = f"{self.bot.url}/slack/events"
        self.sentry.webhook_url = None if settings.poll_mode else f"{self.bot.url}/sentry/webhook"
        wait_until(lambda: self.bot and self.bot.store.value("channel:alerts"))
        if settings.socket_mode:
            wait_until(lambda: self.slack.socket.is_open)
            _hurry(self.bot)
        return self.bot

    def stop_bot(self) -> None:
        if self.bot:
            self.bot.stop()
            self.bot = None
        self.log.close_book()

    def stop(self) -> None:
        self.stop_bot()
        self.slack.stop()
        self.sentry.stop()

    def deliver(self, name: str) -> Any:
        """Send a recorded body, signed, and let the API know its issue."""
        body = json.loads((PAYLOADS / name).read_text(encoding="utf-8"))
        self.sentry.load_webhook_issue(body)
        return self.sentry.send(name.split(".")[0], body)

    def deliver_as(self, name: str, issue_id: str) -> Any:
        """The same for another issue: a recorded event's body under another number."""
        body = json.loads((PAYLOADS / name).read_text(encoding="utf-8"))
        body["data"]["event"] |= {"issue_id": issue_id, "event_id": issue_id.rjust(32, "0")}
        self.sentry.load_webhook_issue(body)
        return self.sentry.send(name.split(".")[0], body)

    def cards(self) -> list[dict[str, Any]]:
        """Top-level messages that are cards, oldest first."""
        return [
            m
            for m in self.slack.messages(ALERTS)
            if str((m.get("metadata") or {}).get("event_payload", {}).get("id", "")).startswith("post_card:")
        ]

    def card(self, issue_id: str, round_number: int = 1) -> dict[str, Any]:
        """The card of an issue's round; waits for it."""
        wanted = f"post_card:{issue_id}-{round_number}"
        return self.slack.wait_for(
            lambda: next((c for c in self.cards() if c["metadata"]["event_payload"]["id"] == wanted), None)
        )

    def press(self, user: str, issue_id: str, action: str) -> Any:
        return self.slack.click(user, ALERTS, self.card(issue_id)["ts"], action)

    def settle(self, timeout: float = 15) -> None:
        """Wait until nothing is on its way, in the bot or from the local Sentry."""
        assert self.bot
        for _ in range(2):
            assert self.bot.wait_idle(timeout)
            self.sentry.wait_for(lambda: self.sentry.is_idle)

    def health(self) -> tuple[int, dict[str, str]]:
        """What /healthz answers: its status, and why which part is degraded."""
        assert self.bot
        answer = requests.get(f"{self.bot.url}/healthz", timeout=5)
        return answer.status_code, {part["part"]: part["why"] for part in answer.json()["degraded"]}

    def thread(self, issue_id: str) -> str:
        """All texts of an issue's thread."""
        return "\n".join(m["text"] for m in self.slack.replies(ALERTS, self.card(issue_id)["ts"]))


def _hurry(bot: Bot) -> None:
    """Let a Socket Mode client close at once: it waits for its receive timeout, which is 3 s and cannot be set."""
    session: Any = wait_until(lambda: bot._socket_handler.client.current_session)
    wait_until(lambda: session.sock).settimeout(0.1)


def speed_up(bot: Bot) -> None:
    """A hundred times the pace that the real services allow."""

    def hundredfold() -> float:
        return time.monotonic() * 100

    to_slack, to_sentry = (box._deliverer for box in bot.outboxes)
    to_slack._pace = Pace(hundredfold)
    to_sentry._client.pace._gap /= 100


def wait_until(predicate: Callable[[], T], timeout: float = 8.0) -> T:
    """Wait for a condition of the bot's own; fails with the last value."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        value = predicate()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"never became true: {predicate}")


def shown(message: dict[str, Any]) -> str:
    """All text that a message's blocks show."""
    return json.dumps(message.get("blocks", []), ensure_ascii=False)
