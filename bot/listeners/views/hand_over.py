"""Take or hand over, sent: the new owner must be someone who may act."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.naming import named
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.respond import hand_over
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import handed_over

ID = follow_up.HAND_OVER


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    chosen = handed_over(press.state)
    if chosen is None:
        raise UserError("error.choose_person")
    person = named(press, room, chosen, block=follow_up.TO_BLOCK, otherwise="error.cannot_take_over")
    hand_over(room.desk, alert.id, person, press.actor, press.form_id)
    ack()
