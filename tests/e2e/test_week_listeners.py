"""A team's week as people live it in Slack: asking, commands, the Home, swaps, absences. Over real HTTP and sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alert import AlertState, Suspicion
from bot.sandbox.slack.workspace import BOT_USER_ID
from tests.builders import AIKO, BEN, CHIKA, DAN, MONDAY_1140, TOKYO, an_alert
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until

CONSULT = "C0OTHER0"
ELSEWHERE = "C0ELSE"
HOURS = ("hours: always", 'hours: "10:00-19:00"')
WEDNESDAY_CHIKAS = (f"wednesday: [{AIKO}, {BEN}]", f"wednesday: [{CHIKA}, {BEN}]")
WEDNESDAY, THURSDAY = date(2026, 11, 4), date(2026, 11, 5)
REFUSED = "This button works for the team's members"


class MovableClock:
    """The business hand runs ahead of the machine's by a length that a test changes; the machine's is the machine's."""

    def __init__(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def machine(self) -> datetime:
        return datetime.now(UTC)

    def move_to(self, at: datetime) -> None:
        assert at > self.now()
        self._ahead = at - datetime.now(UTC)


@pytest.fixture
def monday(tmp_path: Path) -> Iterator[World]:
    """Monday 2 November, 11:40, with business hours; Chika has the Wednesdays. The ping of the day stands."""
    clock = MovableClock(MONDAY_1140)
    made = World.make(tmp_path, clock=clock, rules=(HOURS, WEDNESDAY_CHIKAS))
    made.slack.add_channel(ELSEWHERE, "random")
    try:
        made.start_bot()
        ping(made)
        yield made
    finally:
        made.stop()


def move(world: World, at: datetime) -> None:
    """The business clock goes on to then, and what is due is done."""
    assert isinstance(world.clock, MovableClock)
    world.clock.move_to(at)
    assert world.bot
    world.bot.tick()
    assert world.bot.wait_idle(8)


def metadata_id(message: dict[str, Any]) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("id", ""))


def posted(world: World, channel: str, effect: str) -> dict[str, Any]:
    """The newest message of a channel that was posted for that kind of line; waits for it."""
    return world.slack.wait_for(
        lambda: [m for m in world.slack.messages(channel) if metadata_id(m).startswith(effect)][-1]
    )


def ping(world: World) -> dict[str, Any]:
    return posted(world, ALERTS, "announce:ping:")


def head(world: World) -> dict[str, Any]:
    """The first message of the newest consultation about an alert."""
    return posted(world, CONSULT, "announce:consultation:")


def loose(world: World) -> dict[str, Any]:
    return posted(world, CONSULT, "announce:loose_question:")


def triage(world: World, user: str, text: str, channel: str = ALERTS) -> str:
    """Type a command; returns all that its answer shows."""
    reply = world.slack.slash(user, channel, "/triage", text)
    assert reply.is_ok
    return shown_all(reply.body)


def shown_all(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def view(world: World, user: str) -> dict[str, Any]:
    """The person's open modal; waits for it."""
    return world.slack.wait_for(lambda: world.slack.view_stack(user)[-1])


def title(form: dict[str, Any]) -> str:
    return str(form["title"]["text"])


def fill_store(world: World, number: int, owner: str = AIKO) -> None:
    assert world.bot
    with world.bot.store.change() as change:
        for index in range(number):
            due = MONDAY_1140 + timedelta(days=2, minutes=index)
            change.save(
                an_alert(
                    issue_id=str(7_000_000 + index), short_id=f"KYC-{index}", owner=owner, judge_by_at=due
                )
            )


def buttons(message: dict[str, Any]) -> set[str]:
    return {
        element["action_id"]
        for block in message.get("blocks", [])
        for element in (*block.get("elements", []), block.get("accessory") or {})
        if "action_id" in element
    }


# --- commands ---


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
    assert "<!channel" not in hostile
    assert "evil.example" not in hostile
    assert not http_world.slack.troubles


# --- asking ---


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
        "consult is taro@example.com &lt;stuck&gt;? ask <@U0CHIKA|chika> <!channel>",
        elsewhere(world),
    )

    question = loose(world)
    assert said
    assert "taro@example.com" not in shown(question)
    assert "&lt;stuck&gt;" in shown(question)
    assert "<!channel" not in shown(question)
    assert "<@U0CHIKA" not in shown(question)
    assert not world.slack.troubles


def elsewhere(world: World) -> str:
    world.slack.add_channel(ELSEWHERE, "random")
    return ELSEWHERE


def test_a_command_that_begins_with_an_alerts_id_asks_about_that_alert(http_world: World) -> None:
    http_world.deliver(B_FILE)
    http_world.card(B_ISSUE)

    triage(http_world, BEN, f"consult {B_ISSUE} could it be the migration?")

    assert "could it be the migration?" in shown(head(http_world))


