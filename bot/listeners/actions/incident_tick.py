"""One point of an incident's checklist is done."""

from __future__ import annotations

from bot.domain.incident import Tick
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import tick_off

PREFIX = "incident_tick_"
IDS = tuple(f"{PREFIX}{tick.value}" for tick in Tick)


def handle(press: Press, room: Room) -> None:
    tick_off(room.desk, room.alert(press).id, Tick(press.action_id.removeprefix(PREFIX)), press.actor)
