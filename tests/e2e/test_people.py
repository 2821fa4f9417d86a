"""Who may act: strangers are refused with the sentence in their language, and nothing changes; who reads what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack.delivery import Kind
from tests.builders import AIKO, CHIKA, DAN
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown

REFUSED_EN = "This button works for the team's members in this channel. Please tell the duty person."
REFUSED_JA = "この操作はチームのメンバーのみ行えます。当番に声をかけてください。"
UNKNOWN = "The bot does not know this alert (any more). Please open it in Sentry."
GUEST_JA, NAMED_GUEST, ABROAD, ROBOT = "U0GUESTJA", "U0NAMED", "U0ABROAD", "U0ROBOT"


@pytest.fixture(scope="module", params=["http", "socket"])
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A and B wait for their judgement; everybody is there who should not judge them."""
    world = World.make(
        tmp_path_factory.mktemp("people"),
        socket=request.param == "socket",
        is_fast=True,
        rules=(("guests: []", f"guests: [{NAMED_GUEST}]"),),
    )
    slack = world.slack
    slack.add_user(GUEST_JA, "Guest", locale="ja-JP", is_ultra_restricted=True)
    slack.add_user(NAMED_GUEST, "Nora Named", is_restricted=True)
    slack.add_user(ABROAD, "Abroad", team_id="T0OTHER")
    slack.add_user(ROBOT, "Robot", is_bot=True)
    try:
        world.start_bot()
        world.deliver(A_FILE)
        world.deliver(B_FILE)
        world.card(A_ISSUE)
        world.card(B_ISSUE)
        world.settle()
        yield world
    finally:
        world.stop()


def state_of(world: World) -> tuple[Any, ...]:
    """All that a refused press must leave as it was."""
    assert world.bot
    world.settle()
    return (world.bot.store.alerts(), len(world.bot.store.entries()), [shown(c) for c in world.cards()])


def told(world: World, user: str) -> str:
    """What the person was last told privately; forgotten afterwards."""
    last = world.slack.wait_for(lambda: world.slack.ephemerals(user))[-1]["text"]
    world.slack.reload(user)
    return str(last)


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        (DAN, REFUSED_EN),
        (GUEST_JA, REFUSED_JA),
        ("U0GONE", REFUSED_EN),
        (ABROAD, REFUSED_EN),
        (ROBOT, REFUSED_EN),
    ],
    ids=["guest", "Japanese guest", "deactivated", "of another workspace", "bot"],
)
@pytest.mark.parametrize("action", ["impact_medium", "impact_large", "guide"])
def test_who_may_not_act_is_told_so_and_nothing_changes(
    team: World, user: str, sentence: str, action: str
) -> None:
    before = state_of(team)

    assert team.press(user, B_ISSUE, action).status == 200

    assert told(team, user) == sentence
    assert not team.slack.view_stack(user)
    assert state_of(team) == before


def test_who_may_not_act_cannot_choose_either(team: World) -> None:
    before = state_of(team)
    ts = team.card(B_ISSUE)["ts"]
    assert team.slack.choose(DAN, ALERTS, ts, "journey_step", "result").status == 200
    assert told(team, DAN) == REFUSED_EN
    assert team.slack.choose(DAN, ALERTS, ts, "more", "not_ours").status == 200
    assert told(team, DAN) == REFUSED_EN
    assert state_of(team) == before


def test_a_payload_of_another_workspace_is_refused_whoever_it_names(team: World) -> None:
    before = state_of(team)
    card = team.card(B_ISSUE)
    press = {
        "type": "block_actions",
        "team": {"id": "T0OTHER", "domain": "other"},
        "user": {"id": AIKO, "team_id": "T0OTHER", "name": "aiko"},
        "api_app_id": "A1",
        "container": {"type": "message", "channel_id": ALERTS, "message_ts": card["ts"]},
        "channel": {"id": ALERTS, "name": "dev-alerts"},
        "message": {"ts": card["ts"], "metadata": card["metadata"]},
        "trigger_id": "1.2.x",
        "response_url": "https://evil.example/",
        "actions": [
            {"type": "button", "action_id": "impact_small", "block_id": "x", "value": f"{B_ISSUE}-1"}
        ],
    }
    assert team.slack.courier.send(Kind.INTERACTIVE, press).status == 200
    assert told(team, AIKO) == REFUSED_EN
    assert state_of(team) == before