def test_the_form_for_words_may_be_sent_empty_or_with_words(http_world: World) -> None:
    triage(http_world, BEN, "consult")
    view(http_world, BEN)
    http_world.slack.submit(BEN)
    http_world.slack.wait_for(lambda: len(http_world.slack.messages(CONSULT)) == 1)
    assert title(view(http_world, BEN)) == "Asked"
    http_world.slack.close_view(BEN)

    triage(http_world, BEN, "consult")
    [field] = [b["element"]["action_id"] for b in view(http_world, BEN)["blocks"] if b["type"] == "input"]
    http_world.slack.submit(BEN, {field: "does anyone know the bank's window?"})

    http_world.slack.wait_for(lambda: "bank's window" in shown(loose(http_world)))
    assert len(http_world.slack.messages(CONSULT)) == 2
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
    line = http_world.slack.wait_for(
        lambda: next(
            m
            for m in http_world.slack.replies(ALERTS, http_world.card(B_ISSUE)["ts"])
            if "take" in buttons(m)
        )
    )

    http_world.slack.click(CHIKA, ALERTS, line["ts"], "take")

    [told] = http_world.slack.wait_for(lambda: http_world.slack.ephemerals(CHIKA))
    assert "引き受けました" in told["text"]
    assert http_world.bot
    alert = http_world.bot.store.alert(f"{B_ISSUE}-1")
    assert alert is not None
    assert alert.owner == CHIKA
    assert alert.acknowledged_by


# --- the Home, mentions, direct messages ---


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
    world.slack.submit(AIKO)
    assert loose(world)
    assert not world.slack.troubles


def test_a_mention_and_a_direct_message_get_the_help_once(world: World) -> None:
    world.slack.say(BEN, ALERTS, f"<@{BOT_USER_ID}> what can you do?")
    mention = world.slack.messages(ALERTS)[-1]
    if mention["user"] != BEN:
        mention = next(m for m in world.slack.messages(ALERTS) if m["user"] == BEN)
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


# --- who may not ---


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
    from bot.domain.errors import StoreUnavailable

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


# --- the ping, absences, swaps ---


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


def test_a_turn_that_is_not_ones_own_cannot_be_given_away(monday: World) -> None:
    triage(monday, CHIKA, "swap")
    form = view(monday, CHIKA)

    monday.slack.submit(CHIKA, swap_values(form, THURSDAY, AIKO, WEDNESDAY))

    assert monday.slack.messages(AIKO) == []
    assert view(monday, CHIKA)["callback_id"] == "problem"


def test_someone_without_a_turn_is_told_instead_of_shown_a_form(monday: World) -> None:
    said = triage(monday, BEN, "swap")

    assert said
    assert monday.slack.view_stack(BEN) == []


def test_a_chase_hands_over_extends_and_asks_by_its_own_buttons(monday: World) -> None:
    monday.deliver(B_FILE)
    monday.press(AIKO, B_ISSUE, "impact_medium")
    monday.slack.wait_for(lambda: "*Medium*" in shown(monday.card(B_ISSUE)))
    move(monday, datetime(2026, 11, 9, 10, 5, tzinfo=TOKYO).astimezone(UTC))
    chase = monday.slack.wait_for(
        lambda: next(
            m for m in monday.slack.replies(ALERTS, monday.card(B_ISSUE)["ts"]) if "extend" in buttons(m)
        )
    )
    assert buttons(chase) >= {"responded", "extend", "hand_over", "consult"}

    monday.slack.click(AIKO, ALERTS, chase["ts"], "hand_over")
    assert view(monday, AIKO)["callback_id"] == "hand_over"
    monday.slack.close_view(AIKO)
    monday.slack.click(AIKO, ALERTS, chase["ts"], "extend")
    view(monday, AIKO)
    monday.slack.submit(AIKO, {"reason": "waiting for the bank"})

    monday.slack.wait_for(lambda: "waiting for the bank" in monday.thread(B_ISSUE))
    monday.slack.wait_for(
        lambda: (
            not any(buttons(m) & {"extend"} for m in monday.slack.replies(ALERTS, monday.card(B_ISSUE)["ts"]))
        )
    )
    assert not monday.slack.troubles


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
        call = world.slack.wait_for(
            lambda: next(
                m for m in world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"]) if "take" in buttons(m)
            )
        )

        world.slack.click(CHIKA, ALERTS, call["ts"], "take")
        move(world, clock.now() + timedelta(minutes=16))

        calls = [
            m for m in world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"]) if ":nudge:" in metadata_id(m)
        ]
        assert len(calls) == 1
        assert not world.slack.troubles
    finally:
        world.stop()
