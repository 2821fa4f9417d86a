"""The body of a metric alert's webhook, which belongs to no issue; `World.metric_alert` sends it."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.sentry.records import Json, iso
from bot.sandbox.sentry.site import Site

STATUSES = {"open": 1, "resolved": 2, "warning": 10, "critical": 20}
"""An incident's number for each action [S sentry/incidents/models/incident.py IncidentStatus]."""
RULE_MADE = "2026-05-01T00:00:00Z"


def metric_alert_data(action: str, name: str, project: str, text: str, now: datetime, site: Site) -> Json:
    """`data` of a metric alert; raises KeyError for an action that Sentry does not send."""
    moment = iso(now)
    return {
        "description_text": text or "143 events in the last 10 minutes",
        "description_title": f"{action.capitalize()}: {name}",
        "web_url": f"{site.url}/organizations/{site.org}/alerts/rules/details/88/?alert=412",
        "metric_alert": {
            "id": "9001",
            "identifier": "412",
            "organization_id": "5",
            "projects": [project],
            "status": STATUSES[action],
            "status_method": 3,
            "type": 2,
            "title": name,
            "date_started": moment,
            "date_detected": moment,
            "date_created": moment,
            "date_closed": moment if action == "resolved" else None,
            "alert_rule": _rule(name, project),
        },
    }


def _rule(name: str, project: str) -> Json:
    return {
        "id": "88",
        "name": name,
        "organization_id": "5",
        "status": 0,
        "dataset": "events",
        "query": "",
        "aggregate": "count()",
        "threshold_type": 0,
        "resolve_threshold": None,
        "time_window": 10,
        "environment": "production",
        "resolution": 1,
        "threshold_period": 1,
        "include_all_projects": False,
        "owner": "team:771",
        "projects": [project],
        "created_by": None,
        "date_created": RULE_MADE,
        "date_modified": RULE_MADE,
        "triggers": [],
    }
