"""The one question that comes before a press where it would be dangerous, and nowhere else. Asked by `deciding`."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.alert import Alert
from bot.domain.decision import Answers, Verdict
from bot.domain.impact import Impact
from bot.domain.journey import OUTSIDE, UNSURE
from bot.domain.policy import Policy
from bot.domain.twin import is_warned, last_verdict


class Doubt(StrEnum):
    """Why a question comes first."""

    MATRIX = "matrix"
    """No row of the matrix gives Small for what is known."""
    LOOK_ALIKE = "look_alike"
    """The alert looks like an earlier one, but the cause may be another."""
    LAST_TIME = "last_time"
    """The same cause was judged otherwise before."""


class AskFirst(Exception):  # noqa: N818 - a question, not a failure
    """A Small that could be a mistake: one question comes first, and then it is taken with its reason."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


def doubt_before(
    alert: Alert, verdict: Verdict, answers: Answers, policy: Policy, earlier: Alert | None
) -> Doubt | None:
    """Why this press is asked about first; None when it takes effect at once.

    Only Small can do harm in silence: it archives. Every other level can be looked at again while people still see it.
    `earlier`: the alert that `alert.twin` names.
    """
    if verdict is not Verdict.SMALL:
        return None
    if is_warned(alert):
        return Doubt.LOOK_ALIKE
    if last_verdict(alert, earlier) in (Verdict.MEDIUM, Verdict.LARGE):
        return Doubt.LAST_TIME
    return None if allows_small(answers, policy) else Doubt.MATRIX


def allows_small(answers: Answers, policy: Policy) -> bool:
    """Whether a row gives Small for what is known. Without a step of the journey nothing is Small by itself."""
    if answers.step in (None, OUTSIDE, UNSURE):
        return False
    return bool(policy.rows_for_level(Impact.SMALL, answers.step, answers.affected, answers.workaround))


def contradicts_last(alert: Alert, verdict: Verdict, earlier: Alert | None) -> bool:
    """Whether the same cause was judged otherwise last time: the thread asks once what is different now."""
    last = last_verdict(alert, earlier)
    return last is not None and last is not verdict
