"""The select on a decided card: the answers that a quick press left open, both in one choice."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.domain.impact import Affected
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.decide import answer_open

ID = "answers"


def handle(press: Press, room: Room) -> None:
    alert = room.alert(press)
    affected, _, workaround = press.value.partition("/")
    if affected not in tuple(Affected) or workaround not in ("yes", "no"):
        raise UserError("error.went_wrong")
    answer_open(room.desk, alert.id, Affected(affected), workaround == "yes", press.actor)
