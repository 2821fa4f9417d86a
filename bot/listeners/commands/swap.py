"""`/triage swap`: the form that asks another to take one's turn."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.turns import swap_view

WORD = "swap"


def handle(press: Press, room: Room) -> Answer:
    view = swap_view(press, room)
    return Answer(after=lambda: room.open(press, view))
