"""Outside the journey: no dead end, on the card or in the form; nobody is asked what cannot be answered."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.decision import Answers, Decision, Verdict
from tests.builders import AIKO
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, World


def top(world: World) -> dict[str, Any]:
    return world.slack.wait_for(lambda: (stack := world.slack.view_stack(AIKO)) and stack[-1])


def decision(world: World) -> Decision:
    world.sentry.wait_for(lambda: world.sentry.issue(A_ISSUE)["status"] == "ignored")
    assert world.bot
    alert = world.bot.store.alert(f"{A_ISSUE}-1")
    assert alert and alert.decision
    return alert.decision


def test_small_on_a_card_outside_the_journey_is_confirmed_with_one_press(world: World) -> None:
    world.deliver(A_FILE)
    world.slack.choose(AIKO, ALERTS, world.card(A_ISSUE)["ts"], "journey_step", "outside")
    world.settle()

    world.press(AIKO, A_ISSUE, "impact_small")
    assert "stops no step of the journey" in json.dumps(top(world))
    world.slack.submit(AIKO, {})

    taken = decision(world)
    assert (taken.verdict, taken.answers) == (Verdict.SMALL, Answers("outside"))
    assert not world.slack.troubles


def test_the_form_takes_a_level_and_a_reason_alone_outside_the_journey(world: World) -> None:
    world.deliver(A_FILE)
    world.press(AIKO, A_ISSUE, "guide")
    top(world)
    world.slack.view_choose(AIKO, "judge_step", "outside")
    world.slack.wait_for(lambda: "the matrix says nothing" in json.dumps(top(world)))

    world.slack.view_choose(AIKO, "judge_level", "small")
    world.slack.submit(AIKO, {"reason": "a report for ourselves"})

    taken = decision(world)
    assert (taken.answers, taken.reason) == (Answers("outside"), "a report for ourselves")
    assert not world.slack.troubles
