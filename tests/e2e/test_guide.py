"""A newcomer opens the form: earlier decisions help, answers show where they lead, Ask takes along what is known."""

from __future__ import annotations

from typing import Any

from tests.builders import AIKO, CHIKA
from tests.e2e.world import A_FILE, A_ISSUE, B_FILE, B_ISSUE, World, shown

CONSULTATION = "C0OTHER0"


def form(world: World, user: str) -> dict[str, Any]:
    return world.slack.wait_for(lambda: world.slack.view_stack(user)[-1])


def judged_before(world: World) -> None:
    """A is Small, with a reason, by the form; B has arrived and its form is open before Chika."""
    world.deliver(A_FILE)
    world.press(AIKO, A_ISSUE, "guide")
    form(world, AIKO)
    for question, answer in (
        ("judge_step", "submission"),
        ("judge_affected", "few"),
        ("judge_workaround", "yes"),
    ):
        world.slack.view_choose(AIKO, question, answer)
    world.slack.submit(AIKO, {"reason": "double submit, Taro (taro@example.com) sent again"})
    world.deliver(B_FILE)
    world.press(CHIKA, B_ISSUE, "guide")
    world.settle()


def test_the_form_shows_what_the_team_decided_before_and_where_each_answer_leads(http_world: World) -> None:
    judged_before(http_world)
    opened = shown(form(http_world, CHIKA))

    http_world.slack.view_choose(CHIKA, "judge_affected", "few")
    after = http_world.slack.wait_for(
        lambda: "局所的 → *中*" in shown(form(http_world, CHIKA)) and form(http_world, CHIKA)
    )

    assert "局所的：KYC-API-1A（" in opened
    assert "double submit" in opened
    assert "taro@example.com" not in opened
    assert "Aiko" not in opened
    assert "できない → *中*" in shown(after)
    assert not http_world.slack.troubles


def test_what_was_typed_outlives_the_answers(http_world: World) -> None:
    judged_before(http_world)
    http_world.slack.fill(CHIKA, {"reason": "half a sentence"})

    http_world.slack.view_choose(CHIKA, "judge_affected", "few")
    http_world.slack.view_choose(CHIKA, "judge_workaround", "unsure")
    view = http_world.slack.wait_for(
        lambda: "unsure" in shown(form(http_world, CHIKA)) and form(http_world, CHIKA)
    )

    assert view["state"]["values"]["reason"]["reason"]["value"] == "half a sentence"


def test_ask_takes_the_answers_so_far_into_the_consultation(http_world: World) -> None:
    judged_before(http_world)
    http_world.slack.fill(CHIKA, {"reason": "two cases wait"})
    for question, answer in (("judge_affected", "few"), ("judge_workaround", "unsure")):
        http_world.slack.view_choose(CHIKA, question, answer)
    http_world.slack.wait_for(lambda: "unsure" in shown(form(http_world, CHIKA)))

    http_world.slack.view_click(CHIKA, "consult_from_form", block_id="head")
    http_world.settle()

    (question,) = http_world.slack.messages(CONSULTATION)
    asked = shown(question)
    assert "So far: 3 Visual check, a few." in asked
    assert "Not sure: a way on without us" in asked
    assert "two cases wait" in asked
    assert not http_world.slack.troubles
