"""Add a note: the button in the thread."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks.follow_up import note

ID = "note"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    return lambda: room.open(press, note(alert, room.look(press, alert)))
