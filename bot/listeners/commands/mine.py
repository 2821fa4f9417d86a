"""`/triage mine`: what waits for the one who asks."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.lists import waiting
from bot.slack.blocks.listing import list_text

WORD = "mine"


def handle(press: Press, room: Room) -> Answer:
    return Answer(list_text(waiting(room.desk, press.user_id), room.look(press), mine=True))
