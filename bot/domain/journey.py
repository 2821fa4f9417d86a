"""The journey: the steps a customer's case goes through, and the words beside them. Read by every floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.domain.spelling import FROM_FILE, Spelling

WHOLE = "whole"
"""The chain as such cannot go on: no step in particular, all of them together."""
OUTSIDE = "outside"
"""The alert stops no step of the journey."""
UNSURE = "unsure"
"""The person cannot say which step; an answer like any other."""
ANY = "any"
"""In the matrix only: one of the journey's ids, never `whole`."""

RESERVED = (WHOLE, OUTSIDE, UNSURE, ANY)
"""Words that no step may take as its id."""

StepId = Annotated[str, Spelling.STEP_ID]


@dataclass(frozen=True)
class Step:
    """One step of the journey."""

    __pydantic_config__ = FROM_FILE

    id: StepId
    """Short and lasting, for rules and the log (`check`): small letters, digits, `_`. Not shown to people."""
    name: dict[str, str]
    """What people read, by language (`en`, `ja`), without a number: the bot writes `3 Visual check`."""
    actor: str
    """Who acts in this step, such as `operator`."""


@dataclass(frozen=True)
class Journey:
    """The steps in their order; `rules.yaml` writes them as a plain list."""

    __pydantic_config__ = FROM_FILE

    steps: tuple[Step, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The steps' ids in the journey's order."""
        return tuple(step.id for step in self.steps)

    def step(self, step_id: str) -> Step:
        """The step of that id; KeyError when the journey has none (also for `whole`, `outside`, `unsure`)."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def number(self, step_id: str) -> int:
        """The step's place in the journey, counted from 1; KeyError when the journey has none of that id."""
        return self.steps.index(self.step(step_id)) + 1

    def is_known(self, step_id: str) -> bool:
        """Whether the id is one that `step()` answers."""
        return step_id in self.ids
