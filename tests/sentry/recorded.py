"""The recorded deliveries and answers of Sentry, as the tests of this room read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parents[1] / "payloads" / "sentry"
SIGNATURES: dict[str, Any] = json.loads((PAYLOADS / "signatures.json").read_text("utf-8"))
SECRET: str = SIGNATURES["secret"]
SIGNED: list[dict[str, Any]] = SIGNATURES["files"]
HEADERS = {"Sentry-Hook-Timestamp": "1787195649"}


def raw(name: str) -> bytes:
    """The exact bytes of one recorded delivery."""
    return (PAYLOADS / "webhooks" / f"{name}.json").read_bytes()


def body(name: str) -> dict[str, Any]:
    """One recorded delivery, read."""
    return json.loads(raw(name))


def answer(name: str) -> Any:
    """The body of one recorded answer of the Web API."""
    return json.loads((PAYLOADS / "api" / f"{name}.json").read_text("utf-8"))["response"]["body"]


def wire(value: object) -> bytes:
    """The bytes that Sentry would send for this body."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")
