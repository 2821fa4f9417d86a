"""I'll take it, or not this time: the answer to a swap that was asked for. The button carries the swap's id."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.turns import answer_swap

ACCEPT = "swap_accept"
DECLINE = "swap_decline"


def handle(press: Press, room: Room) -> None:
    answer_swap(room.desk, press.value, press.actor, accept=press.action_id == ACCEPT)
