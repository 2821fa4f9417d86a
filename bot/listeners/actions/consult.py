"""Ask: one click posts the question; on the card, on a chase, on the Home."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.consult import ask_about

ID = "consult"


def handle(press: Press, room: Room) -> After | None:
    alert = room.alert(press)
    ask_about(room.desk, alert.id, press.actor)
    key = "said.asked_already" if alert.is_discussed else "said.asked"
    if press.is_home:
        return lambda: room.open(press, room.noted(press, key, "said.asked_title"))
    if alert.is_discussed:
        return lambda: room.say(press, room.words(press.person).text(key))
    return None
