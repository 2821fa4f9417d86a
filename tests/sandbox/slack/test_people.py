"""What people do with messages reaches a real Bolt app, and what it answers is shown as Slack shows it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient

from bot.sandbox.slack import SlackSandbox
from tests.sandbox.slack.cards import CARD, MODAL, SECTION, Bolt, MachineClock


def acknowledge(ack: Any) -> None:
    ack()


@pytest.fixture
def card(client: WebClient, bolt: Bolt) -> str:
    """The ts of a card whose every action is acknowledged."""
    for action_id in ("press", "pick", "more"):
        bolt.app.action(action_id)(acknowledge)
    return client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]


def test_a_press_carries_the_value_and_the_message_as_it_is_now(
    slack: SlackSandbox, client: WebClient, bolt: Bolt, card: str
) -> None:
    client.chat_update(channel="C1", ts=card, text="newer", blocks=CARD)

    reply = slack.click("U1", "C1", card, "press")

    [body] = bolt.bodies
    assert reply.status == 200
    assert (body["actions"][0]["value"], body["message"]["text"]) == ("17", "newer")
    assert (body["user"]["id"], body["container"]["message_ts"]) == ("U1", card)
    assert slack.troubles == []


def test_what_is_not_there_cannot_be_pressed(slack: SlackSandbox, client: WebClient, card: str) -> None:
    client.chat_update(channel="C1", ts=card, text="done", blocks=[SECTION])

    with pytest.raises(LookupError):
        slack.click("U1", "C1", card, "press")
    with pytest.raises(LookupError):
        slack.click("U1", "C1", "1.000000", "press")


def test_a_stale_press_names_the_old_button_beside_the_new_message(
    slack: SlackSandbox, client: WebClient, bolt: Bolt, card: str
) -> None:
    client.chat_update(channel="C1", ts=card, text="done", blocks=[SECTION])

    slack.click_stale("U1", "C1", card, "press", block_id="row", value="17")

    [body] = bolt.bodies
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"]) == ("press", "17")
    assert [block["block_id"] for block in body["message"]["blocks"]] == ["title"]


def test_a_value_can_be_forged(slack: SlackSandbox, bolt: Bolt, card: str) -> None:
    slack.click("U1", "C1", card, "press", value_override="99")

    assert bolt.bodies[0]["actions"][0]["value"] == "99"


def test_a_choice_is_remembered_for_the_one_who_chose(slack: SlackSandbox, bolt: Bolt, card: str) -> None:
    slack.choose("U1", "C1", card, "pick", "2")
    slack.click("U1", "C1", card, "press")
    slack.click("U2", "C1", card, "press")

    states = [body["state"]["values"]["row"]["pick"]["selected_option"] for body in bolt.bodies]
    assert [state and state["value"] for state in states] == ["2", "2", None]
    with pytest.raises(LookupError):
        slack.choose("U1", "C1", card, "pick", "3")


def test_an_overflow_sends_its_option_and_keeps_nothing(slack: SlackSandbox, bolt: Bolt, card: str) -> None:
    slack.choose("U1", "C1", card, "more", "1")

    [body] = bolt.bodies
    assert body["actions"][0]["selected_option"]["value"] == "1"
    assert "more" not in body["state"]["values"]["row"]


def test_a_refused_request_is_a_trouble_that_the_person_sees(
    slack: SlackSandbox, client: WebClient, card: str
) -> None:
    slack.courier.signing_secret = "another"

    reply = slack.click("U1", "C1", card, "press")

    assert reply.status == 401
    assert "block_actions" in slack.troubles[0]


def test_who_presses_again_after_a_failure_gets_through(
    slack: SlackSandbox, client: WebClient, bolt: Bolt
) -> None:
    failures = iter([True])

    @bolt.app.action("press")
    def press(ack: Any) -> None:
        if next(failures, False):
            raise ValueError("first time")
        ack()

    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    assert slack.click("U1", "C1", ts, "press", retry=True).status == 200
    assert len(bolt.bodies) == 2


def test_nobody_listening_is_told_at_once(slack: SlackSandbox, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    reply = slack.click("U1", "C1", ts, "press")

    assert (reply.status, reply.body) == (None, "nobody_is_listening")


def test_a_command_is_typed_with_names_and_answered_for_one_person(slack: SlackSandbox, bolt: Bolt) -> None:
    @bolt.app.command("/triage")
    def triage(ack: Any, command: dict[str, Any]) -> None:
        ack(f"heard: {command['text']}")

    slack.slash("U1", "C1", "/triage", "swap @bob #alerts <x> & <@U2>")

    [shown] = slack.ephemerals("U1")
    assert shown["text"] == "heard: swap <@U2> <#C1> &lt;x&gt; &amp; <@U2>"
    assert slack.messages("C1") == []


def test_a_command_may_answer_everybody(slack: SlackSandbox, bolt: Bolt) -> None:
    @bolt.app.command("/triage")
    def triage(ack: Any) -> None:
        ack(text="for all", response_type="in_channel")

    slack.slash("U1", "C1", "/triage", "")

    assert [one["text"] for one in slack.messages("C1")] == ["for all"]


def test_a_direct_message_is_heard_and_a_word_in_a_channel_is_not(slack: SlackSandbox, bolt: Bolt) -> None:
    @bolt.app.event("message")
    def message(say: Any, event: dict[str, Any]) -> None:
        say(f"you said {event['text']}")

    slack.say("U1", "C1", "hello all")
    slack.say("U1", "D1", "hello bot")

    assert [body["event"]["channel_type"] for body in bolt.bodies] == ["im"]
    assert [one["text"] for one in slack.messages("D1")] == ["hello bot", "you said hello bot"]


def test_a_failed_event_is_sent_again_with_its_number_and_reason(slack: SlackSandbox, bolt: Bolt) -> None:
    slack.courier.retry_events = True
    slack.courier.retry_waits = (0.0, 0.01, 0.01)
    bolt.app.event("app_home_opened")(lambda event: None)

    @bolt.app.middleware
    def fail(next: Any) -> None:
        if len(bolt.bodies) < 3:
            raise ValueError("not yet")
        next()

    slack.open_home("U1")

    slack.wait_for(lambda: len(bolt.bodies) >= 3)
    assert len({body["event_id"] for body in bolt.bodies}) == 1
    assert [headers.get("x-slack-retry-num") for headers in bolt.headers] == [None, ["1"], ["2"]]
    assert bolt.headers[1]["x-slack-retry-reason"] == ["http_error"]


def test_an_event_is_not_sent_again_when_the_app_says_so(slack: SlackSandbox, bolt: Bolt) -> None:
    slack.courier.retry_events = True
    slack.courier.retry_waits = (0.0, 0.0, 0.0)

    @bolt.app.middleware
    def refuse() -> BoltResponse:
        return BoltResponse(status=500, headers={"X-Slack-No-Retry": "1"})

    slack.open_home("U1")

    with pytest.raises(AssertionError):
        slack.wait_for(lambda: len(bolt.bodies) > 1, timeout=0.2)


def test_own_words_are_not_unread(slack: SlackSandbox) -> None:
    slack.say("U2", "C1", "first")
    slack.say("U1", "C1", "second")
    slack.say("U2", "C1", "third")

    unread = [slack.state_for(user)["channels"][0]["unread"] for user in ("U1", "U2")]

    assert unread == [1, 0]


def test_a_response_url_is_good_for_five_answers(slack: SlackSandbox, bolt: Bolt, card: str) -> None:
    slack.click("U1", "C1", card, "press")
    url = bolt.bodies[0]["response_url"]

    answers = [requests.post(url, json={"text": f"{n}"}, timeout=5) for n in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    assert [one["text"] for one in slack.ephemerals("U1")] == ["0", "1", "2", "3", "4"]


def test_a_response_url_lives_for_thirty_minutes(
    slack: SlackSandbox, bolt: Bolt, card: str, clock: MachineClock
) -> None:
    slack.click("U1", "C1", card, "press")
    clock.ahead = 30 * 60 + 1

    answer = requests.post(bolt.bodies[0]["response_url"], json={"text": "late"}, timeout=5)

    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")


def test_a_response_url_replaces_deletes_and_answers_in_a_thread(
    slack: SlackSandbox, bolt: Bolt, card: str
) -> None:
    slack.click("U1", "C1", card, "press")
    url = bolt.bodies[0]["response_url"]

    requests.post(url, json={"replace_original": True, "text": "replaced"}, timeout=5)
    replaced = slack.messages("C1")[0]
    requests.post(url, json={"text": "below", "response_type": "in_channel", "thread_ts": card}, timeout=5)
    below = slack.replies("C1", card)
    empty = requests.post(url, json={"text": ""}, timeout=5)
    requests.post(url, json={"delete_original": True}, timeout=5)

    assert (replaced["text"], replaced["blocks"]) == ("replaced", [])
    assert [one["text"] for one in below] == ["below"]
    assert empty.json()["error"] == "no_text"
    assert slack.messages("C1") == []


def test_a_button_of_an_ephemeral_message_comes_without_the_message(
    slack: SlackSandbox, client: WebClient, bolt: Bolt, card: str
) -> None:
    client.chat_postEphemeral(channel="C1", user="U1", text="only you", blocks=CARD)
    [alone] = slack.ephemerals("U1")

    slack.click("U1", "C1", alone["ts"], "press")
    requests.post(bolt.bodies[0]["response_url"], json={"delete_original": True}, timeout=5)

    assert bolt.bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bolt.bodies[0]
    assert slack.ephemerals("U1") == []
    with pytest.raises(LookupError):
        slack.click("U2", "C1", alone["ts"], "press")


def test_a_slow_app_is_given_three_seconds(
    slack: SlackSandbox, bolt: Bolt, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.slack.delivery.ANSWER_WITHIN", 0.05)

    @bolt.app.action("press")
    def press(ack: Any) -> None:
        time.sleep(0.2)
        ack()

    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    assert slack.click("U1", "C1", ts, "press").status is None


def test_the_screen_shows_threads_own_words_and_what_is_unread(
    slack: SlackSandbox, client: WebClient, bolt: Bolt, card: str
) -> None:
    client.chat_postMessage(channel="C1", text="below <@U2>", thread_ts=card)
    client.chat_postEphemeral(channel="C1", user="U2", text="psst")
    client.views_open(trigger_id=slack.triggers.give("U2"), view=MODAL)

    screen, other = slack.state_for("U2"), slack.state_for("U1")

    shown = screen["messages"]["C1"]
    assert [(one["text"], one["ephemeral"]) for one in shown] == [("card", False), ("psst", True)]
    assert [reply["text"] for reply in shown[0]["replies"]] == ["below <@U2>"]
    assert [(one["id"], one["unread"], one["mentions"]) for one in screen["channels"]] == [
        ("C1", 1, 1),
        ("G1", 0, 0),
    ]
    assert (screen["view"]["callback_id"], screen["view_depth"], other["view"]) == ("form", 1, None)
    slack.mark_read("U2", "C1")
    assert slack.state_for("U2")["channels"][0]["unread"] == 0


def test_a_broadcast_reply_stands_in_the_channel_too_and_is_unread_there(
    slack: SlackSandbox, client: WebClient, card: str
) -> None:
    client.chat_postMessage(channel="C1", text="loud", thread_ts=card, reply_broadcast=True)

    screen = slack.state_for("U2")

    assert [one["text"] for one in screen["messages"]["C1"]] == ["card", "loud"]
    assert [one["text"] for one in screen["messages"]["C1"][0]["replies"]] == ["loud"]
    assert screen["channels"][0]["unread"] == 2


def test_waiting_wakes_at_a_change_and_says_what_stands_when_it_is_in_vain(
    slack: SlackSandbox, client: WebClient
) -> None:
    before = slack.state_for("U1")["version"]
    client.chat_postMessage(channel="C1", text="news")

    assert slack.wait_for(lambda: slack.messages("C1")[0])["text"] == "news"
    assert slack.wait_for_change(before, 5) > before
    with pytest.raises(AssertionError, match="news"):
        slack.wait_for(lambda: slack.messages("C1")[1], timeout=0.01)
