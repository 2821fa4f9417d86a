"""Asking the others from everywhere, deciding there or on the card, and how a question ends: over real HTTP."""

from __future__ import annotations

from tests.builders import AIKO, BEN, CHIKA
from tests.e2e.week import (
    CONSULT,
    ELSEWHERE,
    buttons,
    elsewhere,
    head,
    loose,
    metadata_id,
    title,
    triage,
    view,
    with_button,
)
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until


def test_one_click_asks_and_a_decision_there_closes_both_messages(world: World) -> None:
    world.deliver(B_FILE)
    world.press(BEN, B_ISSUE, "consult")
    question = head(world)
    world.slack.wait_for(lambda: "discuss" in shown(world.card(B_ISSUE)))
    assert "Ben Mori" in shown(question)
    assert "judge by" in shown(world.card(B_ISSUE))

    world.slack.click(CHIKA, CONSULT, question["ts"], "impact_medium")

    world.slack.wait_for(
        lambda: "Chika Sato" in shown(world.card(B_ISSUE)) or "*Medium*" in shown(world.card(B_ISSUE))
    )
    world.slack.wait_for(
        lambda: "Settled" in "".join(m["text"] for m in world.slack.replies(CONSULT, question["ts"]))
    )
    world.slack.wait_for(lambda: "impact_medium" not in buttons(head(world)))
    assert "discuss" not in shown(world.card(B_ISSUE))
    assert len(world.slack.messages(CONSULT)) == 1
    assert not world.slack.troubles


