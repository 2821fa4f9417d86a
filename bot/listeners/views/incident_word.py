"""The next word on an incident, sent."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import say_word
from bot.slack.blocks import incident_forms
from bot.slack.blocks.read import noted

ID = incident_forms.WORD


def handle(press: Press, room: Room, ack: Ack) -> None:
    say_word(room.desk, room.alert(press).id, noted(press.state), press.actor, press.form_id)
    ack()
