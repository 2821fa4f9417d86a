"""The look-alike guard over real HTTP: B is not taken for A, the same cause again is one press."""

from __future__ import annotations

import json
from typing import Any

from tests.builders import AIKO, BEN
from tests.e2e.world import A_FILE, A_ISSUE, B_FILE, B_ISSUE, PAYLOADS, World, shown

AGAIN = "6100000903"


def judged_small(world: World, issue: str = A_ISSUE) -> None:
    world.press(AIKO, issue, "impact_small")
    world.sentry.wait_for(lambda: world.sentry.issue(issue)["status"] == "ignored")


def a_again(world: World) -> None:
    """A's cause in a third issue: another line, another release."""
    body: dict[str, Any] = json.loads((PAYLOADS / A_FILE).read_bytes())
    event = body["data"]["event"]
    event |= {"issue_id": AGAIN, "event_id": "d" * 32, "release": "kyc-api@2026.9.1"}
    event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["lineno"] = 131
    world.sentry.load_webhook_issue(body)
    assert world.sentry.send("event_alert", body).status == 200


def test_b_names_a_and_small_out_of_habit_is_asked_about_once(world: World) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    judged_small(world)
    world.deliver(B_FILE)

    card = shown(world.slack.wait_for(lambda: (c := world.card(B_ISSUE)) and "Looks like" in shown(c) and c))
    assert "KYC-API-1A: Small on" in card
    assert "stops step 3, not 2 · background job, not web request · submission.rb:164, not :118" in card

    world.press(BEN, B_ISSUE, "compare")
    page = json.dumps(world.slack.wait_for(lambda: world.slack.view_stack(BEN))[-1])
    assert "Side by side" in page and "Sidekiq/DocumentFinalizeJob" in page and "attach_documents!" in page
    world.slack.close_view(BEN)

    world.press(BEN, B_ISSUE, "impact_small")
    asked = json.dumps(world.slack.wait_for(lambda: world.slack.view_stack(BEN))[-1])
    assert "KYC-API-1A was Small, but this one stops *3 Visual check*" in asked
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"
    world.slack.submit(BEN, {})

    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"


def test_small_kept_against_the_warning_is_taken_with_its_reason(world: World) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    judged_small(world)
    world.deliver(B_FILE)
    world.slack.wait_for(lambda: "Looks like" in shown(world.card(B_ISSUE)))

    world.press(BEN, B_ISSUE, "impact_small")
    world.slack.wait_for(lambda: world.slack.view_stack(BEN))
    world.slack.submit(BEN, {"choice": "small", "reason": "the job ran again by itself"})

    world.sentry.wait_for(lambda: world.sentry.issue(B_ISSUE)["status"] == "ignored")
    assert world.bot
    decision = world.bot.store.alert(f"{B_ISSUE}-1").decision  # type: ignore[union-attr]
    assert decision and (decision.doubt, decision.reason) == ("look_alike", "the job ran again by itself")


def test_the_same_cause_again_takes_over_the_decision_with_one_press(world: World) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    judged_small(world)
    a_again(world)
    card = shown(world.slack.wait_for(lambda: (c := world.card(AGAIN)) and "Same as" in shown(c) and c))
    assert ":warning:" not in card

    world.press(BEN, AGAIN, "same_again")
    world.press(BEN, AGAIN, "same_again")

    world.sentry.wait_for(lambda: world.sentry.issue(AGAIN)["status"] == "ignored")
    assert world.bot
    alert = world.bot.store.alert(f"{AGAIN}-1")
    assert alert and alert.decision and alert.decision.same_as == "KYC-API-1A"
    assert alert.history == ()


def test_another_level_for_the_same_cause_is_taken_at_once_and_asked_about_in_the_thread(
    world: World,
) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    judged_small(world)
    a_again(world)
    world.slack.wait_for(lambda: "Same as" in shown(world.card(AGAIN)))

    world.press(BEN, AGAIN, "impact_medium")

    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(AGAIN)))
    world.slack.wait_for(lambda: "Last time this cause was Small, now Medium" in world.thread(AGAIN))


def test_what_is_decided_on_a_meanwhile_stands_on_b(world: World) -> None:
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    world.deliver(B_FILE)
    world.slack.wait_for(lambda: "KYC-API-1A: not judged yet" in shown(world.card(B_ISSUE)))

    judged_small(world)
    assert world.bot
    world.bot.tick()

    world.slack.wait_for(lambda: "KYC-API-1A: Small on" in shown(world.card(B_ISSUE)))
