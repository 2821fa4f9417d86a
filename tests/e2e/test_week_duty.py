"""The buttons of the ping, absences, swaps, chases and calls as people meet them: over HTTP, on a clock that moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alert import Suspicion
from bot.sandbox.slack.workspace import BOT_USER_ID
from tests.builders import AIKO, BEN, CHIKA, DAN, TOKYO, an_alert
from tests.e2e.week import (
    HOURS,
    THURSDAY,
    WEDNESDAY,
    MovableClock,
    a_monday,
    buttons,
    metadata_id,
    move,
    ping,
    posted,
    triage,
    view,
    with_button,
)
from tests.e2e.world import ALERTS, B_FILE, B_ISSUE, World, shown


@pytest.fixture
def monday(tmp_path: Path) -> Iterator[World]:
    """Monday 2 November, 11:40, with business hours; Chika has the Wednesdays. The ping of the day stands."""
    yield from a_monday(tmp_path)


def test_anyone_says_away_today_for_the_duty_person_and_their_items_move(monday: World) -> None:
    monday.deliver(B_FILE)
    assert "Aiko" in shown(monday.card(B_ISSUE)) or AIKO in shown(monday.card(B_ISSUE))

    monday.slack.click(CHIKA, ALERTS, ping(monday)["ts"], "ping_away")

    monday.slack.wait_for(lambda: BEN in shown(ping(monday)))
    monday.slack.wait_for(lambda: f"<@{BEN}>" in monday.thread(B_ISSUE))
    assert monday.bot
    assert monday.bot.store.alert(f"{B_ISSUE}-1").owner == BEN  # type: ignore[union-attr]
    assert len([m for m in monday.slack.messages(ALERTS) if metadata_id(m).startswith("announce:ping")]) == 1
    assert not monday.slack.troubles


def test_away_today_pressed_by_two_people_at_once_sends_one_away(monday: World) -> None:
    said = ping(monday)
    [block] = [b for b in said["blocks"] if b["type"] == "actions"]
    value = next(e["value"] for e in block["elements"] if e["action_id"] == "ping_away")

    monday.slack.click(CHIKA, ALERTS, said["ts"], "ping_away")
    monday.slack.click_stale(BEN, ALERTS, said["ts"], "ping_away", block_id=block["block_id"], value=value)

    assert monday.bot
    duty = monday.bot.desk.policy().duty(monday.clock.now())
    assert (duty.responder, duty.instead_of) == (BEN, AIKO)


def test_the_ping_opens_the_list_and_the_form_of_a_swap(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.card(B_ISSUE)
    monday.slack.click(AIKO, ALERTS, ping(monday)["ts"], "ping_list")
    assert "Deadlocked" in shown(view(monday, AIKO))
    monday.slack.close_view(AIKO)

    monday.slack.click(AIKO, ALERTS, ping(monday)["ts"], "ping_swap")
    assert view(monday, AIKO)["callback_id"] == "swap"
    assert not monday.slack.troubles


def test_an_absence_said_by_oneself_and_for_another_and_taken_back(monday: World) -> None:
    triage(monday, AIKO, "away")
    view(monday, AIKO)
    monday.slack.submit(AIKO)
    monday.slack.wait_for(lambda: BEN in shown(ping(monday)))
    assert "Aiko Tanaka" in shown(view(monday, AIKO))
    monday.slack.close_view(AIKO)

    said = triage(monday, AIKO, "away back")
    monday.slack.wait_for(lambda: f"<@{AIKO}>" in shown(ping(monday)))
    assert "back" in said

    triage(monday, CHIKA, "away <@U0AIKO|aiko>")
    view(monday, CHIKA)
    monday.slack.submit(CHIKA)
    monday.slack.wait_for(lambda: f"<@{BEN}>" in shown(ping(monday)))
    assert not monday.slack.troubles


def ask_for_wednesday(world: World) -> dict[str, Any]:
    """Chika asks Aiko to take Wednesday, in return for Thursday; returns the question as Aiko sees it."""
    triage(world, CHIKA, "swap")
    form = view(world, CHIKA)
    assert form["callback_id"] == "swap"
    world.slack.submit(CHIKA, swap_values(form, WEDNESDAY, AIKO, THURSDAY))
    assert "Aiko Tanaka" in shown(view(world, CHIKA))
    world.slack.close_view(CHIKA)
    return posted(world, AIKO, "announce:swap_asked:")


def swap_values(form: dict[str, Any], day: date, taker: str, in_return: date) -> dict[Any, Any]:
    inputs = [b["element"]["action_id"] for b in form["blocks"] if b["type"] == "input"]
    return dict(zip(inputs, (day.isoformat(), taker, in_return.isoformat()), strict=True))


def on_duty(world: World, day: date) -> str | None:
    assert world.bot
    return world.bot.desk.policy().duty_of(day).responder


def test_a_swap_is_asked_in_a_direct_message_and_counts_when_it_is_taken(monday: World) -> None:
    asked = ask_for_wednesday(monday)
    assert "Wed 4 Nov" in asked["text"]
    assert on_duty(monday, WEDNESDAY) == CHIKA

    monday.slack.click(AIKO, AIKO, asked["ts"], "swap_accept")

    assert (on_duty(monday, WEDNESDAY), on_duty(monday, THURSDAY)) == (AIKO, CHIKA)
    monday.slack.wait_for(lambda: not buttons(posted(monday, AIKO, "announce:swap_asked:")))
    assert posted(monday, CHIKA, "announce:swap_answered:")
    assert not monday.slack.troubles


def test_a_swap_that_is_declined_changes_nothing_and_is_told(monday: World) -> None:
    asked = ask_for_wednesday(monday)

    monday.slack.click(AIKO, AIKO, asked["ts"], "swap_decline")

    assert posted(monday, CHIKA, "announce:swap_answered:")
    assert on_duty(monday, WEDNESDAY) == CHIKA


def test_a_swap_that_nobody_answers_stays_and_says_so_the_evening_before(monday: World) -> None:
    asked = ask_for_wednesday(monday)

    move(monday, datetime(2026, 11, 2, 18, 30, tzinfo=TOKYO).astimezone(UTC))

    assert posted(monday, CHIKA, "announce:swap_open:")
    monday.slack.wait_for(lambda: not buttons(posted(monday, AIKO, "announce:swap_asked:")))
    assert on_duty(monday, WEDNESDAY) == CHIKA
    row = next(b for b in asked["blocks"] if b["type"] == "actions")
    monday.slack.click_stale(
        AIKO, AIKO, asked["ts"], "swap_accept", block_id=row["block_id"], value=row["elements"][0]["value"]
    )
    assert monday.slack.wait_for(lambda: monday.slack.ephemerals(AIKO))
    assert on_duty(monday, WEDNESDAY) == CHIKA


def test_only_own_turns_are_offered_and_only_a_turn_of_theirs_is_taken_in_return(monday: World) -> None:
    triage(monday, CHIKA, "swap")
    form = view(monday, CHIKA)
    days = next(b["element"]["options"] for b in form["blocks"] if b.get("block_id") == "day")
    assert [each["value"] for each in days][:2] == ["2026-11-04", "2026-11-11"]

    monday.slack.submit(CHIKA, swap_values(form, WEDNESDAY, AIKO, date(2026, 11, 11)))

    assert view(monday, CHIKA)["callback_id"] == "problem"
    assert monday.slack.messages(AIKO) == []


@pytest.mark.parametrize(("taker", "name"), [(DAN, "Dan Kimura"), (BOT_USER_ID, "triage")])
def test_a_swap_asked_of_a_guest_or_an_app_says_in_the_form_to_choose_somebody_else(
    monday: World, taker: str, name: str
) -> None:
    triage(monday, CHIKA, "swap")
    form = view(monday, CHIKA)

    monday.slack.submit(CHIKA, swap_values(form, WEDNESDAY, taker, THURSDAY))

    told = view(monday, CHIKA)
    assert told["callback_id"] == "swap"
    assert told["errors"]["taker"].startswith(f"{name} さんには当番を頼めません")
    assert "ほかの人を選んでください" in told["errors"]["taker"]
    monday.slack.submit(CHIKA, swap_values(told, WEDNESDAY, AIKO, THURSDAY))
    assert posted(monday, AIKO, "announce:swap_asked:")
    assert not monday.slack.troubles


def test_handing_over_to_a_guest_says_in_the_form_to_choose_somebody_else(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.slack.choose(BEN, ALERTS, monday.card(B_ISSUE)["ts"], "more", "hand_over")

    monday.slack.submit(BEN, {"to": DAN})

    assert view(monday, BEN)["errors"]["to"].startswith("Dan Kimura cannot take this over")
    assert monday.bot
    alert = monday.bot.store.alert(f"{B_ISSUE}-1")
    assert alert
    assert alert.owner == AIKO


def test_someone_without_a_turn_is_told_instead_of_shown_a_form(monday: World) -> None:
    said = triage(monday, BEN, "swap")

    assert said
    assert monday.slack.view_stack(BEN) == []


def test_a_chase_hands_over_extends_and_asks_by_its_own_buttons(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.press(AIKO, B_ISSUE, "impact_medium")
    monday.slack.wait_for(lambda: "*Medium*" in shown(monday.card(B_ISSUE)))
    move(monday, datetime(2026, 11, 9, 10, 5, tzinfo=TOKYO).astimezone(UTC))
    chase = monday.slack.wait_for(lambda: with_button(monday, "extend")[0])
    assert buttons(chase) >= {"responded", "extend", "hand_over", "consult"}

    monday.slack.click(AIKO, ALERTS, chase["ts"], "hand_over")
    assert view(monday, AIKO)["callback_id"] == "hand_over"
    monday.slack.close_view(AIKO)
    monday.slack.click(AIKO, ALERTS, chase["ts"], "extend")
    view(monday, AIKO)
    monday.slack.submit(AIKO, {"reason": "waiting for the bank"})

    monday.slack.wait_for(lambda: "waiting for the bank" in monday.thread(B_ISSUE))
    monday.slack.wait_for(lambda: not with_button(monday, "extend"))
    assert not monday.slack.troubles


def calls(world: World) -> list[str]:
    """What the reminders and chases in B's thread say, oldest first."""
    thread = world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"])
    return [m["text"] for m in thread if any(f":{kind}:" in metadata_id(m) for kind in ("reminder", "chase"))]


