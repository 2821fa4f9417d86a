"""The Bolt app: every listener of the lists registered, behind Slack's signature or its socket. Made by `bot.app`."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request, Response
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.listeners import edge
from bot.listeners.actions import ACTIONS
from bot.listeners.commands import COMMAND, dispatch
from bot.listeners.events import EVENTS
from bot.listeners.room import Room
from bot.listeners.shortcuts import SHORTCUTS
from bot.listeners.views import VIEWS
from bot.slack.client import web_client

log = logging.getLogger(__name__)

OLDEST_REQUEST = 300
"""Seconds; an older or younger timestamp is a replay (Slack: "Verifying requests from Slack")."""


@dataclass(frozen=True)
class SlackApp:
    """The doors to the Bolt app: HTTP by Flask, or a socket of Slack's."""

    bolt: Any
    signing_secret: str
    machine: Callable[[], datetime]

    def handle_http(self, request: Request) -> Any:
        """One request. Bolt reads a body before it verifies it, and trips over odd ones; so both is done here first."""
        if not is_signed(request.get_data(), dict(request.headers), self.signing_secret, self.machine()):
            return Response("", 401)
        try:
            return SlackRequestHandler(self.bolt).handle(request)
        except Exception as error:  # noqa: BLE001 - the edge: listeners answer for their own, so this is Bolt's reading
            log.warning("a request of Slack's could not be read", extra={"why": type(error).__name__})
            return Response("", 400)

    def socket_handler(self, app_token: str, api_url: str) -> SocketModeHandler:
        """A Socket Mode connection, not yet opened."""
        return SocketModeHandler(self.bolt, app_token, web_client=web_client(app_token, api_url))


def is_signed(raw: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> bool:
    """Whether Slack signed these exact bytes within the last five minutes; compared in constant time, never raises."""
    told = {name.lower(): value for name, value in headers.items()}
    timestamp = told.get("x-slack-request-timestamp", "")
    if not secret or not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > OLDEST_REQUEST:
        return False
    base = b"v0:" + timestamp.encode() + b":" + raw
    expected = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    given = told.get("x-slack-signature", "").encode("utf-8", "replace")
    return hmac.compare_digest(given, expected.encode())


def make_slack_app(room: Room, signing_secret: str) -> SlackApp:
    """Register every listener of the lists in the rooms beside this file.

    The listener runs in the request's thread and its answer goes out when it returns (decision 003).
    """
    bolt: Any = App(
        client=WebClient(base_url=room.client.base_url, retry_handlers=[]),
        signing_secret=signing_secret or "socket-mode-has-no-signatures",
        authorize=_authorize(room),
        token_verification_enabled=False,
        process_before_response=True,
        request_verification_enabled=bool(signing_secret),
        raise_error_for_unhandled_request=False,
    )
    for action in ACTIONS:
        bolt.action(action.ID)(edge.action(room, action.handle))
    for view in VIEWS:
        bolt.view(view.ID)(edge.view(room, view.handle))
    for shortcut in SHORTCUTS:
        bolt.shortcut(shortcut.ID)(edge.shortcut(room, shortcut.handle))
    bolt.command(COMMAND)(edge.command(room, dispatch))
    for event in EVENTS:
        bolt.event(event.ID)(edge.event(room, event.handle))
    return SlackApp(bolt, signing_secret, room.desk.clock.machine)


def _authorize(room: Room) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: Bolt's own look-up would ask Slack within the first request."""

    def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=room.client.token)

    return authorize
