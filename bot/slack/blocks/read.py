"""What a person chose and wrote in a form, from a view's `state.values`; never raises. Used by the view listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from bot.domain.alert import Alert
from bot.domain.decision import Answers, Verdict
from bot.domain.impact import Affected, Impact
from bot.domain.journey import UNSURE

JUDGE_STEP = "judge_step"
JUDGE_AFFECTED = "judge_affected"
JUDGE_WORKAROUND = "judge_workaround"
JUDGE_LEVEL = "judge_level"
JUDGE_ACTIONS = (JUDGE_STEP, JUDGE_AFFECTED, JUDGE_WORKAROUND, JUDGE_LEVEL)
"""action_ids of the form's questions; each answer comes at once as a block_actions request."""
LEVEL_BLOCK = "level"
"""The level's block_id is `level:<what the matrix says>`: when that changes, Slack shows the new first choice."""
NO_LEVEL = "open"
ASK = "ask"
"""The way on that decides nothing: the others are asked first."""

CHOICE = "choice"
REASON = "reason"
DONE = "done"
ALL_DONE = "all_done"
TOLD = "told"
TEXT = "text"
TELL = "tell"
TO = "to"
DAY = "swap_day"
TAKER = "swap_taker"
IN_RETURN = "swap_in_return"
PERSON = "away_person"
FIRST = "away_first"
LAST = "away_last"
WORDS = "consult_words"
ALERT = "loose_alert_chosen"
"""action_ids of the other forms' inputs."""

State = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """The form `judge` as far as it is filled in; None is "not answered", `unsure` an answer."""

    step: str | None = None
    affected: str | None = None
    """`all`, `few` or `unsure`."""
    workaround: str | None = None
    """`yes`, `no` or `unsure`."""
    level: Impact | None = None
    level_for: str = ""
    """What the matrix said when the level was chosen: a level or `open`."""
    reason: str = ""

    @property
    def answers(self) -> Answers:
        """The answers as a decision stores them: "not sure" of all or few, and of a workaround, is "not said"."""
        return Answers(
            step=self.step,
            affected=Affected(self.affected) if self.affected in tuple(Affected) else None,
            workaround={"yes": True, "no": False}.get(self.workaround or ""),
        )

    @property
    def is_unsure(self) -> bool:
        """Whether one of the three questions was answered by "not sure"."""
        return UNSURE in (self.step, self.affected, self.workaround)

    @classmethod
    def of(cls, alert: Alert) -> Judged:
        """How the form begins: what the rules or a person said of the step, or the last decision's answers."""
        decision = alert.decision
        if decision is None:
            return cls(step=alert.effective_step)
        answers = decision.answers
        return cls(
            step=answers.step or alert.effective_step,
            affected=answers.affected.value if answers.affected else None,
            workaround=None if answers.workaround is None else "yes" if answers.workaround else "no",
            level=decision.verdict.level,
        )


@dataclass(frozen=True)
class SmallChecked:
    """The answer to "one thing to check"."""

    verdict: Verdict
    reason: str
    ask: bool = False
    """The others are asked first; the verdict does not count then."""

    @property
    def workaround(self) -> bool:
        """Keeping Small says that they get on without us; Medium that they do not."""
        return self.verdict is Verdict.SMALL


@dataclass(frozen=True)
class RespondedForm:
    """What was done, whether all are done, and whether the business was told (`yes`, `no`, `support`)."""

    done: str
    all_done: bool
    told: str


@dataclass(frozen=True)
class NotOursForm:
    """Why it is not ours, and whom to tell."""

    reason: str
    tell: str


@dataclass(frozen=True)
class SwapForm:
    """Which turn, whom to ask, and which day in return; None is "not chosen"."""

    day: date | None
    taker: str | None
    in_return: date | None


@dataclass(frozen=True)
class AwayForm:
    """Who is away (None: the one who sends it), from which day to which (None: that day alone)."""

    user_id: str | None
    first: date | None
    last: date | None


