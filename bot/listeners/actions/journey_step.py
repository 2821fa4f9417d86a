"""The select beside the suggestion: which step of the journey cannot go on."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.decide import pick_step

ID = "journey_step"


def handle(press: Press, room: Room) -> None:
    alert = room.alert(press)
    pick_step(room.desk, alert.id, press.value, press.actor)
