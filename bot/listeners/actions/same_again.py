"""The same cause as before: what was decided then is taken over with one press."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.decide import same_again
from bot.slack.blocks import likeness

ID = likeness.SAME_AGAIN


def handle(press: Press, room: Room) -> None:
    same_again(room.desk, room.alert(press).id, press.actor)
