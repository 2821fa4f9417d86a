"""The help, once for each thing that a person wrote to the bot. Used by the events beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.slack.blocks.help import help_text
from bot.slack.blocks.look import Message
from bot.slack.text import escape


def help_once(press: Press, room: Room, body: Mapping[str, Any]) -> None:
    """Answer a person's message with the help; Slack's repetitions, bots and the bot itself get nothing."""
    event_id = str(body.get("event_id") or "")
    if not press.user_id or body["event"].get("bot_id") or press.message is None:
        return
    with room.desk.store.change() as change:
        if not change.first_time(f"event:{event_id}", room.desk.clock.machine()):
            return
    try:
        press = room.admit(press)
    except UserError as error:
        room.reply(press, Message(escape(room.error_text(press, error)), []))
    else:
        room.reply(press, help_text(room.look(press)))
