"""The opening scene as a list of steps: what is awaited, what to point at, what Next step does; asked by `demo.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.scene import SceneAlert
from bot.sandbox.stage import Stage
from bot.slack.blocks import read

LEVELS = frozenset({"impact_large", "impact_medium", "impact_small"})


@dataclass(frozen=True)
class Point:
    """The one control that stands out while a step is on: a button on the card of an alert of the scene."""

    alert: str
    action_id: str


@dataclass(frozen=True)
class Step:
    """One step; its words stand in the scene under `key`."""

    key: str
    is_done: Callable[[Stage], bool]
    play: Callable[[Stage], None] | None = None
    """What Next step does; None: nothing, the story is over."""
    point: Point | None = None


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


def is_resolved(stage: Stage, key: str) -> bool:
    """Whether Sentry says that the issue is resolved."""
    return (
        has_arrived(stage, key)
        and stage.sentry.issue(stage.scene.alerts[key].issue_id)["status"] == "resolved"
    )


def _settle_in_consultation(key: str) -> Callable[[Stage], None]:
    """The backup answers in the thread and decides there."""

    def settle(stage: Stage) -> None:
        question = stage.question(stage.scene.alerts[key])
        _, backups = stage.on_duty()
        helper = backups[0] if backups else stage.scene.people[1].id
        if question is not None:
            stage.slack.say(
                helper,
                stage.consultation_channel,
                stage.scene.answer[stage.language],
                thread_ts=question["ts"],
            )
            stage.slack.click(helper, stage.consultation_channel, question["ts"], "impact_medium")
            stage.settle()

    return settle


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


def _press(key: str, action_id: str) -> Callable[[Stage], None]:
    """The one on duty presses this button on that alert's card."""

    def press(stage: Stage) -> None:
        responder, _ = stage.on_duty()
        stage.press(responder or stage.scene.people[0].id, _alert(stage, key), action_id)

    return press


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
        lambda stage: is_decided(stage, "b"),
        _press("b", "impact_medium"),
        Point("b", "impact_medium"),
    ),
    Step(
        "mend_b",
        lambda stage: not stage.is_archived(_alert(stage, "b")),
        _press("b", "change"),
        Point("b", "change"),
    ),
    Step("c_comes", lambda stage: has_arrived(stage, "c"), _bring("c")),
    Step(
        "ask_c",
        lambda stage: is_asked(stage, "c") or is_decided(stage, "c"),
        _press("c", "consult"),
        Point("c", "consult"),
    ),
    Step("settle_c", lambda stage: is_decided(stage, "c"), _settle_in_consultation("c")),
    Step("days_pass", lambda stage: stage.clock.now() >= stage.scene.times["chase"], _wait_for_chase),
    Step(
        "respond_b",
        lambda stage: is_resolved(stage, "b"),
        _press("b", "responded"),
        Point("b", "responded"),
    ),
    Step("free", lambda stage: False),
)


def current_step(stage: Stage) -> Step:
    """The first step that is not done."""
    return next(step for step in STEPS if not step.is_done(stage))
