"""A note, sent."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.respond import add_note
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import noted

ID = follow_up.NOTE


def handle(press: Press, room: Room, ack: Ack) -> None:
    add_note(room.desk, room.alert(press).id, noted(press.state), press.actor, press.form_id)
    ack()
