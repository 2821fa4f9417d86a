"""What tests and the page ask of the local Slack: messages, views, calls, waiting; part of `SlackSandbox`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.records import Channel, Message, View
from bot.sandbox.slack.web_api import Call, WebApi
from bot.sandbox.slack.workspace import BOT_USER_ID, Workspace

T = TypeVar("T")
_LOOK_AGAIN_AFTER = 0.1  # seconds, for conditions that depend on more than this workspace


class Asking:
    """Reads the workspace; every answer is a copy."""

    workspace: Workspace
    api: WebApi

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far, in order."""
        with self.workspace.lock:
            return list(self.api.calls)

    @property
    def troubles(self) -> list[str]:
        """What people would have seen as errors of the app."""
        with self.workspace.lock:
            return list(self.workspace.troubles)

    def messages(self, channel_id: str | None = None, *, thread_ts: str | None = None) -> list[Json]:
        """Messages, newest last: of a channel's surface, of one thread (without its root), or of all channels."""
        with self.workspace.lock:
            chosen = [c for c in self.workspace.channels.values() if channel_id in (None, c.id, c.user_id)]
            found = [one for channel in chosen for one in channel.messages if one.thread_ts == thread_ts]
            return [one.public() for one in sorted(found, key=lambda one: one.ts)]

    def replies(self, channel_id: str, ts: str) -> list[Json]:
        """The thread below a message, newest last."""
        return self.messages(channel_id, thread_ts=ts)

    def ephemerals(self, user_id: str) -> list[Json]:
        """What only this person sees, newest last; gone after `reload`."""
        with self.workspace.lock:
            return [one.public() for one in self.workspace.ephemerals.get(user_id, [])]

    def view_stack(self, user_id: str) -> list[Json]:
        """The person's open modals, the top one last; `errors` beside each view's own fields."""
        with self.workspace.lock:
            return [_view_json(view) for view in self.workspace.views.get(user_id, [])]

    def home(self, user_id: str) -> Json | None:
        """The person's Home, or None while none is published."""
        with self.workspace.lock:
            found = self.workspace.homes.get(user_id)
            return _view_json(found) if found else None

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """The first truthy value of the predicate, asked at each change; LookupError and AssertionError mean "not yet".

        Raises AssertionError with what stands in the workspace when `timeout` seconds pass.
        """
        end = time.monotonic() + timeout
        trouble: Exception | None = None
        while True:
            with self.workspace.lock:
                seen = self.workspace.pulse
            try:
                if found := predicate():
                    return found
            except (LookupError, AssertionError) as error:
                trouble = error
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not reached within {timeout} s\n{self._picture()}") from trouble
            self.workspace.wait(lambda seen=seen: self.workspace.pulse != seen, min(left, _LOOK_AGAIN_AFTER))

    def wait_for_change(self, since_version: int, timeout: float) -> int:
        """The version as soon as it is another than `since_version`, or after `timeout` seconds."""
        self.workspace.wait(lambda: self.workspace.version != since_version, timeout)
        return self.workspace.version

    def _picture(self) -> str:
        with self.workspace.lock:
            lines = [
                f"{c.id} #{c.name}: {len(c.messages)} messages" for c in self.workspace.channels.values()
            ]
            shown = [one for channel in self.workspace.channels.values() for one in channel.messages]
            lines += [f"  {one.channel_id} {one.ts} {one.user}: {one.text[:100]!r}" for one in shown[-8:]]
            last = self.api.calls[-8:]
            lines += [f"  {call.method} -> {call.status} {call.response.get('error', 'ok')}" for call in last]
            return "\n".join([*lines, *self.workspace.troubles[-4:]])

    def state_for(self, user_id: str) -> Json:
        """All that this person's screen shows, ready for JSON."""
        with self.workspace.lock:
            channels = [one for one in self.workspace.channels.values() if self._sees(user_id, one)]
            stack = self.view_stack(user_id)
            return {
                "version": self.workspace.version,
                "team": {"id": self.workspace.team_id, "name": "Sandbox"},
                "bot_user_id": BOT_USER_ID,
                "users": [_user_json(self.workspace, one) for one in self.workspace.users],
                "channels": [self._channel_json(user_id, one) for one in channels],
                "messages": {one.id: self._shown(user_id, one) for one in channels},
                "view": stack[-1] if stack else None,
                "view_depth": len(stack),
                "home": self.home(user_id),
                "troubles": self.workspace.troubles[-5:],
            }

    def mark_read(self, user_id: str, channel_id: str) -> None:
        """The person has seen all of this channel."""
        with self.workspace.lock:
            channel = self.workspace.channels[channel_id]
            if channel.messages:
                channel.read[user_id] = channel.messages[-1].ts
                self.workspace.touch()

    def reload(self, user_id: str) -> None:
        """The person opens Slack anew: what only they saw is gone, and so are open modals."""
        with self.workspace.lock:
            self.workspace.ephemerals.pop(user_id, None)
            self.workspace.views.pop(user_id, None)
            self.workspace.touch()

    def _sees(self, user_id: str, channel: Channel) -> bool:
        return channel.user_id == user_id if channel.user_id else self.workspace.is_member(channel, user_id)

    def _channel_json(self, user_id: str, channel: Channel) -> Json:
        since = channel.read.get(user_id, "")
        unread = [one for one in channel.messages if one.ts > since]
        return {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.is_private,
            "is_im": channel.user_id is not None,
            "is_archived": channel.is_archived,
            "bot_is_member": channel.bot_is_member,
            "unread": len([one for one in unread if one.thread_ts is None or one.broadcast]),
            "mentions": len([one for one in unread if _mentions(one, user_id)]),
        }

    def _shown(self, user_id: str, channel: Channel) -> list[Json]:
        mine = [one for one in self.workspace.ephemerals.get(user_id, []) if one.channel_id == channel.id]
        everything = sorted([*channel.messages, *mine], key=lambda one: one.ts)
        below: dict[str, list[Json]] = {}
        for one in everything:
            if one.thread_ts is not None:
                below.setdefault(one.thread_ts, []).append(self._message_json(user_id, one))
        return [
            {**self._message_json(user_id, one), "replies": below.get(one.ts, [])}
            for one in everything
            if one.thread_ts is None or one.broadcast
        ]

    def _message_json(self, user_id: str, message: Message) -> Json:
        chosen = message.entered.get(user_id, {})
        entered = [{"block_id": place[0], "action_id": place[1], **state} for place, state in chosen.items()]
        return {**message.public(), "entered": entered}


def _mentions(message: Message, user_id: str) -> bool:
    return f"<@{user_id}>" in message.text or f"<@{user_id}>" in str(message.blocks)


def _view_json(view: View) -> Json:
    return {**view.public(), "errors": dict(view.errors)}


def _user_json(workspace: Workspace, user_id: str) -> Json:
    user = workspace.users[user_id]
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "locale": user.locale,
        "tz": user.tz,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_guest": user.is_restricted or user.is_ultra_restricted,
    }
