"""End the drill, from its opening message: whoever takes part may. A second press says that it is over."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.slack.blocks.drill import END

ID = END


def handle(press: Press, room: Room) -> None:
    room.drills.end(press.value)
