"""The opening scene as a list of steps: what is awaited, what to point at, what Next step does; asked by `demo.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.scene import SceneAlert
from bot.sandbox.stage import RESPONDED, Stage
from bot.slack.blocks import read
from bot.slack.blocks.forms import SMALL_CHECK

LEVELS = frozenset({"impact_large", "impact_medium", "impact_small"})


@dataclass(frozen=True)
class Point:
    """The one control that stands out while a step is on: a button on an alert's card, or on the question about it."""

    alert: str
    action_id: str
    is_on_question: bool = False
    """Then the helper presses it, and what leads there (the channel, the person) stands out first."""


@dataclass(frozen=True)
class Step:
    """One step; its words stand in the scene under `key`."""

    key: str
    is_done: Callable[[Stage], bool]
    play: Callable[[Stage], None] | None = None
    """What Next step does; None: nothing, the story is over."""
    point: Point | None = None
    next_stands_out: bool = False
    """The hint itself asks for Next step."""
    form_stands_out: bool = False
    """A form is open: its button stands out."""


def play_prologue(stage: Stage) -> None:
    """Friday: an alert is judged Small, with a reason. Monday 11:38: A arrives. Then the clock runs from 11:40."""
    scene = stage.scene
    happened = scene.alerts["prologue"]
    stage.happen(happened)
    stage.slack.wait_for(lambda: LEVELS & stage.buttons(happened))
    stage.move(scene.times["prologue_decided"])
    ben = next(person.id for person in scene.people if person.name == "ben")
    answers = {read.JUDGE_AFFECTED: "few", read.JUDGE_WORKAROUND: "yes"}
    stage.judge(ben, happened, answers, scene.prologue_reason[stage.language])
    stage.all_read()
    stage.move(scene.times["a"])
    happened = scene.alerts["a"]
    stage.happen(happened)
    stage.slack.wait_for(lambda: LEVELS & stage.buttons(happened))
    stage.move(scene.times["opening"])
    stage.clock.run_on()


def _bring(key: str) -> Callable[[Stage], None]:
    """The alert happens, and its card is on show when this returns. Safe to call twice."""

    def bring(stage: Stage) -> None:
        alert = stage.scene.alerts[key]
        if not has_arrived(stage, key):
            stage.happen(alert)
            stage.slack.wait_for(lambda: stage.card(alert))
            stage.settle()

    return bring


def is_asked(stage: Stage, key: str) -> bool:
    """Whether somebody has asked the others about the alert."""
    return stage.question(stage.scene.alerts[key]) is not None


def is_helped(stage: Stage, key: str) -> bool:
    """Whether nobody waits for a response any more; so it is also after a decision that asks for none."""
    return is_decided(stage, key) and RESPONDED not in stage.buttons(stage.scene.alerts[key])


def helper(stage: Stage) -> str:
    """Who answers a question: the backup of the moment, else anybody but the one who asked."""
    _, backups = stage.on_duty()
    return backups[0] if backups else stage.scene.people[1].id


def _settle_in_consultation(key: str) -> Callable[[Stage], None]:
    """The helper answers in the thread and decides there."""

    def settle(stage: Stage) -> None:
        question = stage.question(stage.scene.alerts[key])
        if question is not None:
            who, channel, ts = helper(stage), stage.consultation_channel, question["ts"]
            stage.slack.say(who, channel, stage.scene.answer[stage.language], thread_ts=ts)
            stage.slack.click(who, channel, ts, "impact_medium")
            stage.settle()

    return settle


def _respond(key: str) -> Callable[[Stage], None]:
    """The one on duty fills the form: all cases are mended, the business is told."""

    def respond(stage: Stage) -> None:
        answers = {read.DONE: stage.scene.response[stage.language], read.ALL_DONE: "yes", read.TOLD: "yes"}
        stage.respond(_on_duty(stage), _alert(stage, key), answers)

    return respond


def _wait_for_chase(stage: Stage) -> None:
    """The clock runs over the holiday and the weekend: the reminder and the chase of B come on their days."""
    stage.move(stage.scene.times["chase"])


bring_b = _bring("b")
"""B comes by itself; the director calls this."""


def has_arrived(stage: Stage, key: str) -> bool:
    """Whether the alert has a card."""
    return stage.card(stage.scene.alerts[key]) is not None


def is_decided(stage: Stage, key: str) -> bool:
    """Whether the alert's card has a decision, whatever it is."""
    return has_arrived(stage, key) and not LEVELS & stage.buttons(stage.scene.alerts[key])


def is_questioned(stage: Stage, key: str) -> bool:
    """Whether somebody has the one question before a Small of this alert open."""
    return any(
        view["callback_id"] == SMALL_CHECK and f'"{_alert(stage, key).issue_id}-' in view["private_metadata"]
        for person in stage.scene.people
        for view in stage.slack.view_stack(person.id)
    )


def _make_medium(key: str) -> Callable[[Stage], None]:
    """The one question is answered as it stands: no, make it Medium."""

    def answer(stage: Stage) -> None:
        asked = next(person.id for person in stage.scene.people if stage.slack.view_stack(person.id))
        stage.slack.submit(asked, {})
        stage.settle()

    return answer


def _press(key: str, action_id: str) -> Callable[[Stage], None]:
    """The one on duty presses this button on that alert's card."""

    def press(stage: Stage) -> None:
        stage.press(_on_duty(stage), _alert(stage, key), action_id)

    return press


def _on_duty(stage: Stage) -> str:
    responder, _ = stage.on_duty()
    return responder or stage.scene.people[0].id


def _alert(stage: Stage, key: str) -> SceneAlert:
    return stage.scene.alerts[key]


STEPS: tuple[Step, ...] = (
    Step(
        "judge_a",
        lambda stage: is_decided(stage, "a"),
        _press("a", "impact_small"),
        Point("a", "impact_small"),
    ),
    Step("b_comes", lambda stage: has_arrived(stage, "b"), bring_b),
    Step(
        "judge_b",
        lambda stage: is_decided(stage, "b") or is_questioned(stage, "b"),
        _press("b", "impact_small"),
        Point("b", "impact_small"),
    ),
    Step("guard_b", lambda stage: is_decided(stage, "b"), _make_medium("b"), form_stands_out=True),
    Step(
        "mend_b",
        lambda stage: not stage.is_archived(_alert(stage, "b")),
        _press("b", "change"),
        Point("b", "change"),
    ),
    Step("c_comes", lambda stage: has_arrived(stage, "c"), _bring("c"), next_stands_out=True),
    Step(
        "ask_c",
        lambda stage: is_asked(stage, "c") or is_decided(stage, "c"),
        _press("c", "consult"),
        Point("c", "consult"),
    ),
    Step(
        "settle_c",
        lambda stage: is_decided(stage, "c"),
        _settle_in_consultation("c"),
        Point("c", "impact_medium", is_on_question=True),
    ),
    Step(
        "days_pass",
        lambda stage: stage.clock.now() >= stage.scene.times["chase"],
        _wait_for_chase,
        next_stands_out=True,
    ),
    Step("respond_b", lambda stage: is_helped(stage, "b"), _respond("b"), Point("b", RESPONDED)),
    Step("free", lambda stage: False),
)


def current_step(stage: Stage) -> Step:
    """The first step that is not done."""
    return next(step for step in STEPS if not step.is_done(stage))
