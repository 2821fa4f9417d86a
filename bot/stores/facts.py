"""What the `facts` table says of a round: its row, made by the archive each time a round is saved."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.alert import Alert
from bot.stores.sqlite_file import Value

COLUMNS = (
    "alert_id",
    "issue_id",
    "round",
    "project",
    "state",
    "source",
    "step",
    "verdict",
    "matrix_row",
    "arrived_at",
    "decided_at",
    "responded_at",
    "closed_at",
    "title",
    "exception",
    "exceptions",
    "transaction_name",
    "culprit",
    "frame",
    "environment",
    "release",
)
"""In the order of `facts_row`."""


def facts_row(alert: Alert) -> tuple[Value, ...]:
    """The row of one round. `exceptions` has the whole chain, a line each; `exception` is the one that was raised."""
    facts, decision = alert.facts, alert.decision
    return (
        alert.id,
        alert.issue_id,
        alert.round,
        facts.project,
        alert.state.value,
        alert.source.value,
        alert.effective_step,
        decision.verdict.value if decision else None,
        decision.row if decision else None,
        instant(alert.arrived_at),
        instant(decision.at) if decision else None,
        instant(alert.responded_at) if alert.responded_at else None,
        instant(alert.closing.at) if alert.closing else None,
        facts.title,
        facts.exceptions[-1] if facts.exceptions else None,
        "\n".join(facts.exceptions),
        facts.transaction,
        facts.culprit,
        f"{facts.frame.filename}:{facts.frame.function or ''}" if facts.frame else None,
        facts.environment,
        facts.release,
    )


def instant(at: datetime) -> str:
    """An instant as the file has it: UTC, always six digits of a second, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
