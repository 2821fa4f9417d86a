"""The forms of one's own turns: a swap, an absence. Opened by commands and by the buttons of the ping."""

from __future__ import annotations

from typing import Any

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.turns import next_turns
from bot.slack.blocks.rota import away_form, swap_form


def swap_view(press: Press, room: Room) -> dict[str, Any]:
    """The form of a swap, with the next turns of the one who asks. Raises UserError for someone without a turn."""
    days = next_turns(room.desk, press.user_id)
    colleagues = [p for p in room.desk.policy().rotation.people if p != press.user_id]
    hint = ", ".join(room.people.name_of(person) for person in colleagues)
    return swap_form(room.look(press), days, hint)


def away_view(press: Press, room: Room, other: str | None = None) -> dict[str, Any]:
    """The form of an absence: one's own, or of another who was named."""
    today = room.desk.policy().calendar.date_of(room.desk.clock.now())
    return away_form(room.look(press), other or press.user_id, today, for_other=other is not None)
