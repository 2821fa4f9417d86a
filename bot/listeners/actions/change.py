"""Look at it again: the same form, filled with what was decided."""

from __future__ import annotations

from bot.listeners.judging import judge_form
from bot.listeners.press import Press
from bot.listeners.room import After, Room

ID = "change"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    return lambda: room.open(press, judge_form(alert, room, press))
