"""An alert that a drill invents, as Sentry would tell it: the body of an alert rule's webhook. Used by `bot.web.knock`.

The form is that of `event_alert.triggered`; nothing in it says that it is invented, so that it goes the real way.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from bot.domain.drill import Invented, Played
from bot.sentry.event import OUTAGE_TYPES

RESOURCE = "event_alert"
UPTIME = next(number for number, name in OUTAGE_TYPES.items() if name == "uptime_domain_failure")


def body_of(played: Played, event: Invented, at: datetime) -> bytes:
    """The raw body of one invented alert that happened at `at`; the same bytes each time."""
    return json.dumps({"action": "triggered", "data": _data(played, event, at)}, ensure_ascii=False).encode()


def _data(played: Played, event: Invented, at: datetime) -> dict[str, Any]:
    number = str(played.number)
    transaction = event.transaction.replace("{n}", number)
    tags = {"environment": event.environment, "level": "error", "transaction": transaction}
    tags |= event.tags or {}
    if event.release:
        tags["release"] = event.release
    made: dict[str, Any] = {
        "event_id": hashlib.sha256(played.issue_id.encode()).hexdigest()[:32],
        "issue_id": played.issue_id,
        "type": "error",
        "title": event.title.replace("{n}", number),
        "culprit": transaction,
        "transaction": transaction,
        "level": "error",
        "environment": event.environment,
        "release": event.release or None,
        "datetime": at.isoformat(),
        "message": event.message,
        "tags": [[key, value.replace("{n}", number)] for key, value in tags.items()],
        "url": f"/api/0/projects/drill/{event.project}/events/{played.issue_id}/",
        "exception": {"values": _exceptions(event)},
    }
    if event.outage:
        made["occurrence"] = {"type": int(UPTIME), "subtitle": event.message}
    return {"event": made, "triggered_rule": "drill"}


def _exceptions(event: Invented) -> list[dict[str, Any]]:
    """The chain, oldest cause first; the frame belongs to the one that was raised."""
    values: list[dict[str, Any]] = [{"type": name, "value": event.message} for name in event.exceptions]
    if values and event.frame is not None:
        place = event.frame
        frame = {
            "filename": place.filename,
            "lineno": place.lineno,
            "function": place.function,
            "in_app": True,
        }
        values[-1]["stacktrace"] = {"frames": [frame]}
    return values
