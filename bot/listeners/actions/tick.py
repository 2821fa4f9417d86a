"""A box of a checklist in the thread, ticked or unticked by whoever helps."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.checklist import tick
from bot.slack.blocks.checklist import TICK, read_tick

ID = TICK


def handle(press: Press, room: Room) -> None:
    alert = room.alert(press)
    read = read_tick(press.block_id, press.selected)
    if read is None:
        raise UserError("error.unknown_checklist")
    tick(room.desk, alert.id, read, press.actor)
