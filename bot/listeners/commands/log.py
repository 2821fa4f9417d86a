"""`/triage log ISSUE`: what happened to an issue, by its short id, number or address."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import plain_words
from bot.services.lists import log_of
from bot.slack.blocks.listing import log_text

WORD = "log"


def handle(press: Press, room: Room) -> Answer:
    found = log_of(room.desk, plain_words(press.value, room.people.name_of))
    return Answer(log_text(found.entries, found.alert, room.look(press, found.alert)))
