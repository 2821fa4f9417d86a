"""Hand over and one more business day, as buttons of a chase: the forms that the overflow of the card opens."""

from __future__ import annotations

from bot.listeners.actions.more import CHOICES
from bot.listeners.press import Press
from bot.listeners.room import After, Room

IDS = ("hand_over", "extend")


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    view = CHOICES[press.action_id](press, room, alert, room.look(press, alert))
    return lambda: room.open(press, view)
