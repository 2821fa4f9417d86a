"""Carries what people do to the bot: signed over HTTP, or in a Socket Mode envelope; used by interactions, events."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlencode

import requests

from bot.sandbox.slack.json_values import Json, as_object

ANSWER_WITHIN = 3.0  # seconds; https://docs.slack.dev/interactivity/handling-user-interaction
# Seconds before each repetition of an event; https://docs.slack.dev/apis/events-api/#retries
RETRY_WAITS = (0.0, 60.0, 300.0)


class Kind(StrEnum):
    """What is carried, by the name of its Socket Mode envelope."""

    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"
    EVENT = "events_api"


@dataclass(frozen=True)
class Reply:
    """What the bot answered: `status` None when nothing came within 3 s; `body` decoded JSON, or text."""

    status: int | None
    body: Json | str
    elapsed: float  # seconds

    @property
    def is_ok(self) -> bool:
        """True when the bot acknowledged."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Attempt:
    """A repetition of an event: its number (from 1) and Slack's reason for it."""

    number: int
    reason: str


class Socket(Protocol):
    """The Socket Mode side of the courier."""

    @property
    def is_open(self) -> bool:
        """True when the bot is connected."""
        ...

    def send(self, kind: Kind, payload: Json, attempt: Attempt | None) -> Reply:
        """Sends one envelope and waits for its acknowledgement."""
        ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature over the exact body."""
    return (
        "v0="
        + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    )


def body_of(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The body of the HTTP request and its content type, as Slack writes them."""
    if kind is Kind.COMMAND:
        return urlencode(payload).encode(), "application/x-www-form-urlencoded"
    text = json.dumps(payload, separators=(",", ":"))
    if kind is Kind.EVENT:
        return text.encode(), "application/json"
    return urlencode({"payload": text}).encode(), "application/x-www-form-urlencoded"


class Courier:
    """Sends to `request_url` when it is set, else over an open socket, else nowhere."""

    def __init__(
        self, signing_secret: str, machine: Callable[[], float], socket: Socket, *, retry_events: bool
    ) -> None:
        """`machine` is the machine's clock in seconds since 1970, for the signature."""
        self.signing_secret = signing_secret
        self.request_url: str | None = None
        self.retry_events = retry_events
        self.retry_waits = RETRY_WAITS
        self._machine = machine
        self._socket = socket
        self._stopped = threading.Event()

    def stop(self) -> None:
        """No repetition of an event is sent any more."""
        self._stopped.set()

    def send(self, kind: Kind, payload: Json, attempt: Attempt | None = None) -> Reply:
        """Sends once and waits for the answer, 3 s at most."""
        if self.request_url is not None:
            return self._post(self.request_url, kind, payload, attempt)
        if self._socket.is_open:
            return self._socket.send(kind, payload, attempt)
        return Reply(None, "nobody_is_listening", 0.0)

    def send_event(self, payload: Json) -> Reply:
        """Sends an event; when it fails and `retry_events` is on, it is sent up to three times more, behind."""
        reply = self.send(Kind.EVENT, payload)
        if self.retry_events and not reply.is_ok:
            threading.Thread(target=self._repeat, args=(payload, reply), daemon=True).start()
        return reply

    def _repeat(self, payload: Json, failed: Reply) -> None:
        for number, wait in enumerate(self.retry_waits, start=1):
            if self._stopped.wait(wait) or failed.is_ok:
                return
            if isinstance(failed.body, dict) and failed.body.get("no_retry"):
                return
            reason = "http_error" if failed.status else "connection_failed" if failed.body else "http_timeout"
            failed = self.send(Kind.EVENT, payload, Attempt(number, reason))

    def _post(self, url: str, kind: Kind, payload: Json, attempt: Attempt | None) -> Reply:
        body, content_type = body_of(kind, payload)
        timestamp = str(int(self._machine()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
        }
        if attempt is not None:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        return post(url, body, headers)


def post(url: str, body: bytes, headers: dict[str, str]) -> Reply:
    """One POST, answered within 3 s or not at all; redirects and proxies are not followed."""
    began = time.monotonic()
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url, data=body, headers=headers, timeout=ANSWER_WITHIN, allow_redirects=False
            )
        except requests.Timeout:
            return Reply(None, "", time.monotonic() - began)
        except requests.RequestException:
            return Reply(None, "connection_failed", time.monotonic() - began)
    if answer.headers.get("X-Slack-No-Retry") == "1" and not answer.ok:
        return Reply(answer.status_code, {"no_retry": True}, time.monotonic() - began)
    return Reply(answer.status_code, _decoded(answer.text), time.monotonic() - began)


def _decoded(text: str) -> Json | str:
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    whole = as_object(found)
    return text if whole is None else whole
