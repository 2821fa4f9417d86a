"""The bot was mentioned: the help, in that message's thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.listeners.events.helping import help_once
from bot.listeners.press import Press
from bot.listeners.room import Room

ID = "app_mention"


def handle(press: Press, room: Room, body: Mapping[str, Any]) -> None:
    help_once(press, room, body)