def test_of_the_calls_about_a_deadline_one_is_left_and_says_what_came_of_it(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.card(B_ISSUE)
    move(monday, datetime(2026, 11, 4, 16, 5, tzinfo=TOKYO).astimezone(UTC))
    assert len(calls(monday)) == 1
    for day in (5, 6):
        move(monday, datetime(2026, 11, day, 10, 5, tzinfo=TOKYO).astimezone(UTC))
        assert len(calls(monday)) == 1
    assert "One business day past" in calls(monday)[0]

    monday.press(AIKO, B_ISSUE, "impact_medium")

    monday.slack.wait_for(lambda: "Judged: Medium, Fri 6 Nov 10:0" in calls(monday)[0])
    assert not monday.slack.troubles


def test_where_the_workspace_keeps_every_message_an_older_call_says_that_it_is_over(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.card(B_ISSUE)
    move(monday, datetime(2026, 11, 4, 16, 5, tzinfo=TOKYO).astimezone(UTC))
    monday.slack.fail_next("chat.delete", error="compliance_exports_prevent_deletion")

    move(monday, datetime(2026, 11, 5, 10, 5, tzinfo=TOKYO).astimezone(UTC))

    older, newer = calls(monday)
    assert older.startswith("This call is over.")
    assert "has passed" in newer
    assert monday.health() == (200, {})


def test_a_suspected_large_one_at_night_is_taken_from_its_call(tmp_path: Path) -> None:
    clock = MovableClock(datetime(2026, 11, 3, 2, 0, tzinfo=TOKYO).astimezone(UTC))
    world = World.make(tmp_path, clock=clock, rules=(HOURS,))
    try:
        bot = world.start_bot()
        world.deliver(B_FILE)
        world.card(B_ISSUE)
        with bot.store.change() as change:
            alert = change.alert(f"{B_ISSUE}-1")
            assert alert
            change.save(
                an_alert(
                    **{
                        **{name: getattr(alert, name) for name in ("issue_id", "card", "owner", "backups")},
                        "suspicions": (Suspicion.ESCALATING,),
                        "suspected_at": clock.now(),
                    }
                )
            )
        move(world, clock.now() + timedelta(minutes=16))
        call = world.slack.wait_for(lambda: with_button(world, "take")[0])

        world.slack.click(CHIKA, ALERTS, call["ts"], "take")
        move(world, clock.now() + timedelta(minutes=16))

        calls = [
            m for m in world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"]) if ":nudge:" in metadata_id(m)
        ]
        assert len(calls) == 1
        assert not world.slack.troubles
    finally:
        world.stop()
