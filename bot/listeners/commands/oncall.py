"""`/triage oncall`: who is on duty now and next; with `week`, a page of the coming business days."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import first_word
from bot.services.lists import TODAY_AND_NEXT, WEEK, on_call
from bot.slack.blocks.rota import oncall_page, oncall_text

WORD = "oncall"
WEEK_WORDS = ("week", "今週", "週")


def handle(press: Press, room: Room) -> Answer:
    look = room.look(press)
    if first_word(press.value)[0] not in WEEK_WORDS:
        return Answer(oncall_text(on_call(room.desk, TODAY_AND_NEXT).duties, look))
    week = on_call(room.desk, WEEK)
    view = oncall_page(week.duties, look, week.away)
    return Answer(after=lambda: room.open(press, view))
