"""Responded, sent: closes what the form showed, never what has come since."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.respond import respond
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import responded

ID = follow_up.RESPONDED


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    form, cases = responded(press.state), press.kept.get("count")
    respond(
        room.desk,
        alert.id,
        press.actor,
        done=form.done,
        all_done=form.all_done,
        told=form.told,
        cases=cases if isinstance(cases, int) else None,
        once=press.form_id,
    )
    ack()
