"""Take or hand over, sent: the new owner must be someone who may act."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.desk import Actor
from bot.services.respond import hand_over
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import handed_over

ID = follow_up.HAND_OVER


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    chosen = handed_over(press.state)
    if chosen is None:
        raise UserError("error.choose_person")
    person = room.people.member(chosen, press.team_id)
    hand_over(room.desk, alert.id, Actor(person.user_id, person.name), press.actor, press.form_id)
    ack()
