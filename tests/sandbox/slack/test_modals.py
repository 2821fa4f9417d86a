"""What people do in modals and on the Home reaches a real Bolt app, and its answers are followed."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack import SlackSandbox
from tests.sandbox.slack.cards import CARD, HOME, MODAL, Bolt


@pytest.fixture
def opened(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    """Alice has the form open, by a press of a button."""

    @bolt.app.action("press")
    def press(ack: Any, body: dict[str, Any]) -> None:
        ack()
        if "message" in body:
            client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    slack.click("U1", "C1", ts, "press")
    bolt.bodies.clear()


def answer(bolt: Bolt, **given: Any) -> None:
    """The app answers the form so."""

    @bolt.app.view("form")
    def form(ack: Any) -> None:
        ack(**given)


def titles(slack: SlackSandbox) -> list[str]:
    return [view["title"]["text"] for view in slack.view_stack("U1")]


@pytest.mark.usefixtures("opened")
def test_a_submission_carries_what_was_typed_and_closes_the_modal(slack: SlackSandbox, bolt: Bolt) -> None:
    answer(bolt)

    slack.submit("U1", {"words": "a < b", ("level", "pick"): "2"})

    state = bolt.bodies[0]["view"]["state"]["values"]
    assert state["reason"]["words"]["value"] == "a < b"
    assert state["level"]["pick"]["selected_option"]["value"] == "2"
    assert (bolt.bodies[0]["view"]["private_metadata"], slack.view_stack("U1")) == ("17", [])


@pytest.mark.usefixtures("opened")
def test_an_empty_required_field_is_stopped_before_the_app(slack: SlackSandbox, bolt: Bolt) -> None:
    with pytest.raises(ValueError, match="reason/words"):
        slack.submit("U1", {"pick": "1"})
    with pytest.raises(ValueError, match="3000"):
        slack.submit("U1", {"words": "x" * 3001})
    with pytest.raises(LookupError):
        slack.submit("U1", {"other": "x"})

    assert bolt.bodies == []


@pytest.mark.usefixtures("opened")
def test_errors_keep_the_modal_open_with_what_was_typed(slack: SlackSandbox, bolt: Bolt) -> None:
    answer(bolt, response_action="errors", errors={"reason": "say more"})

    slack.submit("U1", {"words": "x"})

    [view] = slack.view_stack("U1")
    assert view["errors"] == {"reason": "say more"}
    assert view["state"]["values"]["reason"]["words"]["value"] == "x"


@pytest.mark.usefixtures("opened")
def test_errors_for_a_block_that_is_no_input_are_a_trouble(slack: SlackSandbox, bolt: Bolt) -> None:
    answer(bolt, response_action="errors", errors={"row": "no"})

    slack.submit("U1", {"words": "x"})

    assert "invalid_errors" in slack.troubles[0]
    assert titles(slack) == ["Form"]


@pytest.mark.usefixtures("opened")
def test_an_answer_may_update_push_or_clear(slack: SlackSandbox, bolt: Bolt) -> None:
    second = {**MODAL, "callback_id": "second", "title": {"type": "plain_text", "text": "Second"}}
    third = {**MODAL, "callback_id": "third", "title": {"type": "plain_text", "text": "Third"}}
    answer(bolt, response_action="update", view=second)
    bolt.app.view("second")(lambda ack: ack(response_action="push", view=third))
    bolt.app.view("third")(lambda ack: ack(response_action="clear"))

    slack.submit("U1", {"words": "x"})
    assert titles(slack) == ["Second"]
    slack.submit("U1")
    assert titles(slack) == ["Second", "Third"]
    slack.submit("U1", {"words": "y"})
    assert titles(slack) == []


@pytest.mark.usefixtures("opened")
def test_a_bad_view_in_an_answer_is_a_trouble(slack: SlackSandbox, bolt: Bolt) -> None:
    answer(bolt, response_action="update", view={**MODAL, "blocks": []})

    slack.submit("U1", {"words": "x"})

    assert "invalid_arguments" in slack.troubles[0]


@pytest.mark.usefixtures("opened")
def test_an_update_keeps_what_was_typed_where_the_blocks_are_the_same(
    slack: SlackSandbox, client: WebClient
) -> None:
    slack.fill("U1", {"words": "typed", "pick": "1"})
    view = slack.view_stack("U1")[0]
    blocks = [MODAL["blocks"][0], {**MODAL["blocks"][1], "block_id": "renamed"}]

    client.views_update(view_id=view["id"], hash=view["hash"], view={**MODAL, "blocks": blocks})

    state = slack.view_stack("U1")[0]["state"]["values"]
    assert state["reason"]["words"]["value"] == "typed"
    assert state["renamed"]["pick"]["selected_option"] is None


@pytest.mark.usefixtures("opened")
def test_a_choice_is_sent_at_once_only_with_dispatch_action(slack: SlackSandbox, bolt: Bolt) -> None:
    bolt.app.action("pick")(lambda ack: ack())

    silent = slack.view_choose("U1", "words", "x")
    sent = slack.view_choose("U1", "pick", "2")
    pressed = slack.view_click("U1", "press")

    assert (silent.body, sent.status, pressed.status) == ("not_dispatched", 200, 200)
    picked, button = bolt.bodies
    assert picked["actions"][0]["selected_option"]["value"] == "2"
    assert picked["view"]["state"]["values"]["reason"]["words"]["value"] == "x"
    assert (button["container"]["type"], "channel" in button, "message" in button) == ("view", False, False)


@pytest.mark.usefixtures("opened")
def test_a_closing_is_told_only_when_asked_for(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    @bolt.app.view_closed("form")
    def closed(ack: Any) -> None:
        ack()

    assert slack.close_view("U1") is None
    client.views_open(trigger_id=slack.triggers.give("U1"), view={**MODAL, "notify_on_close": True})
    reply = slack.close_view("U1")

    assert reply is not None
    assert [body["type"] for body in bolt.bodies] == ["view_closed"]
    with pytest.raises(LookupError):
        slack.close_view("U1")


def test_a_home_is_opened_published_and_pressed(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    bolt.app.event("app_home_opened")(lambda event: client.views_publish(user_id=event["user"], view=HOME))
    bolt.app.action("press")(lambda ack: ack())

    slack.open_home("U1")
    reply = slack.view_click("U1", "press", home=True)
    slack.open_home("U1")

    assert reply.status == 200
    assert bolt.bodies[1]["view"]["type"] == "home"
    assert "view" not in bolt.bodies[0]["event"]
    assert bolt.bodies[2]["event"]["view"]["id"] == bolt.bodies[1]["view"]["id"]


@pytest.mark.usefixtures("opened")
def test_an_update_drops_a_choice_that_is_no_longer_offered(slack: SlackSandbox, client: WebClient) -> None:
    slack.fill("U1", {"words": "typed", "pick": "2"})
    element = MODAL["blocks"][1]["element"]
    fewer = {**MODAL["blocks"][1], "element": {**element, "options": element["options"][:1]}}
    number = {"type": "number_input", "action_id": "words", "is_decimal_allowed": False}
    another = {**MODAL["blocks"][0], "element": number}
    view = slack.view_stack("U1")[0]

    client.views_update(view_id=view["id"], view={**MODAL, "blocks": [another, fewer]})

    state = slack.view_stack("U1")[0]["state"]["values"]
    assert state["level"]["pick"]["selected_option"] is None
    assert state["reason"]["words"]["value"] is None
