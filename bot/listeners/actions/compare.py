"""Both alerts side by side: what differs, what is alike, and what became of the earlier one."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.domain.twin import side_by_side
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.likeness import earlier_of
from bot.slack.blocks import likeness

ID = likeness.COMPARE


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    earlier = earlier_of(room.desk.store, alert)
    if earlier is None:
        raise UserError("error.nothing_to_compare")
    view = likeness.comparison_page(
        alert, earlier, side_by_side(alert, earlier, room.desk.policy()), room.look(press, alert)
    )
    return lambda: room.open(press, view)
