"""One HTTP request as bytes over a connection of its own, timed; signed as Sentry and Slack sign. For the measures."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.sentry.webhooks import signature as sentry_signature
from bot.sandbox.slack.delivery import signature as slack_signature

SLACK_SECRET = "bench-signing-secret"
SENTRY_SECRET = "bench-client-secret"
WAITS = 10.0
"""Seconds."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """`seconds` from opening the connection to the last byte of the answer; `at` is the monotonic clock before it."""

    status: int
    body: bytes
    seconds: float
    at: float


def raw_request(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a request that asks for the connection to be closed, as Sentry and Slack do."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sentry_headers(body: bytes, number: int) -> dict[str, str]:
    """Headers of one delivery of an event alert."""
    return {
        "Content-Type": "application/json",
        "Request-ID": f"{number:032x}",
        "Sentry-Hook-Resource": "event_alert",
        "Sentry-Hook-Timestamp": str(int(time.time())),
        "Sentry-Hook-Signature": sentry_signature(SENTRY_SECRET, body),
    }


def slack_headers(body: bytes) -> dict[str, str]:
    """Headers of one interaction, signed now."""
    timestamp = str(int(time.time()))
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": slack_signature(SLACK_SECRET, timestamp, body),
    }


def send(port: int, raw: bytes) -> Answer:
    """Send to 127.0.0.1 over a new connection and read the answer to its end. Raises OSError."""
    at, began = time.monotonic(), time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=WAITS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(raw)
        got = b""
        while not is_whole(got):
            if not (more := connection.recv(65536)):
                break
            got += more
        seconds = time.perf_counter() - began
    if not got:
        raise ConnectionError("no answer")
    head, _, body = got.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ", 2)[1]), body, seconds, at)


def is_whole(got: bytes) -> bool:
    """Whether the answer is complete by its declared length."""
    head, separator, body = got.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return bool(separator) and length is not None and len(body) >= int(length[1])
