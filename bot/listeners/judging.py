"""What the form of the three questions shows for the answers so far; used by its actions and its view."""

from __future__ import annotations

from typing import Any

from bot.domain.alert import Alert
from bot.domain.decision import Decision, Verdict
from bot.domain.guard import contradicts_last
from bot.domain.impact import Impact
from bot.domain.journey import OUTSIDE, UNSURE
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.guide import guide
from bot.services.likeness import earlier_of
from bot.slack.blocks.forms import judge
from bot.slack.blocks.read import Judged


def judge_form(alert: Alert, room: Room, press: Press) -> dict[str, Any]:
    """The form as it opens: with the suggested step, or with the last decision."""
    return filled_form(alert, room, press, Judged.of(alert))


def filled_form(
    alert: Alert,
    room: Room,
    press: Press,
    filled: Judged,
    *,
    against: Impact | None = None,
    last: Decision | None = None,
    metadata: str = "",
) -> dict[str, Any]:
    """The form for these answers, with what follows from them and what helps with the others."""
    says, helps = matrix_says(filled, room), guide(room.desk, alert, filled.answers)
    look = room.look(press, alert)
    return judge(alert, look, filled, says, against=against, last=last, metadata=metadata, guide=helps)


def matrix_says(filled: Judged, room: Room) -> Impact | None:
    """The level of the row that the answers hit, or None while they hit none."""
    answers = filled.answers
    row = room.desk.policy().row_for(answers.step, answers.affected, answers.workaround)
    return row.impact if row else None


def other_than_last(alert: Alert, level: Impact, room: Room) -> Decision | None:
    """The last decision on the same cause, where this level is another one; None while nothing contradicts."""
    earlier = earlier_of(room.desk.store, alert)
    if alert.decision is not None or not contradicts_last(alert, Verdict(level.value), earlier):
        return None
    return earlier.decision if earlier else None


def contradicted(filled: Judged, level: Impact, room: Room) -> Impact | None:
    """The level that the matrix gives where it does not give the chosen one; None when it may."""
    said = matrix_says(filled, room)
    if said is not None:
        return said if said is not level else None
    answers, policy = filled.answers, room.desk.policy()
    if answers.step is None or answers.step in (OUTSIDE, UNSURE):
        return None
    if policy.rows_for_level(level, answers.step, answers.affected, answers.workaround):
        return None
    others = (other for other in Impact if other is not level)
    return next(
        (o for o in others if policy.rows_for_level(o, answers.step, answers.affected, answers.workaround)),
        None,
    )
