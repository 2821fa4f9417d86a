"""A started local Slack and a real Bolt app beside it, for the tests of the local Slack."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from bot.sandbox.slack import SlackSandbox
from tests.sandbox.slack.cards import Bolt, MachineClock, Quiet, bolt_app


@pytest.fixture
def clock() -> MachineClock:
    """The machine's clock of the workspace."""
    return MachineClock()


@pytest.fixture
def slack(clock: MachineClock) -> Iterator[SlackSandbox]:
    """A workspace with Alice, Bob, one public and one private channel."""
    sandbox = SlackSandbox(machine=clock)
    sandbox.add_user("U1", "alice", email="alice@example.com", locale="ja-JP")
    sandbox.add_user("U2", "bob")
    sandbox.add_channel("C1", "alerts")
    sandbox.add_channel("G1", "secret", is_private=True, bot_is_member=False)
    with sandbox:
        yield sandbox


@pytest.fixture
def client(slack: SlackSandbox) -> WebClient:
    """The bot's client."""
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def bolt(slack: SlackSandbox, client: WebClient) -> Iterator[Bolt]:
    """The app over HTTP, reachable for the workspace."""
    found = bolt_app(client, slack.signing_secret)
    handler = SlackRequestHandler(found.app)
    web = Flask("bolt")
    web.add_url_rule("/slack/events", "events", lambda: handler.handle(request), methods=["POST"])
    server = make_server("127.0.0.1", 0, web, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    slack.request_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
