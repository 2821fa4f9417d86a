"""A large impact at night, from the command to the permanent fix, as people meet it: over HTTP, the clock moves on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alert import AlertState
from tests.builders import AIKO, BEN, CHIKA, TOKYO
from tests.e2e.week import ELSEWHERE, HOURS, MovableClock, buttons, elsewhere, metadata_id, move, triage, view
from tests.e2e.world import A_FILE, ALERTS, B_FILE, B_ISSUE, World, shown

SATURDAY_0200 = datetime(2026, 11, 7, 2, 0, tzinfo=TOKYO).astimezone(UTC)
SUPPORT = "C0OTHER2"
SEEN = "Callbacks fail for all, says taro@example.com"
A_ISSUE = "6100000101"


@pytest.fixture(params=["en", "ja"])
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Saturday, 2 at night; the team speaks English or Japanese."""
    language = ("language: en", f"language: {request.param}")
    made = World.make(tmp_path, clock=MovableClock(SATURDAY_0200), rules=(HOURS, language), is_fast=True)
    elsewhere(made)
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()


def is_english(world: World) -> bool:
    assert world.bot
    return world.bot.people.policy().rules.language.value == "en"


def declare(world: World, user: str = CHIKA) -> str:
    """Declared by the command; returns the id of the alert that it made."""
    triage(world, user, f"large {SEEN}")
    assert view(world, user)["callback_id"] == "incident_declare"
    world.slack.submit(user)
    assert view(world, user)["callback_id"] == "problem"
    world.slack.close_view(user)
    assert world.bot
    [alert] = world.bot.store.alerts((AlertState.LARGE,))
    assert world.bot.wait_idle(8)
    return alert.id


def card_of(world: World, alert_id: str) -> dict[str, Any]:
    return world.card(alert_id.rpartition("-")[0])


def thread(world: World, alert_id: str) -> list[dict[str, Any]]:
    return world.slack.replies(ALERTS, card_of(world, alert_id)["ts"])


def board(world: World, alert_id: str) -> dict[str, Any]:
    """The incident message."""
    return world.slack.wait_for(
        lambda: [m for m in thread(world, alert_id) if ":large:" in metadata_id(m)][-1]
    )


def press(world: World, user: str, alert_id: str, action: str) -> Any:
    return world.slack.click(user, ALERTS, board(world, alert_id)["ts"], action)


def choose(world: World, user: str, alert_id: str, role: str, who: str) -> Any:
    return world.slack.choose(user, ALERTS, board(world, alert_id)["ts"], f"incident_{role}", who)


def lines(world: World, alert_id: str, kind: str) -> list[dict[str, Any]]:
    return [m for m in thread(world, alert_id) if f":{kind}:" in metadata_id(m)]


def in_support(world: World, kind: str) -> list[dict[str, Any]]:
    return [m for m in world.slack.messages(SUPPORT) if metadata_id(m).startswith(f"announce:{kind}:")]


def moments(world: World, alert_id: str) -> list[str]:
    assert world.bot
    alert = world.bot.store.alert(alert_id)
    assert alert and alert.incident
    return [moment.what.value for moment in alert.incident.timeline]


def test_a_large_impact_at_night_from_the_command_to_the_permanent_fix(night: World) -> None:
    alert_id = declare(night)
    said = board(night, alert_id)["text"]
    assert f"<@{AIKO}>" in said and f"<@{BEN}>" in said
    assert "taro@example.com" not in shown(card_of(night, alert_id)) + said
    assert ("next word at 02:30" if is_english(night) else "④次の共有は 02:30") in said
    assert len(in_support(night, "support_told")) == 1

    press(night, AIKO, alert_id, "take")
    choose(night, AIKO, alert_id, "communicator", BEN)
    choose(night, AIKO, alert_id, "communicator", BEN)
    press(night, BEN, alert_id, "incident_tick_reach")
    assert night.bot and night.bot.wait_idle(8)
    assert moments(night, alert_id) == ["declared", "role", "role", "ticked", "ticked"]
    assert "incident_tick_roles" not in buttons(board(night, alert_id))
    assert f"<@{BEN}>" in lines(night, alert_id, "role")[-1]["text"]

    press(night, BEN, alert_id, "incident_notice")
    form = view(night, BEN)
    assert "taro" not in shown(form)
    night.slack.submit(BEN, {"notice_ja": "ご不便をおかけしております。mail hanako@example.com"})
    [draft] = night.slack.wait_for(lambda: in_support(night, "notice"))
    assert "Sat 7 Nov 02:00" in shown(draft) and "hanako@example.com" not in shown(draft)
    assert ("Not sent" if is_english(night) else "まだ送っていません") in shown(draft)
    night.slack.close_view(BEN)

    join_and_ask(night, alert_id)
    restore_and_fix(night, alert_id)
    assert not night.slack.troubles
    assert not night.log.errors


