"""The sink for what sentry-sdk sends: events and check-ins of the bot itself; tests read `items`."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.sentry.records import Json


class EnvelopeSink:
    """Keeps each item: `type`, `headers`, `payload` (parsed when JSON), and the `project_id` and `key` it came to."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.items: list[Json] = []
        self._changed = changed
        self._lock = threading.Lock()

    def take(self, project_id: int, key: str, items: list[Json]) -> None:
        """Keep the items of one envelope."""
        with self._lock:
            self.items += [item | {"project_id": project_id, "key": key} for item in items]
        self._changed()


def envelope_routes(sink: Callable[[], EnvelopeSink]) -> Blueprint:
    """The endpoint that a DSN leads to."""
    room = Blueprint("envelopes", __name__)

    @room.post("/api/<int:project_id>/envelope/")
    def take(project_id: int) -> Response:
        raw = request.get_data()
        if request.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        key = request.headers.get("X-Sentry-Auth", "").partition("sentry_key=")[2].split(",")[0]
        header, items = read_envelope(raw)
        sink().take(project_id, key, items)
        return jsonify({"id": header.get("event_id")})

    return room


def read_envelope(raw: bytes) -> tuple[Json, list[Json]]:
    """An envelope's header and its items; raises ValueError when it is malformed."""
    line, _, rest = raw.partition(b"\n")
    header = cast("Json", json.loads(line))
    items: list[Json] = []
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        headers = cast("Json", json.loads(line))
        length = int(headers.get("length", rest.find(b"\n") if b"\n" in rest else len(rest)))
        payload, rest = rest[:length], rest[length:].removeprefix(b"\n")
        items.append({"type": headers.get("type"), "headers": headers, "payload": _parsed(payload)})
    return header, items


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload
