"""A swap, sent: the other one is asked; the turn stays where it is until they take it."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.desk import Actor
from bot.services.turns import ask_for_swap
from bot.slack.blocks import rota
from bot.slack.blocks.read import swap_asked

ID = rota.SWAP


def handle(press: Press, room: Room, ack: Ack) -> None:
    form = swap_asked(press.state)
    if form.taker is None:
        raise UserError("error.choose_person")
    taker = room.people.member(form.taker, press.team_id)
    ask_for_swap(room.desk, press.actor, Actor(taker.user_id, taker.name), form.day, form.in_return)
    ack(response_action="update", view=room.noted(press, "said.swap", name=taker.name))
