"""The buttons of the morning ping: ask for a swap, and away today, which anyone may press for the duty person."""

from __future__ import annotations

from datetime import date

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.listeners.turns import swap_view
from bot.services.turns import be_away_today

SWAP = "ping_swap"
AWAY = "ping_away"


def ask_swap(press: Press, room: Room) -> After:
    view = swap_view(press, room)
    return lambda: room.open(press, view)


def say_away(press: Press, room: Room) -> None:
    """The button names the day and the person of its ping: `2026-11-02:U0AIKO`."""
    day, _, person = press.value.partition(":")
    try:
        named = date.fromisoformat(day)
    except ValueError as error:
        raise UserError("error.went_wrong") from error
    be_away_today(room.desk, person, named)
