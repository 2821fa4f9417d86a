"""`/triage away`: the form of an absence, one's own or another's (`@name`); with `back`, it is over."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.turns import away_view
from bot.listeners.typed import first_mentioned, first_word
from bot.services.turns import be_back

WORD = "away"
BACK = "back"


def handle(press: Press, room: Room) -> Answer:
    if first_word(press.value)[0] == BACK:
        be_back(room.desk, press.user_id)
        return Answer.plain(room.words(press.person).text("said.back"))
    view = away_view(press, room, first_mentioned(press.value))
    return Answer(after=lambda: room.open(press, view))
