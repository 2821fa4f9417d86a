"""I'll take it: the one who presses knows of it and owns it from now on; a large impact they lead as well."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.incident import take
from bot.services.respond import hand_over

ID = "take"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    if alert.leads_incident:
        take(room.desk, alert.id, press.actor)
    else:
        hand_over(room.desk, alert.id, press.actor, press.actor)
    return lambda: room.say(press, room.words(press.person).text("said.taken"))
