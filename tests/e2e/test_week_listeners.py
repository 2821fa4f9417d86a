"""The command, the Home, what is written to the bot, and who may not: over real HTTP and sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alert import AlertState
from bot.domain.errors import StoreUnavailable
from bot.sandbox.slack.workspace import BOT_USER_ID
from tests.builders import AIKO, BEN, CHIKA, DAN, an_alert
from tests.e2e.week import (
    CONSULT,
    ELSEWHERE,
    REFUSED,
    a_monday,
    fill_store,
    head,
    loose,
    metadata_id,
    shown_all,
    title,
    triage,
    view,
)
from tests.e2e.world import ALERTS, B_FILE, B_ISSUE, World, shown


@pytest.fixture
def monday(tmp_path: Path) -> Iterator[World]:
    """Monday 2 November, 11:40, with business hours; Chika has the Wednesdays. The ping of the day stands."""
    yield from a_monday(tmp_path)


@pytest.mark.parametrize("user", [AIKO, CHIKA], ids=["en", "ja"])
@pytest.mark.parametrize("number", [0, 1, 500])
def test_the_lists_say_what_waits_in_the_persons_language(http_world: World, user: str, number: int) -> None:
    fill_store(http_world, number, owner=user)

    everything, own = triage(http_world, user, "list"), triage(http_world, user, "mine")

    for said in (everything, own):
        assert ("KYC-0" in said) == (number > 0)
        assert ("open_alert_list" in said) == (number > 10)
    assert any("\u3040" <= char <= "\u30ff" for char in everything) == (user == CHIKA)
    assert not http_world.slack.troubles


def test_a_long_list_opens_as_a_modal_with_twenty_a_page_to_leaf_through(world: World) -> None:
    fill_store(world, 500)
    triage(world, AIKO, "list")
    [answer] = world.slack.ephemerals(AIKO)

    world.slack.click(AIKO, ALERTS, answer["ts"], "open_alert_list")
    first = shown(view(world, AIKO))
    world.slack.view_click(AIKO, "list_page")
    second = world.slack.wait_for(lambda: (s := shown(view(world, AIKO))) != first and s)

    assert sum(f"KYC-{number}<" in first or f"KYC-{number}>" in first for number in range(500)) == 20
    assert "KYC-19>" in first
    assert "KYC-20>" not in first
    assert "KYC-20>" in second
    assert not world.slack.troubles


def test_a_list_that_has_shrunk_meanwhile_still_has_a_page(http_world: World) -> None:
    fill_store(http_world, 45)
    triage(http_world, AIKO, "list")
    [answer] = http_world.slack.ephemerals(AIKO)
    http_world.slack.click(AIKO, ALERTS, answer["ts"], "open_alert_list")
    view(http_world, AIKO)
    assert http_world.bot
    with http_world.bot.store.change() as change:
        for alert in http_world.bot.store.alerts()[1:]:
            change.save(an_alert(id=alert.id, issue_id=alert.issue_id, state=AlertState.CLOSED))

    http_world.slack.view_click(AIKO, "list_page")

    http_world.slack.wait_for(lambda: "KYC-19>" not in shown(view(http_world, AIKO)))
    assert "KYC-0>" in shown(view(http_world, AIKO))
    assert not http_world.slack.troubles


@pytest.mark.parametrize("user", [AIKO, CHIKA], ids=["en", "ja"])
def test_every_word_of_the_command_answers_in_both_modes_and_languages(world: World, user: str) -> None:
    world.deliver(B_FILE)
    world.card(B_ISSUE)

    for word in ("", "help", "list", "mine", "oncall", f"log {B_ISSUE}"):
        said = triage(world, user, word)
        assert "text" in said, word
    for word in ("oncall week", "away", "away <@U0BEN|ben>", "consult"):
        triage(world, user, word)
        assert title(view(world, user)), word
        world.slack.close_view(user)
    assert not world.slack.troubles


def test_who_is_on_duty_is_told_with_name_and_day_and_the_week_with_its_holiday(monday: World) -> None:
    now = triage(monday, AIKO, "oncall")
    triage(monday, AIKO, "oncall week")
    week = shown(view(monday, AIKO))

    assert "Aiko Tanaka" in now
    assert "Chika Sato" in now
    assert "Wed 4 Nov" in week
    assert "Mon 9 Nov" in week
    assert "Tue 3 Nov" not in week.replace("(Tue 3 Nov", "")
    assert "<@" not in now


def test_the_log_of_an_issue_tells_what_happened_or_that_it_is_not_known(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.press(AIKO, B_ISSUE, "impact_medium")
    http_world.slack.wait_for(lambda: "*Medium*" in shown(http_world.card(B_ISSUE)))

    assert "Medium" in triage(http_world, BEN, f"log {B_ISSUE}")
    assert "KYC-NOT-HERE" in triage(http_world, BEN, "log KYC-NOT-HERE")
    assert triage(http_world, BEN, "log")
    assert not http_world.slack.troubles


def test_an_unknown_word_gets_the_help_and_the_word_that_was_meant(http_world: World) -> None:
    said = triage(http_world, AIKO, "lst")
    hostile = triage(http_world, AIKO, "<!channel> <https://evil.example|click>")

    assert "/triage list" in said
    assert "oncall" in said
    assert "/triage &lt;!channel&gt;" in hostile
    assert "<!channel" not in hostile
    assert "evil.example" not in hostile
    assert not http_world.slack.troubles


@pytest.mark.parametrize("number", [0, 1, 500])
@pytest.mark.parametrize("user", [AIKO, CHIKA], ids=["en", "ja"])
def test_the_home_opens_with_none_one_or_five_hundred_alerts(
    http_world: World, user: str, number: int
) -> None:
    fill_store(http_world, number, owner=user)

    assert http_world.slack.open_home(user).is_ok

    home = http_world.slack.wait_for(lambda: http_world.slack.home(user))
    assert ("KYC-0" in shown(home)) == (number > 0)
    assert not http_world.slack.troubles


def test_one_can_ask_from_the_home_in_words_and_about_an_alert(world: World) -> None:
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    world.slack.open_home(AIKO)
    world.slack.wait_for(lambda: world.slack.home(AIKO))

    world.slack.view_click(AIKO, "consult", home=True)
    assert title(view(world, AIKO)) == "Asked"
    assert f"{B_ISSUE}-1" in metadata_id(head(world))
    world.slack.close_view(AIKO)

    world.slack.view_click(AIKO, "home_ask", home=True)
    view(world, AIKO)
    world.slack.submit(AIKO, {"consult_words": "who knows the bank?"})
    assert "who knows the bank?" in shown(loose(world))
    assert not world.slack.troubles


def test_a_mention_and_a_direct_message_get_the_help_once(world: World) -> None:
    world.slack.say(BEN, ALERTS, f"<@{BOT_USER_ID}> what can you do?")
    [mention] = [m for m in world.slack.messages(ALERTS) if m["user"] == BEN]
    world.slack.say(CHIKA, CHIKA, "こんにちは")

    [help_there] = world.slack.wait_for(lambda: world.slack.replies(ALERTS, mention["ts"]))
    assert "/triage" in shown_all(help_there)
    direct = world.slack.wait_for(
        lambda: [m for m in world.slack.messages(CHIKA) if m["user"] == BOT_USER_ID]
    )
    assert len(direct) == 1
    assert not world.slack.troubles


def test_an_event_that_slack_repeats_is_answered_once_and_a_bots_own_words_never(http_world: World) -> None:
    channel = http_world.slack.workspace.dm(BEN).id
    inner = {
        "type": "message",
        "channel_type": "im",
        "channel": channel,
        "user": BEN,
        "text": "hello",
        "ts": "1793000000.000100",
        "event_ts": "1793000000.000100",
    }
    body = {
        "type": "event_callback",
        "team_id": http_world.slack.workspace.team_id,
        "event_id": "Ev0TWICE",
        "event": inner,
    }

    for sent in (
        body,
        body,
        {**body, "event_id": "Ev0BOT", "event": {**inner, "bot_id": "B0BOT", "user": BOT_USER_ID}},
        {**body, "event_id": "Ev0EDIT", "event": {**inner, "subtype": "message_changed"}},
        {**body, "event_id": "Ev0ROOM", "event": {**inner, "channel_type": "channel"}},
    ):
        assert http_world.slack.courier.send_event(sent).is_ok

    assert len([m for m in http_world.slack.messages(BEN) if m["user"] == BOT_USER_ID]) == 1


def test_guests_the_deactivated_and_other_workspaces_are_refused_everywhere(http_world: World) -> None:
    http_world.slack.add_channel(ELSEWHERE, "random")
    http_world.deliver(B_FILE)
    said = http_world.slack.say(BEN, ELSEWHERE, "is this ours?")

    for user in (DAN, "U0GONE"):
        assert REFUSED in triage(http_world, user, "list")
        assert "KYC" not in triage(http_world, user, "list")
        http_world.slack.shortcut(user, "consult_message", ELSEWHERE, said)
        assert REFUSED in shown(view(http_world, user))
        http_world.press(user, B_ISSUE, "consult")
        assert any(REFUSED in m["text"] for m in http_world.slack.ephemerals(user))
        http_world.slack.open_home(user)
        assert REFUSED in shown(http_world.slack.wait_for(lambda u=user: http_world.slack.home(u)))
        http_world.slack.say(user, user, "help?")
        http_world.slack.wait_for(
            lambda u=user: any(REFUSED in m["text"] for m in http_world.slack.messages(u))
        )
    http_world.slack.workspace.team_id = "T0OTHER"
    assert REFUSED in triage(http_world, BEN, "list")

    assert http_world.bot
    assert http_world.bot.wait_idle(5)
    assert http_world.slack.messages(CONSULT) == []


def test_a_store_that_takes_no_writes_is_told_and_nothing_is_asked(http_world: World) -> None:
    assert http_world.bot
    store = http_world.bot.store
    real = store.change

    def broken() -> Any:
        raise StoreUnavailable

    store.change = broken  # type: ignore[method-assign]
    try:
        said = triage(http_world, BEN, "consult anybody?")
    finally:
        store.change = real  # type: ignore[method-assign]

    assert "could not be saved" in said
    assert http_world.slack.messages(CONSULT) == []
