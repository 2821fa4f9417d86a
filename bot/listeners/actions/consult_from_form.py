"""Ask, out of the form of the three questions: "not sure" goes to the others with what is known so far."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.consult import ask_about
from bot.slack.blocks.guide import known_words
from bot.slack.blocks.read import judged

ID = "consult_from_form"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    filled = judged(press.state)
    known = known_words(filled, room.look_in(alert, None))
    words = "\n".join(filter(None, (known, filled.reason)))
    ask_about(room.desk, alert.id, press.actor, words, once=press.form_id)
    return lambda: room.update(press, room.noted(press, "said.asked", "said.asked_title"))
