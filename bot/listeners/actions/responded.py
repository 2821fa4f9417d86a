"""Responded: opens the form that names the number of cases known."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks.follow_up import responded

ID = "responded"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    if not alert.is_waiting_for_response:
        raise UserError("error.nothing_to_respond")
    return lambda: room.open(press, responded(alert, room.look(press, alert)))
