"""What the local workspace remembers: people, channels, messages, views; kept by `workspace.py`."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.state_values import Entered, values


@dataclass(frozen=True)
class User:
    """One person or bot of the workspace (or a stranger, when `team_id` is another)."""

    id: str
    name: str
    real_name: str
    email: str | None
    locale: str
    tz: str
    team_id: str
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False


@dataclass
class Channel:
    """A channel, or a direct conversation with the bot when `user_id` is set."""

    id: str
    name: str
    is_private: bool = False
    bot_is_member: bool = True
    is_archived: bool = False
    user_id: str | None = None
    members: set[str] | None = None  # None: everyone
    messages: list[Message] = field(default_factory=list["Message"])
    read: dict[str, str] = field(default_factory=dict[str, str])  # user id -> ts


@dataclass
class Message:
    """One message, as it was posted (texts not escaped)."""

    channel_id: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list[Json])
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list[Json])
    files: list[Json] = field(default_factory=list[Json])
    reactions: list[Json] = field(default_factory=list[Json])
    broadcast: bool = False
    ephemeral_to: str | None = None
    edited_times: int = 0
    edited_ts: str | None = None
    entered: dict[str, Entered] = field(default_factory=dict[str, Entered])  # by user id

    def public(self) -> Json:
        """The message for tests and the page: everything, as it was posted."""
        found: Json = {
            "channel": self.channel_id,
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "user": self.user,
            "bot_id": self.bot_id,
            "text": self.text,
            "blocks": self.blocks,
            "metadata": self.metadata,
            "attachments": self.attachments,
            "files": self.files,
            "reactions": self.reactions,
            "broadcast": self.broadcast,
            "ephemeral": self.ephemeral_to is not None,
            "edited_times": self.edited_times,
        }
        return copy.deepcopy(found)


@dataclass
class View:
    """A modal on someone's screen, or someone's Home."""

    body: Json
    user_id: str
    entered: Entered = field(default_factory=dict[tuple[str, str], Json])
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def id(self) -> str:
        """The view's id."""
        return self.body["id"]

    def public(self) -> Json:
        """The view with its state, texts as they were given."""
        return {**copy.deepcopy(self.body), "state": {"values": values(self.body["blocks"], self.entered)}}
