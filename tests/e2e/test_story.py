"""The main job as a story over real HTTP: alert, card, decision, Sentry, and back."""

from __future__ import annotations

import time

from tests.builders import AIKO, BEN
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until


def test_a_and_b_arrive_are_judged_differently_and_both_cards_stay_true(world: World) -> None:
    started = time.monotonic()
    assert world.deliver(A_FILE).status == 200
    assert world.deliver(B_FILE).status == 200

    # Two cards within three seconds, with different steps, though their titles are the same.
    a, b = world.card(A_ISSUE), world.card(B_ISSUE)
    assert time.monotonic() - started < 3
    assert "Stops *2 Submission*" in shown(a)
    assert "Stops *3 Visual check*" in shown(b)
    world.slack.wait_for(lambda: "KYC-API-1B" in shown(world.card(B_ISSUE)))
    assert "users unknown (background job)" in shown(world.card(B_ISSUE))

    # A: one press, and Sentry knows it.
    assert world.press(AIKO, A_ISSUE, "impact_small").status == 200
    world.sentry.wait_for(lambda: world.sentry.issue(A_ISSUE)["status"] == "ignored")
    assert world.sentry.issue(A_ISSUE)["substatus"] == "archived_until_escalating"
    [note] = world.sentry.wait_for(lambda: world.sentry.notes(A_ISSUE))
    assert "Small impact, decided by Aiko Tanaka" in note["data"]["text"]
    [link] = world.sentry.wait_for(lambda: world.sentry.external_issues(A_ISSUE))
    assert link["webUrl"].endswith(a["ts"].replace(".", ""))
    folded = world.slack.wait_for(
        lambda: (c := world.card(A_ISSUE))["ts"] == a["ts"] and "*Small*" in shown(c) and c
    )
    assert "impact_small" not in shown(folded)

    # B: medium, with a deadline and an owner in Sentry; nothing archived.
    assert world.press(AIKO, B_ISSUE, "impact_medium").status == 200
    world.slack.wait_for(lambda: "respond by" in shown(world.card(B_ISSUE)))
    world.sentry.wait_for(
        lambda: (world.sentry.issue(B_ISSUE)["assignedTo"] or {}).get("name") == "Aiko Tanaka"
    )
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"

    # Two more cases come while an old form is open: it does not close them.
    world.press(AIKO, B_ISSUE, "responded")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.sentry.occur(B_ISSUE, times=2, deliver=("event_alert",))
    world.slack.wait_for(lambda: "2 more" in shown(world.card(B_ISSUE)))
    world.slack.submit(AIKO, {"done": "repaired by hand", "all_done": "yes", "told": "yes"})
    assert "2 more cases have come" in shown(world.slack.view_stack(AIKO)[-1])
    world.slack.close_view(AIKO)
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"

    # Responded with the new number: resolved in Sentry, and both cards true.
    world.press(AIKO, B_ISSUE, "responded")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {"done": "repaired by hand", "all_done": "yes", "told": "yes"})
    world.sentry.wait_for(lambda: world.sentry.issue(B_ISSUE)["status"] == "resolved")
    world.slack.wait_for(lambda: "closed" in shown(world.card(B_ISSUE)))
    assert len(world.cards()) == 2
    assert len([n for n in world.sentry.notes(B_ISSUE) if "Responded" in n["data"]["text"]]) == 1
    assert not world.slack.troubles


def test_resolved_by_a_person_in_sentry_folds_the_card_and_a_regression_opens_a_new_round(
    world: World,
) -> None:
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    world.press(AIKO, B_ISSUE, "impact_medium")
    world.slack.wait_for(lambda: "respond by" in shown(world.card(B_ISSUE)))

    world.sentry.resolve(B_ISSUE, by="Hiro Abe")
    world.slack.wait_for(lambda: "Resolved in Sentry by Hiro Abe" in shown(world.card(B_ISSUE)))
    world.slack.wait_for(lambda: "Resolved in Sentry by Hiro Abe" in world.thread(B_ISSUE))

    world.sentry.occur(B_ISSUE)
    second = world.card(B_ISSUE, 2)
    assert "Back again" in shown(second)
    assert "Medium" in shown(second)


def test_an_archived_one_that_escalates_comes_back_loudly_with_the_old_decision(world: World) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    world.press(AIKO, A_ISSUE, "impact_small")
    world.sentry.wait_for(lambda: world.sentry.issue(A_ISSUE)["status"] == "ignored")
    wait_until(lambda: world.bot and world.bot.wait_idle(5))

    world.sentry.escalate(A_ISSUE)

    second = world.card(A_ISSUE, 2)
    assert "May be Large" in shown(second)
    loud = world.slack.wait_for(
        lambda: [m for m in world.slack.replies(ALERTS, second["ts"]) if f"<@{AIKO}>" in m["text"]]
    )
    assert "escalating" in loud[0]["text"]
    assert f"<@{BEN}>" in loud[0]["text"]


def test_two_people_at_once_one_wins_and_the_other_is_told_by_whom(world: World) -> None:
    world.deliver(B_FILE)
    card = world.card(B_ISSUE)

    world.slack.click(AIKO, ALERTS, card["ts"], "impact_medium")
    world.slack.click_stale(
        BEN, ALERTS, card["ts"], "impact_large", block_id=f"alert:{B_ISSUE}-1:row", value=f"{B_ISSUE}-1"
    )

    [told] = world.slack.wait_for(lambda: world.slack.ephemerals(BEN))
    assert told["text"] == "Aiko Tanaka has just set this to Medium. You can look at it again."
    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))


