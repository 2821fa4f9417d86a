"""Ask, on the Home: a form for a question in one's own words."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks.consultation import words_form

ID = "home_ask"


def handle(press: Press, room: Room) -> After:
    view = words_form(room.look(press), None)
    return lambda: room.open(press, view)
