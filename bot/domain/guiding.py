"""What helps someone to judge for the first time: where each answer leads, and how the team has answered before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.decision import Answers
from bot.domain.impact import Affected, Impact
from bot.domain.journey import OUTSIDE, UNSURE
from bot.domain.policy import Policy

Levels = tuple[Impact, ...]


@dataclass(frozen=True)
class Example:
    """One decision of the team that says why; by the issue's name and the day, never by a person's."""

    name: str
    at: datetime
    reason: str
    answers: Answers


@dataclass(frozen=True)
class Guide:
    """For each answer that is still open: the levels it may lead to, and the newest example of it."""

    affected: Mapping[Affected, Levels] = field(default_factory=dict[Affected, Levels])
    workaround: Mapping[bool, Levels] = field(default_factory=dict[bool, Levels])
    of_step: Example | None = None
    of_affected: Mapping[Affected, Example] = field(default_factory=dict[Affected, Example])
    of_workaround: Mapping[bool, Example] = field(default_factory=dict[bool, Example])


def leads(answers: Answers, policy: Policy) -> tuple[dict[Affected, Levels], dict[bool, Levels]]:
    """Where each answer to the second and to the third question leads, the other answers being as they are.

    Nothing where no row of the matrix speaks of the step.
    """
    if answers.step == OUTSIDE:
        return {}, {}
    step = None if answers.step == UNSURE else answers.step

    def levels(affected: Affected | None, workaround: bool | None) -> Levels:
        return tuple(level for level in Impact if policy.rows_for_level(level, step, affected, workaround))

    return (
        {affected: levels(affected, answers.workaround) for affected in Affected},
        {workaround: levels(answers.affected, workaround) for workaround in (True, False)},
    )


def teaches(answers: Answers, row: str | None, reason: str) -> bool:
    """Whether a decision may serve as an example: it says why, and the matrix agrees with it."""
    return bool(reason.strip() and row and answers.step)
