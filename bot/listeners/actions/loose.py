"""How a question about no alert ends: nothing to do, part of an alert that is there, or an alert of its own."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.consult import end_as_alert, end_as_nothing
from bot.services.lists import waiting
from bot.slack.blocks.consultation import join_form

NOTHING = "loose_nothing"
JOIN = "loose_join"
ALERT = "loose_alert"


def nothing(press: Press, room: Room) -> None:
    end_as_nothing(room.desk, press.value, press.actor)


def join(press: Press, room: Room) -> After:
    alerts = waiting(room.desk)
    if not alerts:
        raise UserError("error.nothing_to_join")
    view = join_form(room.look(press), press.value, alerts)
    return lambda: room.open(press, view)


def make_alert(press: Press, room: Room) -> None:
    end_as_alert(room.desk, press.value, press.actor)
