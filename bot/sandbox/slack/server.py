"""`SlackSandbox`: the local Slack as one thing to start, fill, use and ask; for `triage demo`, drills and tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from bot.sandbox.slack.asking import Asking
from bot.sandbox.slack.delivery import Courier
from bot.sandbox.slack.desk import BOT_SCOPES, Desk
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.http_door import HttpDoor
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.records import Channel, User
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import BOT_NAME, BOT_USER_ID, Workspace


def utc_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


class SlackSandbox(Modals, Asking):
    """A workspace with one app in it: as strict as Slack's, on 127.0.0.1 only."""

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-sandbox",  # noqa: S107 - opens nothing but this workspace.
        app_token: str = "xapp-sandbox",  # noqa: S107
        signing_secret: str = "sandbox-signing-secret",  # noqa: S107
        team_id: str = "T0SANDBOX",
        now: Callable[[], datetime] = utc_now,
        port: int = 0,
        request_url: str | None = None,
        rate_limits: bool = False,
        retry_events: bool = False,
        machine: Callable[[], float] = time.time,
    ) -> None:
        """`now` dates the messages and may be moved; `machine` ages signatures, triggers, response_urls and rates.

        `request_url` takes what people do (the bot's POST /slack/events); without it an open socket does.
        """
        self.bot_token = bot_token
        self.app_token = app_token
        self.workspace = Workspace(team_id, now, machine)
        self.triggers = Triggers(machine)
        self.socket = SocketMode()
        self.courier = Courier(signing_secret, machine, self.socket, retry_events=retry_events)
        self.courier.request_url = request_url
        self.address = lambda: self._door.address
        scopes: set[str] = set(BOT_SCOPES)
        desk = Desk(self.workspace, self.triggers, scopes, self.address, self.socket.new_address)
        self.api = WebApi(desk, bot_token=bot_token, app_token=app_token, rate_limits=rate_limits)
        self._door = HttpDoor(self.api, port)
        self.add_user(BOT_USER_ID, BOT_NAME, is_bot=True)

    def start(self) -> None:
        """Listens on 127.0.0.1, for the Web API and for Socket Mode."""
        self._door.start()
        self.socket.start()

    def stop(self) -> None:
        """Listens no more; what was said can still be asked."""
        self.courier.stop()
        self.socket.stop()
        self._door.stop()

    def __enter__(self) -> Self:
        """Starts it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Stops it."""
        self.stop()

    @property
    def api_url(self) -> str:
        """The base of the Web API, ending with a slash. Raises RuntimeError before `start`."""
        return f"{self.address()}api/"

    @property
    def request_url(self) -> str | None:
        """Where interactions, events and commands go over HTTP; None: over an open socket."""
        return self.courier.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.courier.request_url = url

    @property
    def signing_secret(self) -> str:
        """What requests to the bot are signed with."""
        return self.courier.signing_secret

    @property
    def scopes(self) -> set[str]:
        """The bot token's scopes: take one away and its methods answer `missing_scope`."""
        return self.api.desk.scopes

    @property
    def rate_limits(self) -> bool:
        """True when the Web API answers 429 as Slack does."""
        return self.api.rate_limits

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.api.rate_limits = on

    @property
    def is_down(self) -> bool:
        """True while every Web API call is cut off."""
        return self.api.is_down

    @is_down.setter
    def is_down(self, down: bool) -> None:
        self.api.is_down = down

    def add_user(
        self,
        user_id: str,
        name: str,
        *,
        real_name: str | None = None,
        email: str | None = None,
        locale: str = "en-US",
        tz: str = "Asia/Tokyo",
        deleted: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        is_bot: bool = False,
        team_id: str | None = None,
    ) -> None:
        """Adds a person, or replaces the one with this id; `team_id` of another workspace makes a stranger."""
        team, shown = team_id or self.workspace.team_id, real_name or name
        guest = (is_restricted or is_ultra_restricted, is_ultra_restricted)
        with self.workspace.lock:
            self.workspace.users[user_id] = User(
                user_id, name, shown, email, locale, tz, team, deleted, *guest, is_bot
            )
            self.workspace.touch()

    def add_channel(
        self,
        channel_id: str,
        name: str,
        *,
        is_private: bool = False,
        bot_is_member: bool = True,
        is_archived: bool = False,
        members: set[str] | None = None,
    ) -> None:
        """Adds a channel, or changes the one with this id; everybody is in it unless `members` are named."""
        with self.workspace.lock:
            old = self.workspace.channels.get(channel_id)
            channel = Channel(channel_id, name, is_private, bot_is_member, is_archived, members=members)
            if old is not None:
                channel.messages, channel.read = old.messages, old.read
            self.workspace.channels[channel_id] = channel
            self.workspace.touch()

    def fail_next(
        self,
        method: str,
        *,
        times: int = 1,
        error: str | None = None,
        status: int | None = None,
        retry_after: int | None = None,
        lose_reply: bool = False,
        delay: float | None = None,
    ) -> None:
        """The next `times` calls of this method ("*": of any) go wrong.

        `error` refuses by name; `status` answers it; `retry_after` (whole seconds) answers 429; `lose_reply` lets the
        effect happen and cuts the connection; `delay` (seconds) waits first, and alone changes nothing else.
        """
        self.api.faults.plan(method, Fault(error, status, retry_after, lose_reply, delay), times)

    def clear_faults(self) -> None:
        """Takes back all faults that have not come yet."""
        self.api.faults.clear()

    def revoke_token(self, *, revoked: bool = True) -> None:
        """From now on the bot's token is refused with `token_revoked` (or no longer, with False)."""
        self.api.is_revoked = revoked

    def refresh_socket(self) -> None:
        """Asks all Socket Mode connections to be made anew, as Slack does every few hours."""
        self.socket.refresh()
