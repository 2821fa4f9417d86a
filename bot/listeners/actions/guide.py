"""Help me decide: the three questions in a form."""

from __future__ import annotations

from bot.domain.deciding import AlreadyDecided
from bot.listeners.judging import judge_form
from bot.listeners.press import Press
from bot.listeners.room import After, Room

ID = "guide"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    if alert.decision is not None:
        raise AlreadyDecided(alert.decision)
    return lambda: room.open(press, judge_form(alert, room, press))
