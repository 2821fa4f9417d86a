"""The draft for customers, sent: to support, never to customers."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import post_notice
from bot.slack.blocks import incident_forms

ID = incident_forms.NOTICE


def handle(press: Press, room: Room, ack: Ack) -> None:
    drafts = incident_forms.noticed(press.state)
    post_notice(room.desk, room.alert(press).id, drafts, press.actor, press.form_id)
    ack(response_action="update", view=room.noted(press, "said.notice"))
