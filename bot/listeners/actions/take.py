"""I'll take it: the one who presses knows of it and owns it from now on."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.respond import hand_over

ID = "take"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    hand_over(room.desk, alert.id, press.actor, press.actor)
    return lambda: room.say(press, room.words(press.person).text("said.taken"))