def join_and_ask(night: World, alert_id: str) -> None:
    """An alert of the storm becomes a part with one click; then the next word is asked for, once, and given."""
    night.deliver(B_FILE)
    card = night.card(B_ISSUE)
    night.slack.wait_for(lambda: "part_of_incident" in buttons(night.card(B_ISSUE)))
    [offer] = [b for b in night.card(B_ISSUE)["blocks"] if ":title:" in b.get("block_id", "")]
    night.press(CHIKA, B_ISSUE, "part_of_incident")
    night.slack.wait_for(lambda: "part_of_incident" not in buttons(night.card(B_ISSUE)))
    night.slack.click_stale(
        CHIKA,
        ALERTS,
        card["ts"],
        "part_of_incident",
        block_id=offer["block_id"],
        value=offer["accessory"]["value"],
    )
    assert night.bot and night.bot.wait_idle(8)
    assert moments(night, alert_id)[-1] == "joined"
    assert moments(night, alert_id).count("joined") == 1
    assert "<@" not in "".join(m["text"] for m in lines(night, f"{B_ISSUE}-1", "part_of"))
    assert not lines(night, f"{B_ISSUE}-1", "large")

    move(night, night.clock.now() + timedelta(minutes=31))
    move(night, night.clock.now() + timedelta(minutes=5))
    [asked] = lines(night, alert_id, "word_due")
    assert f"<@{BEN}>" in asked["text"]
    night.slack.click(BEN, ALERTS, asked["ts"], "incident_word")
    view(night, BEN)
    night.slack.submit(BEN, {"text": "Nothing new yet"})
    night.slack.wait_for(lambda: in_support(night, "support_word"))
    night.slack.wait_for(lambda: "incident_word" not in buttons(lines(night, alert_id, "word_due")[0]))


def restore_and_fix(night: World, alert_id: str) -> None:
    """Restored responds to both; the fix stands on everybody's Home until somebody presses Done."""
    assert night.bot
    press(night, AIKO, alert_id, "incident_restored")
    view(night, AIKO)
    night.slack.submit(
        AIKO,
        {
            "review_happened": "The certificate had run out, says taro@example.com",
            "review_helped": "a new one",
            "review_cases": "120",
            "review_told": "support",
            "review_owner": CHIKA,
        },
    )
    assert night.bot.wait_idle(8)
    [line] = lines(night, alert_id, "restored")
    wanted = "Permanent fix (first priority): " if is_english(night) else "恒久対応（最優先）："
    assert wanted + "Chika Sato" in line["text"]
    assert buttons(board(night, alert_id)) == {"incident_timeline"}
    over = (AlertState.RESPONDED, AlertState.CLOSED)
    assert [night.bot.store.alert(one).state in over for one in (alert_id, f"{B_ISSUE}-1")] == [True, True]  # type: ignore[union-attr]
    told = " ".join(str(entry.details) for entry in night.bot.store.entries())
    assert "a new one" in told and "taro@example.com" not in told

    night.slack.open_home(BEN)
    home = night.slack.wait_for(lambda: night.slack.home(BEN))
    assert "Chika Sato" in shown(home)
    assert home["blocks"][1]["accessory"]["action_id"] == "fix_done"
    night.slack.view_click(BEN, "fix_done", home=True)
    night.slack.wait_for(lambda: "fix_done" not in shown(night.slack.home(BEN)))
    night.slack.open_home(CHIKA)
    assert "fix_done" not in shown(night.slack.wait_for(lambda: night.slack.home(CHIKA)))
    assert night.slack.wait_for(lambda: lines(night, alert_id, "fixed"))


def test_a_message_of_another_monitor_is_declared_from_its_menu(night: World) -> None:
    said = night.slack.say(BEN, ELSEWHERE, "status page is red & <b>down</b>")

    night.slack.shortcut(BEN, "declare_large", ELSEWHERE, said)
    form = view(night, BEN)
    assert "status page is red & <b>down</b>" in shown(form)
    night.slack.submit(BEN)

    card = night.slack.wait_for(lambda: night.cards()[-1])
    assert "status page is red" in shown(card)
    link = night.slack.wait_for(
        lambda: [m for m in night.slack.replies(ALERTS, card["ts"]) if ":declared:" in metadata_id(m)]
    )[0]
    assert f"/archives/{ELSEWHERE}/p{said.replace('.', '')}" in shown(link)
    assert not night.slack.troubles


def test_our_own_card_is_not_declared_but_pressed(night: World) -> None:
    night.deliver(A_FILE)

    night.slack.shortcut(BEN, "declare_large", ALERTS, night.card(A_ISSUE)["ts"])

    assert view(night, BEN)["callback_id"] == "problem"
    assert night.bot and not night.bot.store.alerts((AlertState.LARGE,))