def judged(values: State) -> Judged:
    """The form `judge`, also half filled."""
    level, level_for = None, ""
    for block, inputs in values.items():
        if block.startswith(f"{LEVEL_BLOCK}:"):
            level_for = block.partition(":")[2]
            level = _option(_mapping(inputs).get(JUDGE_LEVEL))
    return Judged(
        step=_option(_input(values, JUDGE_STEP)),
        affected=_option(_input(values, JUDGE_AFFECTED)),
        workaround=_option(_input(values, JUDGE_WORKAROUND)),
        level=Impact(level) if level in tuple(Impact) else None,
        level_for=level_for,
        reason=_typed(values, REASON),
    )


def small_checked(values: State) -> SmallChecked:
    """The form `small_check`; without an answer it is Medium, the careful one."""
    choice = _option(_input(values, CHOICE))
    verdict = Verdict.SMALL if choice == Verdict.SMALL.value else Verdict.MEDIUM
    return SmallChecked(verdict, _typed(values, REASON), ask=choice == ASK)


def responded(values: State) -> RespondedForm:
    """The form `responded`; without an answer some are left."""
    return RespondedForm(
        done=_typed(values, DONE),
        all_done=_option(_input(values, ALL_DONE)) == "yes",
        told=_option(_input(values, TOLD)) or "",
    )


def not_ours(values: State) -> NotOursForm:
    """The form `not_ours`."""
    return NotOursForm(_typed(values, REASON), _typed(values, TELL))


def extended(values: State) -> str:
    """The reason in the form `extend`."""
    return _typed(values, REASON)


def noted(values: State) -> str:
    """The text in the form `note`."""
    return _typed(values, TEXT)


def handed_over(values: State) -> str | None:
    """The Slack user id in the form `hand_over`; None when nobody is chosen."""
    return _user(values, TO)


def swap_asked(values: State) -> SwapForm:
    """The form `swap`."""
    return SwapForm(_day(values, DAY), _user(values, TAKER), _day(values, IN_RETURN))


def away_said(values: State) -> AwayForm:
    """The form `away`."""
    return AwayForm(_user(values, PERSON), _day(values, FIRST), _day(values, LAST))


def consult_words(values: State) -> str:
    """The words in the form `consult_words`."""
    return _typed(values, WORDS)


def joined(values: State) -> str | None:
    """The alert id in the form `loose_join`; None when none is chosen."""
    return _option(_input(values, ALERT))


def typed_in(values: State, action_id: str) -> str:
    """What was written in that input."""
    return _typed(values, action_id)


def chosen_in(values: State, action_id: str) -> str:
    """The value that was chosen in that input; empty when none was."""
    return _option(_input(values, action_id)) or ""


def person_in(values: State, action_id: str) -> str:
    """The Slack user id that was chosen in that input; empty when none was."""
    return _user(values, action_id) or ""


def _input(values: State, action_id: str) -> object:
    """What that input holds, whichever block it stands in."""
    for inputs in values.values():
        if action_id in (found := _mapping(inputs)):
            return found[action_id]
    return None


def _option(value: object) -> str | None:
    chosen = _mapping(_mapping(value).get("selected_option")).get("value")
    return chosen if isinstance(chosen, str) and chosen else None


def _user(values: State, action_id: str) -> str | None:
    user = _mapping(_input(values, action_id)).get("selected_user")
    return user if isinstance(user, str) and user else None


def _day(values: State, action_id: str) -> date | None:
    """A day, from a calendar or from a menu of days."""
    given = _input(values, action_id)
    chosen = _mapping(given).get("selected_date") or _option(given)
    try:
        return date.fromisoformat(chosen) if isinstance(chosen, str) else None
    except ValueError:
        return None


def _typed(values: State, action_id: str) -> str:
    written = _mapping(_input(values, action_id)).get("value")
    return written.strip() if isinstance(written, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
