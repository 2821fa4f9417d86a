"""Somebody wrote to the bot directly: the help, in that conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.listeners.events.helping import help_once
from bot.listeners.press import Press
from bot.listeners.room import Room

ID = "message"
"""Slack subscribes `message.im`, and sends it as `message` with the channel's type."""
WRITTEN = (None, "file_share", "thread_broadcast")
"""Subtypes of what a person writes; edits, deletions and the bot's own revised lines are answered, and left alone."""


def handle(press: Press, room: Room, body: Mapping[str, Any]) -> None:
    event = body["event"]
    if event.get("channel_type") == "im" and event.get("subtype") in WRITTEN:
        help_once(press, room, body)
