"""The state of the local workspace under one lock, with a version that counts its changes; used by every part of it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime

from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.records import Channel, Message, User, View

APP_ID = "A0TRIAGE"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"
BOT_NAME = "triage"
TEAM_DOMAIN = "sandbox"


class Workspace:
    """People, channels, messages, views. Callers hold `lock` for whatever must be seen as one."""

    def __init__(self, team_id: str, now: Callable[[], datetime], machine: Callable[[], float]) -> None:
        """`now` dates messages and may be moved; `machine` (seconds since 1970) ages triggers and links."""
        self.team_id = team_id
        self.now = now
        self.machine = machine
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 0
        self.pulse = 0  # as version, but also counts calls
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        self.files: dict[str, Json] = {}
        self.troubles: list[str] = []
        self._last_ts = 0

    def touch(self) -> None:
        """Says that something changed: the version grows and whoever waits wakes."""
        with self.changed:
            self.version += 1
            self.notice()

    def notice(self) -> None:
        """Wakes whoever waits, although nothing that a person sees has changed."""
        with self.changed:
            self.pulse += 1
            self.changed.notify_all()

    def wait(self, reached: Callable[[], bool], timeout: float) -> None:
        """Waits until `reached()` (asked under the lock) or for `timeout` seconds."""
        with self.changed:
            self.changed.wait_for(reached, timeout)

    def trouble(self, words: str) -> None:
        """Remembers what a person would see as an error of the app."""
        with self.lock:
            self.troubles.append(words)
            self.touch()

    def next_ts(self) -> str:
        """A new message's ts: from `now`, unique, strictly growing even when the clock stands or goes back."""
        with self.lock:
            wanted = round(self.now().timestamp() * 1_000_000)
            self._last_ts = max(wanted, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def machine_ts(self) -> str:
        """A ts of the machine's clock, for `action_ts` and hashes."""
        return f"{self.machine():.6f}"

    def user(self, user_id: str, error: str = "user_not_found") -> User:
        """The user; refuses with `error` when there is none."""
        if (found := self.users.get(user_id)) is None:
            raise RefusedError(error)
        return found

    def channel(self, channel_id: str) -> Channel:
        """The channel, or the direct conversation with a user id; refuses with `channel_not_found`."""
        if channel_id in self.users and not self.users[channel_id].is_bot:
            return self.dm(channel_id)
        found = self.channels.get(channel_id)
        if found is None or (found.is_private and not found.bot_is_member):
            raise RefusedError("channel_not_found")
        return found

    def dm(self, user_id: str) -> Channel:
        """The direct conversation of this user with the bot, opened when it is not yet."""
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(
                channel_id, "directmessage", user_id=user_id, members={user_id}
            )
            self.touch()
        return self.channels[channel_id]

    def find(self, channel: Channel, ts: str, error: str = "message_not_found") -> Message:
        """The message with this ts; refuses with `error`."""
        for message in reversed(channel.messages):
            if message.ts == ts:
                return message
        raise RefusedError(error)

    def is_member(self, channel: Channel, user_id: str) -> bool:
        """True when the person is in the channel."""
        return user_id in self.users and (channel.members is None or user_id in channel.members)

    def add(self, message: Message) -> Message:
        """Puts a message into its channel, or on the screen of the one who alone sees it."""
        if message.ephemeral_to is not None:
            self.ephemerals.setdefault(message.ephemeral_to, []).append(message)
        else:
            self.channels[message.channel_id].messages.append(message)
        self.touch()
        return message

    def thread_root(self, channel: Channel, thread_ts: str) -> str:
        """The ts of the thread that this message is in or begins; refuses with `thread_not_found`."""
        found = self.find(channel, thread_ts, "thread_not_found")
        return found.thread_ts or found.ts

    def replies(self, channel: Channel, ts: str) -> list[Message]:
        """The thread below this message, oldest first."""
        return [message for message in channel.messages if message.thread_ts == ts]

    def view(self, view_id: str) -> View | None:
        """An open modal or a Home by its id."""
        stacks = [*self.views.values(), list(self.homes.values())]
        return next((view for stack in stacks for view in stack if view.id == view_id), None)

    def new_view(self, user_id: str, given: Json, *, below: View | None = None) -> View:
        """A view as Slack keeps it, with an id and a hash; `below` is the view under it in the stack."""
        view_id = f"V{secrets.token_hex(5).upper()}"
        kind = given["type"]
        body: Json = {
            "id": view_id,
            "team_id": self.team_id,
            "type": kind,
            "callback_id": "",
            "private_metadata": "",
            "hash": self.new_hash(),
            "clear_on_close": False,
            "notify_on_close": False,
            "external_id": "",
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "root_view_id": below.body["root_view_id"] if below else view_id,
            "previous_view_id": below.id if below else None,
            "app_installed_team_id": self.team_id,
            "title": None,
            "submit": None,
            "close": None,
            **given,
        }
        return View(body, user_id)

    def new_hash(self) -> str:
        """A hash that no view had before."""
        return f"{int(self.machine())}.{secrets.token_hex(4)}"
