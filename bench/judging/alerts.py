"""The set of alerts: whole webhook bodies, when each comes, and how it happens on a stage. Used by `session.py`."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.scene import SceneAlert
from bot.sandbox.sentry.records import iso
from bot.sandbox.stage import Stage
from bot.sentry.webhook import METRIC

Json = dict[str, Any]
HERE = Path(__file__).parent
RESOURCES = {"event": "event_alert", "issue": "issue", "metric_alert": "metric_alert"}
"""Sentry names a body's resource in a header only; here the key of its data tells it."""

READ_WITHIN = 30.0
"""Seconds within which the bot has read an issue, also when Sentry's limit made it wait."""


@dataclass(frozen=True)
class SetAlert:
    """One alert of the set: its body, the moment of its webhook, and what Sentry has counted by then."""

    name: str
    at: datetime
    body: Json
    short_id: str | None = None
    events: int = 1
    users: int = 0
    minutes: int = 1
    """Within how many the events came, the last one that of the body."""
    state: str | None = None
    """`escalating` where Sentry itself says so."""

    @property
    def resource(self) -> str:
        """Which kind of webhook it is."""
        return next(resource for key, resource in RESOURCES.items() if key in self.body["data"])

    @property
    def issue_id(self) -> str:
        """The issue's number, or the bot's id for an incident of a metric alert."""
        data: Json = self.body["data"]
        if metric := data.get("metric_alert"):
            return f"{METRIC}{metric['identifier']}"
        return str(data["event"]["issue_id"] if "event" in data else data["issue"]["id"])

    @property
    def on_stage(self) -> SceneAlert:
        """As a stage looks for its card."""
        return SceneAlert(
            {"issue_id": self.issue_id, "short_id": self.short_id or self.name}, self.events, ()
        )


def load_set() -> tuple[SetAlert, ...]:
    """All alerts, in the order of their coming. Raises KeyError or TypeError where files and timetable differ."""
    table: dict[str, Json] = yaml.safe_load((HERE / "timetable.yaml").read_text(encoding="utf-8"))
    found: list[SetAlert] = []
    for path in sorted((HERE / "alerts").glob("*.json")):
        line = dict(table.pop(path.stem))
        line["at"] = line["at"].astimezone(UTC)
        found.append(SetAlert(path.stem, body=json.loads(path.read_text(encoding="utf-8")), **line))
    if table:
        raise KeyError(f"the timetable speaks of alerts without a file: {', '.join(table)}")
    return tuple(sorted(found, key=lambda alert: alert.at))


def happen(stage: Stage, alert: SetAlert) -> None:
    """Its events happen, its webhook is sent, and its card with all its numbers is on show when this returns."""
    if "event" in alert.body["data"]:
        _count_events(stage, alert)
    elif alert.resource == "issue":
        stage.sentry.load_webhook_issue(alert.body)
    sent = stage.sentry.send(alert.resource, alert.body)
    if sent.status != 200:
        raise RuntimeError(f"{alert.name}: the bot answered its webhook with {sent.status or sent.error}")
    stage.slack.wait_for(lambda: stage.card(alert.on_stage))
    stage.sentry.wait_for(lambda: _is_read(stage, alert), READ_WITHIN)
    stage.settle()


def _is_read(stage: Stage, alert: SetAlert) -> bool:
    """Whether the bot has asked Sentry for the numbers; an incident of a metric alert has none."""
    kept = stage.bot.desk.store.latest_round(alert.issue_id) if stage.bot else None
    return kept is not None and (not kept.has_issue or kept.count is not None)


def _count_events(stage: Stage, alert: SetAlert) -> None:
    """Each event once, so that the local Sentry counts events and users as the real one does."""
    earlier = alert.events - 1
    for number in range(earlier):
        body = copy.deepcopy(alert.body)
        before = timedelta(minutes=alert.minutes) * (1 - number / earlier)
        _make_earlier(body["data"]["event"], alert.at - before, number, alert.users)
        stage.sentry.load_webhook_issue(body, short_id=alert.short_id)
    if alert.state == "escalating":
        stage.sentry.escalate(alert.issue_id, deliver=())
    else:
        stage.sentry.load_webhook_issue(alert.body, short_id=alert.short_id)


def _make_earlier(event: Json, at: datetime, number: int, users: int) -> None:
    """Another event of the same cause, before the one of the body and of the next user in turn."""
    event["event_id"] = hashlib.md5(
        f"{event['event_id']} {number}".encode(), usedforsecurity=False
    ).hexdigest()
    event["datetime"], event["timestamp"] = iso(at), at.timestamp()
    if users and (turn := (number + 1) % users):
        event["user"] = {"id": f"{event['user']['id']}-{turn}"}
