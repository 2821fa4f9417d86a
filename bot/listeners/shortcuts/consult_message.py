"""Ask about this: of a message of ours the alert behind it, of any other the message itself. One click posts."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.consult import ask_about, ask_loose

ID = "consult_message"


def handle(press: Press, room: Room) -> After:
    if press.message is None:
        raise UserError("error.went_wrong")
    alert_id = room.alert_on(press)
    if alert_id is not None and room.desk.store.alert(alert_id) is not None:
        ask_about(room.desk, alert_id, press.actor)
    else:
        key = f"{press.message.channel}-{press.message.ts}-{press.user_id}"
        ask_loose(room.desk, press.actor, key=key, link=room.permalink(press))
    return lambda: room.open(press, room.noted(press, "said.asked", "said.asked_title"))