def test_a_decision_on_the_card_closes_the_question_too(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(BEN, B_ISSUE, "consult")
    question = head(http_world)

    http_world.press(AIKO, B_ISSUE, "impact_medium")

    http_world.slack.wait_for(lambda: "impact_medium" not in buttons(head(http_world)))
    replies = http_world.slack.wait_for(lambda: http_world.slack.replies(CONSULT, question["ts"]))
    assert "Medium" in replies[-1]["text"]


def test_a_second_ask_joins_the_open_question_and_says_so(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(BEN, B_ISSUE, "consult")
    head(http_world)

    http_world.press(CHIKA, B_ISSUE, "consult")

    [told] = http_world.slack.wait_for(lambda: http_world.slack.ephemerals(CHIKA))
    assert "相談" in told["text"]
    assert len(http_world.slack.messages(CONSULT)) == 1


def test_two_people_decide_at_once_in_two_places_and_the_later_is_told_by_whom(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(BEN, B_ISSUE, "consult")
    question = head(http_world)
    row = next(b for b in question["blocks"] if b["type"] == "actions")

    http_world.press(AIKO, B_ISSUE, "impact_medium")
    http_world.slack.click_stale(
        BEN, CONSULT, question["ts"], "impact_large", block_id=row["block_id"], value=f"{B_ISSUE}-1"
    )

    [told] = http_world.slack.wait_for(lambda: http_world.slack.ephemerals(BEN))
    assert told["text"] == "Aiko Tanaka has just set this to Medium. You can look at it again."
    assert told["channel"] == CONSULT if "channel" in told else True


def test_the_button_of_one_question_cannot_decide_about_another_alert(http_world: World) -> None:
    http_world.deliver(A_FILE)
    http_world.deliver(B_FILE)
    http_world.card(A_ISSUE)
    http_world.press(BEN, B_ISSUE, "consult")
    question = head(http_world)

    http_world.slack.click(BEN, CONSULT, question["ts"], "impact_medium", value_override=f"{A_ISSUE}-1")

    [told] = http_world.slack.wait_for(lambda: http_world.slack.ephemerals(BEN))
    assert "does not know this alert" in told["text"]
    assert http_world.bot
    assert http_world.bot.store.alert(f"{A_ISSUE}-1").decision is None  # type: ignore[union-attr]


def test_the_shortcut_on_a_card_asks_about_its_alert_and_on_any_other_message_about_that(
    world: World,
) -> None:
    world.slack.add_channel(ELSEWHERE, "random")
    world.deliver(B_FILE)
    card = world.card(B_ISSUE)
    wait_until(lambda: world.bot and world.bot.wait_idle(5))
    said = world.slack.say(CHIKA, ELSEWHERE, "the upload button spins for ever")

    world.slack.shortcut(BEN, "consult_message", ALERTS, card["ts"])
    assert f"announce:consultation:{B_ISSUE}-1" in metadata_id(head(world))
    assert title(view(world, BEN)) == "Asked"
    world.slack.close_view(BEN)
    world.slack.shortcut(BEN, "consult_message", ELSEWHERE, said)

    question = loose(world)
    assert f"archives/{ELSEWHERE}/p{said.replace('.', '')}" in shown(question)
    assert "Ben Mori" in shown(question)
    assert buttons(question) >= {"loose_nothing", "loose_join", "loose_alert"}
    assert not world.slack.troubles


def test_the_shortcut_used_twice_asks_once_and_by_two_people_twice(http_world: World) -> None:
    http_world.slack.add_channel(ELSEWHERE, "random")
    said = http_world.slack.say(CHIKA, ELSEWHERE, "is this ours?")

    for user in (BEN, BEN, AIKO):
        http_world.slack.shortcut(user, "consult_message", ELSEWHERE, said)

    http_world.slack.wait_for(lambda: len(http_world.slack.messages(CONSULT)) == 2)
    assert http_world.bot
    assert http_world.bot.wait_idle(5)
    assert len(http_world.slack.messages(CONSULT)) == 2


def test_the_shortcut_in_a_thread_links_to_the_message_in_its_thread(http_world: World) -> None:
    http_world.slack.add_channel(ELSEWHERE, "random")
    root = http_world.slack.say(CHIKA, ELSEWHERE, "strange mails")
    reply = http_world.slack.say(BEN, ELSEWHERE, "here too", thread_ts=root)

    http_world.slack.shortcut(AIKO, "consult_message", ELSEWHERE, reply)

    assert f"thread_ts={root}" in shown(loose(http_world))


def test_a_question_in_plain_words_is_masked_and_posted_once(world: World) -> None:
    said = triage(
        world,
        BEN,
        "consult is taro@example.com <stuck>? ask <@U0CHIKA|chika> <!channel>",
        elsewhere(world),
    )

    question = loose(world)
    assert said
    assert "taro@example.com" not in shown(question)
    assert "&lt;stuck&gt;" in shown(question)
    assert "<!channel" not in shown(question)
    assert "<@U0CHIKA" not in shown(question)
    assert not world.slack.troubles


def test_a_command_that_begins_with_an_alerts_id_asks_about_that_alert(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.card(B_ISSUE)

    triage(http_world, BEN, f"consult {B_ISSUE} could it be the migration?")

    assert "could it be the migration?" in shown(head(http_world))


def test_a_question_in_a_form_is_posted_once_and_said_to_be(http_world: World) -> None:
    triage(http_world, BEN, "consult")
    view(http_world, BEN)
    http_world.slack.submit(BEN, {"consult_words": "does anyone know the bank's window?"})

    http_world.slack.wait_for(lambda: "bank's window" in shown(loose(http_world)))
    assert title(view(http_world, BEN)) == "Asked"
    assert len(http_world.slack.messages(CONSULT)) == 1
    assert not http_world.slack.troubles


def test_a_loose_question_ends_as_nothing_once(http_world: World) -> None:
    triage(http_world, BEN, "consult is this ours?")
    question = loose(http_world)
    row = next(b for b in question["blocks"] if b["type"] == "actions")
    value = row["elements"][0]["value"]

    http_world.slack.click(AIKO, CONSULT, question["ts"], "loose_nothing")
    http_world.slack.wait_for(lambda: not buttons(loose(http_world)))
    http_world.slack.click_stale(
        CHIKA, CONSULT, question["ts"], "loose_alert", block_id=row["block_id"], value=value
    )

    assert http_world.slack.wait_for(lambda: http_world.slack.ephemerals(CHIKA))
    assert http_world.cards() == []


def test_a_loose_question_becomes_an_alert_with_a_card_or_joins_one(http_world: World) -> None:
    triage(http_world, BEN, "consult uploads fail for one business")
    first = loose(http_world)
    http_world.slack.click(AIKO, CONSULT, first["ts"], "loose_alert")
    [card] = http_world.slack.wait_for(http_world.cards)
    assert "uploads fail for one business" in shown(card)
    http_world.slack.wait_for(lambda: not buttons(loose(http_world)))

    triage(http_world, BEN, "consult the same again?")
    second = http_world.slack.wait_for(lambda: (q := loose(http_world))["ts"] != first["ts"] and q)
    http_world.slack.click(AIKO, CONSULT, second["ts"], "loose_join")
    form = view(http_world, AIKO)
    [select] = [b["element"] for b in form["blocks"] if b["type"] == "input"]
    http_world.slack.submit(AIKO, {select["action_id"]: select["options"][0]["value"]})

    http_world.slack.wait_for(lambda: not buttons(loose(http_world)))
    assert http_world.slack.view_stack(AIKO) == []
    assert len(http_world.cards()) == 1
    assert not http_world.slack.troubles


def test_there_is_nothing_to_join_when_nothing_is_open(http_world: World) -> None:
    triage(http_world, BEN, "consult is this ours?")

    http_world.slack.click(AIKO, CONSULT, loose(http_world)["ts"], "loose_join")

    assert http_world.slack.wait_for(lambda: http_world.slack.ephemerals(AIKO))
    assert not http_world.slack.troubles


def test_small_by_habit_may_ask_first_and_decides_nothing(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(AIKO, B_ISSUE, "impact_small")
    view(http_world, AIKO)

    http_world.slack.submit(AIKO, {"choice": "ask", "reason": "can they send it again?"})

    assert "can they send it again?" in shown(head(http_world))
    assert "impact_small" in shown(http_world.card(B_ISSUE))
    assert not http_world.slack.troubles


def test_not_sure_in_the_form_asks_with_what_is_known(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(AIKO, B_ISSUE, "guide")
    view(http_world, AIKO)
    http_world.slack.view_choose(AIKO, "judge_affected", "few")
    http_world.slack.view_choose(AIKO, "judge_workaround", "unsure")
    http_world.slack.wait_for(lambda: "Not sure is fine" in shown(view(http_world, AIKO)))

    http_world.slack.view_click(AIKO, "consult_from_form")

    question = head(http_world)
    assert "a few" in shown(question)
    http_world.slack.wait_for(lambda: title(view(http_world, AIKO)) == "Asked")
    assert not http_world.slack.troubles


def test_taking_a_large_one_makes_the_presser_its_owner_and_ends_the_calls(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(BEN, B_ISSUE, "impact_large")
    line = http_world.slack.wait_for(lambda: with_button(http_world, "take")[0])

    http_world.slack.click(CHIKA, ALERTS, line["ts"], "take")

    [told] = http_world.slack.wait_for(lambda: http_world.slack.ephemerals(CHIKA))
    assert "引き受けました" in told["text"]
    assert http_world.bot
    alert = http_world.bot.store.alert(f"{B_ISSUE}-1")
    assert alert is not None
    assert alert.owner == CHIKA
    assert alert.acknowledged_by
