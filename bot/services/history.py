"""Use case: what happened, for people and scripts: the log of one issue or of all, and the whole as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.alert import Alert
from bot.domain.entries import Entry
from bot.ports import Reading


def issue_of(reading: Reading, name: str) -> str | None:
    """The issue id behind what a person typed: its number, its short id, or an alert's id. None when unknown."""
    wanted = name.strip()
    if reading.latest_round(wanted) is not None:
        return wanted
    alert = reading.alert(wanted)
    if alert is not None:
        return alert.issue_id
    return next((a.issue_id for a in reading.alerts() if (a.short_id or "").upper() == wanted.upper()), None)


def history(reading: Reading, issue_id: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """The log as plain records, oldest first; of one issue, or of all."""
    return [entry_record(entry) for entry in reading.entries(issue_id=issue_id, limit=limit)]


def entry_record(entry: Entry) -> dict[str, Any]:
    """One log entry with times as ISO 8601 UTC and absent things left out."""
    record: dict[str, Any] = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "alert": entry.alert_id,
        "issue": entry.issue_id,
        "by": entry.by,
        "by_name": entry.by_name,
        "drill": entry.drill,
        **entry.details,
    }
    decision = entry.decision
    if decision is not None:
        record |= {
            "verdict": decision.verdict.value,
            "step": decision.answers.step,
            "affected": decision.answers.affected.value if decision.answers.affected else None,
            "workaround": decision.answers.workaround,
            "row": decision.row,
            "reason": decision.reason,
            "against_matrix": decision.against_matrix or None,
            "shown_count": decision.shown_count,
            "shown_step": decision.shown_step,
            "shown_level": decision.shown_level,
        }
    return {key: value for key, value in record.items() if value not in (None, "")}


def alert_record(alert: Alert) -> dict[str, Any]:
    """One alert as a plain record, for lists and exports."""
    facts = alert.facts
    record: dict[str, Any] = {
        "id": alert.id,
        "issue": alert.issue_id,
        "short_id": alert.short_id,
        "round": alert.round,
        "state": alert.state.value,
        "title": facts.title,
        "project": facts.project,
        "transaction": facts.transaction,
        "step": alert.effective_step,
        "arrived_at": alert.arrived_at.isoformat(),
        "judge_by_at": alert.judge_by_at.isoformat(),
        "respond_by_at": alert.respond_by_at.isoformat() if alert.respond_by_at else None,
        "owner": alert.owner,
        "count": alert.count,
        "level": alert.decision.verdict.value if alert.decision else None,
        "drill": alert.drill or None,
    }
    return {key: value for key, value in record.items() if value is not None}


def export(reading: Reading) -> Iterator[dict[str, Any]]:
    """Everything that may leave the house, as records with their type: alerts first, then the log."""
    for alert in reading.alerts():
        yield {"type": "alert", **alert_record(alert)}
    for entry in reading.entries():
        yield {"type": "entry", **entry_record(entry)}
