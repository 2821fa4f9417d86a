"""Socket Mode: a real Bolt app connects with its app token, hears everything, and comes back after a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.sandbox.slack import SlackSandbox
from tests.sandbox.slack.cards import CARD, MODAL, Bolt, bolt_app


def connected(slack: SlackSandbox, client: WebClient) -> tuple[Bolt, SocketModeHandler]:
    bolt = bolt_app(client, slack.signing_secret)
    app_client = WebClient(token=slack.app_token, base_url=slack.api_url, retry_handlers=[])
    handler = SocketModeHandler(bolt.app, slack.app_token, web_client=app_client)
    handler.connect()
    hurry(handler)
    return bolt, handler


def hurry(handler: SocketModeHandler) -> None:
    """Lets the client close at once: it waits for its receive timeout, which is 3 s and cannot be configured."""
    handler.client.current_session.sock.settimeout(0.1)


@pytest.fixture
def connection(slack: SlackSandbox, client: WebClient) -> Iterator[tuple[Bolt, SocketModeHandler]]:
    found, handler = connected(slack, client)
    slack.wait_for(lambda: slack.socket.is_open)
    yield found, handler
    handler.close()


@pytest.fixture
def bolt(connection: tuple[Bolt, SocketModeHandler]) -> Bolt:
    return connection[0]


def test_every_kind_of_act_reaches_the_app_over_the_socket(
    slack: SlackSandbox, client: WebClient, bolt: Bolt
) -> None:
    @bolt.app.action("press")
    def press(ack: Any, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    bolt.app.view("form")(lambda ack: ack(response_action="errors", errors={"reason": "more"}))
    bolt.app.command("/triage")(lambda ack: ack("heard"))
    bolt.app.event("app_mention")(lambda event: None)
    bolt.app.event("app_home_opened")(lambda event: None)
    bolt.app.message_shortcut("consult_message")(lambda ack: ack())
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    replies = [slack.click("U1", "C1", ts, "press")]
    slack.wait_for(lambda: slack.view_stack("U1"))
    replies += [
        slack.submit("U1", {"words": "x"}),
        slack.slash("U1", "C1", "/triage", "list"),
        slack.shortcut("U1", "consult_message", "C1", ts),
    ]
    slack.say("U1", "C1", "@triage hello")
    slack.open_home("U1")

    assert [reply.status for reply in replies] == [200] * 4
    assert slack.view_stack("U1")[0]["errors"] == {"reason": "more"}
    assert [one["text"] for one in slack.ephemerals("U1")] == ["heard"]
    slack.wait_for(lambda: len(bolt.bodies) == 6)
    kinds = [body.get("type") for body in bolt.bodies]
    assert kinds == [
        "block_actions",
        "view_submission",
        None,
        "message_action",
        "event_callback",
        "event_callback",
    ]


def test_an_act_that_is_not_acknowledged_fails_after_three_seconds(
    slack: SlackSandbox, client: WebClient, bolt: Bolt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.slack.socket_mode.ANSWER_WITHIN", 0.1)
    bolt.app.action("press")(lambda: None)
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    assert slack.click("U1", "C1", ts, "press").status is None


def test_after_a_refresh_the_app_comes_back_and_hears_again(
    slack: SlackSandbox, client: WebClient, connection: tuple[Bolt, SocketModeHandler]
) -> None:
    bolt, handler = connection
    bolt.app.action("press")(lambda ack: ack())
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]

    slack.refresh_socket()
    slack.wait_for(lambda: slack.socket.is_open)
    hurry(handler)

    assert slack.click("U1", "C1", ts, "press").status == 200


def test_of_two_connections_each_act_goes_to_one(slack: SlackSandbox, client: WebClient, bolt: Bolt) -> None:
    other, handler = connected(slack, client)
    slack.wait_for(lambda: slack.socket.connections == 2)
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    for one in (bolt, other):
        one.app.action("press")(lambda ack: ack())

    replies = [slack.click("U1", "C1", ts, "press") for _ in range(4)]
    handler.close()

    assert [reply.status for reply in replies] == [200] * 4
    assert (len(bolt.bodies), len(other.bodies)) == (2, 2)


def test_without_a_ticket_nobody_is_let_in_and_a_ticket_is_good_once(
    slack: SlackSandbox, client: WebClient
) -> None:
    url = client.apps_connections_open(app_token=slack.app_token)["url"]

    with connect(url) as connection:
        assert '"hello"' in str(connection.recv(timeout=5))
    with pytest.raises(InvalidStatus):
        connect(url)