def test_small_by_habit_on_b_asks_one_question_and_no_makes_it_medium(world: World) -> None:
    world.deliver(B_FILE)
    world.press(AIKO, B_ISSUE, "impact_small")

    [view] = world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    assert view["title"]["text"] == "One thing to check"
    assert "3 Visual check" in shown(view)
    world.slack.submit(AIKO, {"reason": "only we can repair it"})

    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"


def test_a_change_of_mind_reopens_the_archive_and_keeps_the_history(world: World) -> None:
    world.deliver(A_FILE)
    world.press(AIKO, A_ISSUE, "impact_small")
    world.sentry.wait_for(lambda: world.sentry.issue(A_ISSUE)["status"] == "ignored")

    world.slack.wait_for(lambda: "change" in shown(world.card(A_ISSUE)))
    world.press(BEN, A_ISSUE, "change")
    world.slack.wait_for(lambda: world.slack.view_stack(BEN))
    world.slack.submit(BEN, {"judge_level": "medium", "reason": "two businesses wrote in"})

    world.sentry.wait_for(lambda: world.sentry.issue(A_ISSUE)["status"] == "unresolved")
    world.slack.wait_for(lambda: "Looked at again" in world.thread(A_ISSUE))
    assert len(world.cards()) == 1
    world.slack.choose(BEN, ALERTS, world.card(A_ISSUE)["ts"], "more", "history")
    history = world.slack.wait_for(lambda: world.slack.view_stack(BEN))
    assert "Small" in shown(history[-1])
    assert "two businesses wrote in" in shown(history[-1])


def test_the_answer_left_open_by_a_press_is_one_choice_on_the_card(world: World) -> None:
    world.deliver(B_FILE)
    world.press(AIKO, B_ISSUE, "impact_medium")
    world.slack.wait_for(lambda: '"answers"' in shown(world.card(B_ISSUE)))

    world.slack.choose(AIKO, ALERTS, world.card(B_ISSUE)["ts"], "answers", "few/no")

    world.slack.wait_for(lambda: "a few, no workaround" in shown(world.card(B_ISSUE)))


def test_large_mentions_responder_and_backup_with_the_checklist(world: World) -> None:
    world.deliver(B_FILE)
    world.press(BEN, B_ISSUE, "impact_large")

    thread = world.slack.wait_for(lambda: (t := world.thread(B_ISSUE)) and "First:" in t and t)
    assert f"<@{AIKO}>" in thread
    assert f"<@{BEN}>" in thread


def test_note_hand_over_extend_and_not_ours_do_what_they_say(world: World) -> None:
    world.deliver(B_FILE)
    ts = world.card(B_ISSUE)["ts"]
    world.press(AIKO, B_ISSUE, "impact_medium")
    world.slack.wait_for(lambda: "responded" in shown(world.card(B_ISSUE)))

    world.slack.choose(AIKO, ALERTS, ts, "more", "extend")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {"reason": "waiting for the bank"})
    world.slack.wait_for(lambda: "waiting for the bank" in world.thread(B_ISSUE))

    world.slack.choose(AIKO, ALERTS, ts, "more", "hand_over")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {"to": BEN})
    world.slack.wait_for(lambda: f"<@{BEN}>" in world.thread(B_ISSUE))
    world.sentry.wait_for(lambda: (world.sentry.issue(B_ISSUE)["assignedTo"] or {}).get("name") == "Ben Mori")

    world.slack.choose(AIKO, ALERTS, ts, "more", "note")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {"text": "mail of the customer: taro@example.com"})
    world.sentry.wait_for(lambda: any("Note by" in n["data"]["text"] for n in world.sentry.notes(B_ISSUE)))
    assert "taro@example.com" not in world.thread(B_ISSUE)

    world.deliver(A_FILE)
    world.slack.choose(AIKO, ALERTS, world.card(A_ISSUE)["ts"], "more", "not_ours")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {"reason": "the bank's side", "tell": "payments team"})
    world.slack.wait_for(lambda: "payments team" in shown(world.card(A_ISSUE)))
    assert world.sentry.issue(A_ISSUE)["status"] == "unresolved"


def test_guided_questions_lead_to_the_level_of_the_matrix(world: World) -> None:
    world.deliver(B_FILE)
    world.press(AIKO, B_ISSUE, "guide")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))

    world.slack.view_choose(AIKO, "judge_affected", "few")
    world.slack.view_choose(AIKO, "judge_workaround", "no")
    view = world.slack.wait_for(
        lambda: (v := world.slack.view_stack(AIKO)[-1]) and "Set to Medium" in str(v) and v
    )
    assert "*Medium*" in shown(view)
    world.slack.submit(AIKO)

    world.slack.wait_for(lambda: "a few, no workaround" in shown(world.card(B_ISSUE)))


def test_a_level_against_the_matrix_is_asked_about_once_and_taken(world: World) -> None:
    world.deliver(B_FILE)
    world.press(AIKO, B_ISSUE, "guide")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.view_choose(AIKO, "judge_affected", "few")
    world.slack.view_choose(AIKO, "judge_workaround", "no")
    world.slack.wait_for(lambda: "Set to Medium" in str(world.slack.view_stack(AIKO)[-1]))
    world.slack.view_choose(AIKO, "judge_level", "small")
    world.slack.submit(AIKO)
    view = world.slack.wait_for(
        lambda: (v := world.slack.view_stack(AIKO)[-1]) and "The matrix says" in str(v) and v
    )
    assert view

    world.slack.submit(AIKO)

    world.slack.wait_for(lambda: "*Small*" in shown(world.card(B_ISSUE)))
