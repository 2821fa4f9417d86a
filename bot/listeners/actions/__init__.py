"""Everything that can be pressed on our messages and in our forms. Add one: a file here, a line below, its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.listeners.actions import (
    answers,
    change,
    guide,
    impact,
    journey_step,
    judge_question,
    more,
    note,
    responded,
)


@dataclass(frozen=True)
class Action:
    """One action id and what is done when it comes."""

    ID: str
    handle: Callable[..., Any]


ACTIONS: tuple[Action, ...] = (
    *(Action(action_id, impact.handle) for action_id in impact.IDS),
    Action(journey_step.ID, journey_step.handle),
    Action(guide.ID, guide.handle),
    Action(answers.ID, answers.handle),
    Action(responded.ID, responded.handle),
    Action(change.ID, change.handle),
    Action(note.ID, note.handle),
    Action(more.ID, more.handle),
    *(Action(action_id, judge_question.handle) for action_id in judge_question.IDS),
)
