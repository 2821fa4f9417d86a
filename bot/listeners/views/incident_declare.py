"""Declare Large, sent: an alert made by a person, Large at once."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import declare
from bot.slack.blocks import incident_forms

ID = incident_forms.DECLARE


def handle(press: Press, room: Room, ack: Ack) -> None:
    form = incident_forms.declared(press.state)
    link = str(press.kept.get("link") or "")
    declare(room.desk, press.actor, words=form.seen, step=form.step, link=link, key=press.form_id)
    ack(response_action="update", view=room.noted(press, "said.declared", "said.declared_title"))
