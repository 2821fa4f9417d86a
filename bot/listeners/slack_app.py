"""The Bolt app: who may act, what is answered, and what happens when something goes wrong. Made by `bot.app`."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request, Response
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.domain.errors import StoreUnavailable, UserError
from bot.listeners.actions import ACTIONS
from bot.listeners.press import Press, read_press
from bot.listeners.room import Room
from bot.listeners.views import VIEWS
from bot.slack.client import web_client

log = logging.getLogger(__name__)

After = Callable[[], None]
"""What follows the answer: a form to open, a private line. It cannot change what was saved or answered."""


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
    """Register every listener of the lists in `actions` and `views`.

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
        bolt.action(action.ID)(_action_listener(room, action.handle))
    for view in VIEWS:
        bolt.view(view.ID)(_view_listener(room, view.handle))
    return SlackApp(bolt, signing_secret, room.desk.clock.machine)


def _authorize(room: Room) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: Bolt's own look-up would ask Slack within the first request."""

    def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=room.client.token)

    return authorize


def _action_listener(
    room: Room, handle: Callable[[Press, Room], After | None]
) -> Callable[[Ack, Mapping[str, Any]], None]:
    """Read, admit, do, answer; then what follows. Errors for people are told privately."""

    def listen(ack: Ack, body: Mapping[str, Any]) -> None:
        press = read_press(body)
        try:
            press = room.admit(press)
            after = handle(press, room)
        except UserError as error:
            after = _telling(room, press, error)
        except StoreUnavailable:
            room.tell(press, UserError("error.not_saved"))
            raise
        except Exception:  # the edge: logged once with its alert, told to the person, answered as an error
            log.exception("a press could not be handled", extra={"alert": press.alert_id})
            room.tell(press, UserError("error.went_wrong"))
            raise
        ack()
        _follow(after, press)

    return listen


def _view_listener(
    room: Room, handle: Callable[[Press, Room, Ack], After | None]
) -> Callable[[Ack, Mapping[str, Any]], None]:
    """A submitted form: an error for the person replaces the form, which keeps nothing half done."""

    def listen(ack: Ack, body: Mapping[str, Any]) -> None:
        press = read_press(body)
        try:
            press = room.admit(press)
            after = handle(press, room, ack)
        except UserError as error:
            ack(response_action="update", view=room.problem(press, error))
            return
        except StoreUnavailable:
            ack(response_action="update", view=room.problem(press, UserError("error.not_saved")))
            return
        except Exception:  # the edge, as above
            log.exception("a form could not be handled", extra={"alert": press.alert_id})
            ack(response_action="update", view=room.problem(press, UserError("error.went_wrong")))
            return
        _follow(after, press)

    return listen


def _telling(room: Room, press: Press, error: UserError) -> After:
    def tell() -> None:
        if press.view:
            room.update(press, room.problem(press, error))
        else:
            room.tell(press, error)

    return tell


def _follow(after: After | None, press: Press) -> None:
    if after is None:
        return
    try:
        after()
    except Exception:  # the edge: what was saved is saved, and the answer has been given
        log.exception("what follows a press failed", extra={"alert": press.alert_id})
