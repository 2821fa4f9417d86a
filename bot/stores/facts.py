"""What the `facts` table says of a round: its row, made by the archive each time a round is saved."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.alert import Alert
from bot.domain.guiding import Example, teaches
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
    "example",
    "example_name",
    "example_step",
    "example_affected",
    "example_workaround",
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
        *_example_columns(alert),
    )


def example_of(alert: Alert) -> Example | None:
    """What its decision teaches others; None when it says too little, or when no issue's name can stand for it."""
    decision = alert.decision
    if decision is None or not alert.has_issue:
        return None
    if not teaches(decision.answers, decision.row, decision.reason):
        return None
    return Example(alert.display_id, decision.at, decision.reason, decision.answers)


def _example_columns(alert: Alert) -> tuple[Value, ...]:
    example = example_of(alert)
    if example is None:
        return (None,) * 5
    given = example.answers
    return (
        example.reason,
        example.name,
        given.step,
        given.affected.value if given.affected else None,
        None if given.workaround is None else int(given.workaround),
    )


def instant(at: datetime) -> str:
    """An instant as the file has it: UTC, always six digits of a second, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
