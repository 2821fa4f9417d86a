"""A swap, sent: the other one is asked; the turn stays where it is until they take it."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.naming import named
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.turns import ask_for_swap
from bot.slack.blocks import rota
from bot.slack.blocks.read import swap_asked

ID = rota.SWAP


def handle(press: Press, room: Room, ack: Ack) -> None:
    form = swap_asked(press.state)
    if form.taker is None:
        raise UserError("error.choose_person")
    taker = named(press, room, form.taker, block=rota.TAKER_BLOCK, otherwise="error.cannot_take_turn")
    ask_for_swap(room.desk, press.actor, taker, form.day, form.in_return)
    ack(response_action="update", view=room.noted(press, "said.swap", name=taker.name))
