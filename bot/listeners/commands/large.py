"""`/triage large [words]`: declare what other monitors saw; a form asks once more, because it is loud."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import plain_words
from bot.slack.blocks.incident_forms import declare_form

WORD = "large"


def handle(press: Press, room: Room) -> Answer:
    view = declare_form(room.look(press), plain_words(press.value, room.people.name_of))
    return Answer(after=lambda: room.open(press, view))
