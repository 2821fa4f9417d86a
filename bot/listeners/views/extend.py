"""One more business day, sent."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.respond import extend
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import extended

ID = follow_up.EXTEND


def handle(press: Press, room: Room, ack: Ack) -> None:
    extend(room.desk, room.alert(press).id, extended(press.state), press.actor, press.form_id)
    ack()
