"""Declare Large, of any message: what another monitor wrote is filled in, with the way to it."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.listeners.typed import plain_words
from bot.slack.blocks.incident_forms import declare_form

ID = "declare_large"


def handle(press: Press, room: Room) -> After:
    if press.message is None:
        raise UserError("error.went_wrong")
    alert_id = room.alert_on(press)
    if alert_id is not None and room.desk.store.alert(alert_id) is not None:
        raise UserError("error.declare_on_card")
    words = plain_words(press.said, room.people.name_of)
    view = declare_form(room.look(press), words, room.permalink(press))
    return lambda: room.open(press, view)
