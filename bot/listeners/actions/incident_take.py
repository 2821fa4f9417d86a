"""I'll take it, on an incident: the one who presses leads it and owns the alert."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.incident import take

ID = "incident_take"


def handle(press: Press, room: Room) -> After:
    take(room.desk, room.alert(press).id, press.actor)
    return lambda: room.say(press, room.words(press.person).text("said.leads"))