def test_a_value_of_another_alert_or_of_none_changes_nothing(team: World) -> None:
    before = state_of(team)
    ts = team.card(B_ISSUE)["ts"]
    for forged in (f"{A_ISSUE}-1", "9-9", "", "../../x", "x" * 1900, f"{B_ISSUE}-1 "):
        reply = team.slack.click(AIKO, ALERTS, ts, "impact_small", value_override=forged)
        assert reply.status == 200
        assert told(team, AIKO) == UNKNOWN, forged
    assert state_of(team) == before


def test_a_press_on_a_message_that_is_not_ours_changes_nothing(team: World) -> None:
    before = state_of(team)
    ts = team.slack.say(AIKO, ALERTS, "look, a card")
    team.slack.click_stale(AIKO, ALERTS, ts, "impact_large", block_id="x", value=f"{B_ISSUE}-1")
    assert told(team, AIKO) == UNKNOWN
    assert state_of(team) == before


def test_a_form_opened_before_the_person_was_made_a_guest_is_refused_in_the_form(team: World) -> None:
    assert team.bot
    team.slack.add_user("U0LATER", "Later")
    team.press("U0LATER", B_ISSUE, "guide")
    team.slack.wait_for(lambda: team.slack.view_stack("U0LATER"))
    team.slack.add_user("U0LATER", "Later", is_restricted=True)
    with team.bot.store.change() as change:
        known = change.person("U0LATER")
        assert known
        change.save_person(type(known)(**{**vars(known), "checked_at": None}))
    before = state_of(team)

    team.slack.view_choose("U0LATER", "judge_level", "large")
    team.slack.wait_for(lambda: REFUSED_EN in shown(team.slack.view_stack("U0LATER")[-1]))

    assert state_of(team) == before


def test_forms_speak_the_language_of_the_person_and_the_card_that_of_the_team(team: World) -> None:
    team.press(CHIKA, B_ISSUE, "guide")
    [form] = team.slack.wait_for(lambda: team.slack.view_stack(CHIKA))
    assert form["title"]["text"] == "影響度の判断"
    assert "どの段階が進まなくなりますか？" in shown(form)
    team.slack.close_view(CHIKA)
    team.press(AIKO, B_ISSUE, "guide")
    [form] = team.slack.wait_for(lambda: team.slack.view_stack(AIKO))
    assert form["title"]["text"] == "Judge the impact"
    team.slack.close_view(AIKO)
    assert "judge by" in shown(team.card(B_ISSUE))


def test_slack_not_telling_who_someone_is_refuses_strangers_and_lets_known_people_act(team: World) -> None:
    team.slack.add_user("U0NEVERSEEN", "Never Seen")
    before = state_of(team)
    team.slack.fail_next("users.info", status=500, times=1)

    team.press("U0NEVERSEEN", A_ISSUE, "impact_medium")

    assert "Slack could not tell just now who you are" in told(team, "U0NEVERSEEN")
    assert state_of(team) == before


def test_a_guest_named_in_the_rules_decides_like_any_other(team: World) -> None:
    assert team.press(NAMED_GUEST, B_ISSUE, "impact_medium").status == 200
    team.slack.wait_for(lambda: "*Medium*" in shown(team.card(B_ISSUE)))
    assert team.bot
    assert [e.by_name for e in team.bot.store.entries(issue_id=B_ISSUE)][-1] == "Nora Named"

    # Nobody can hand an alert over to someone who may not act.
    ts = team.card(B_ISSUE)["ts"]
    team.settle()
    team.slack.choose(AIKO, ALERTS, ts, "more", "hand_over")
    team.slack.wait_for(lambda: team.slack.view_stack(AIKO))
    team.slack.submit(AIKO, {"to": DAN})
    assert "cannot take this over" in team.slack.view_stack(AIKO)[-1]["errors"]["to"]
    team.slack.close_view(AIKO)
    alert = team.bot.store.alert(f"{B_ISSUE}-1")
    assert alert
    assert alert.owner == AIKO

    assert not team.slack.troubles
    assert not team.log.errors


def test_the_rules_language_is_that_of_cards_and_threads(tmp_path: Path) -> None:
    world = World.make(tmp_path, is_fast=True, rules=(("language: en ", "language: ja "),))
    try:
        world.start_bot()
        world.deliver(B_FILE)
        card = world.card(B_ISSUE)
        assert "3 目視確認" in shown(card)
        assert "までに判断" in shown(card)
        assert card["text"].startswith("【判断待ち】")
        world.press(AIKO, B_ISSUE, "guide")
        [form] = world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
        assert form["title"]["text"] == "Judge the impact"
        world.press(AIKO, B_ISSUE, "impact_large")
        world.slack.wait_for(lambda: "影響度 大" in world.thread(B_ISSUE))
    finally:
        world.stop()
