"""What a person decided about an alert, and what they answered. Kept for ever in the decision log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.impact import Affected, Impact


class Verdict(StrEnum):
    """The kinds of decision: an impact level, or that the alert is another team's."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    NOT_OURS = "not_ours"

    @property
    def level(self) -> Impact | None:
        """The impact level, or None where the alert is not ours."""
        return None if self is Verdict.NOT_OURS else Impact(self.value)


@dataclass(frozen=True)
class Answers:
    """The three answers; None is "not said" and is never read as an answer."""

    step: str | None = None
    affected: Affected | None = None
    workaround: bool | None = None


@dataclass(frozen=True)
class Decision:
    """One decision: who, when, what, why, and what the card showed at that moment."""

    id: str
    verdict: Verdict
    answers: Answers
    row: str | None
    reason: str
    by: str
    by_name: str
    at: datetime
    shown_count: int | None = None
    shown_step: str | None = None
    shown_level: str | None = None
    against_matrix: bool = False
    doubt: str = ""
    """Which question was asked before it (`bot.domain.guard.Doubt`); empty when none was."""
    same_as: str = ""
    """The issue whose decision was taken over with one press, since the cause is the same."""
    tell: str = ""
    """For "not ours": whom to tell."""
    part_of: str = ""
    """For Large as part of an incident: the id of the alert that leads it."""


def decision_id(alert_id: str, number: int) -> str:
    """The id of the n-th decision on an alert; a Sentry note ends with it, so a repeat can be recognised."""
    return f"{alert_id}.{number}"
