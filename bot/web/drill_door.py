"""The door through which `triage drill` hands a start to the running bot: `POST /drill`, signed by both ends.

The secret is derived from the bot's Slack token, which every set-up has; neither it nor the token travels.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask, Response, request

from bot.domain.errors import StoreUnavailable, UserError
from bot.i18n import Words
from bot.ports import TryLater
from bot.services.drill import Drills

ROUTE = "/drill"
TIMESTAMP, SIGNATURE = "Triage-Timestamp", "Triage-Signature"
OLDEST = 300
"""Seconds; an older or younger request is a replay, as with Slack's."""
BODY_CAP = 4096
"""Bytes; ours: a scenario's name and an id."""


@dataclass(frozen=True)
class DrillDoor:
    """What the door needs."""

    drills: Drills
    key: bytes
    machine: Callable[[], datetime]
    words: Words
    """Of the operator at the terminal."""


def key_of(slack_bot_token: str) -> bytes:
    """The secret of this door; nothing can be learned of the token from what it signs."""
    return hmac.new(slack_bot_token.encode(), b"triage drill", hashlib.sha256).digest()


def sign(key: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def add_drill_door(web: Flask, door: DrillDoor) -> None:
    """Add the route to the WSGI application."""

    @web.post(ROUTE)
    def drill() -> Response:
        if (request.content_length or 0) > BODY_CAP:
            return _json({"error": f"body over {BODY_CAP} bytes"}, 413)
        raw = request.get_data()
        if len(raw) > BODY_CAP or not _is_signed(raw, door):
            return _json({"error": "signature does not fit: is SLACK_BOT_TOKEN the same on both sides?"}, 401)
        return _start(raw, door)


def _is_signed(raw: bytes, door: DrillDoor) -> bool:
    timestamp = request.headers.get(TIMESTAMP, "")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(door.machine().timestamp() - int(timestamp)) > OLDEST:
        return False
    given = request.headers.get(SIGNATURE, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, sign(door.key, timestamp, raw).encode())


def _start(raw: bytes, door: DrillDoor) -> Response:
    try:
        asked: Any = json.loads(raw)
        body = cast("dict[str, Any]", asked) if isinstance(asked, dict) else {}
    except ValueError:
        return _json({"error": "no JSON"}, 400)
    try:
        drill = door.drills.plan(str(body.get("scenario", "")), once=str(body.get("id", ""))[:64])
        _hurry(door.drills)
    except UserError as error:
        return _json({"error": door.words.text(error.key, **error.values)}, 409)
    except StoreUnavailable:
        return _json({"error": "not saved"}, 503)
    return _json({"drill": drill.id, "scenario": drill.scenario, "number": drill.number}, 200)


def _hurry(drills: Drills) -> None:
    """Begin at once. Where our own door does not answer just now, the job goes on with it."""
    with suppress(TryLater):
        drills.tick()


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, mimetype="application/json")
