"""The Home was opened: it is made anew, for its person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import UserError
from bot.listeners.home import show_home
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.slack.blocks.elements import section
from bot.slack.text import inert

ID = "app_home_opened"
TAB = "home"
"""The other tab, `messages`, sends the event too."""


def handle(press: Press, room: Room, _body: Mapping[str, Any]) -> None:
    if press.value != TAB:
        return
    try:
        press = room.admit(press)
    except UserError as error:
        sentence = section(inert(room.error_text(press, error)), "refused")
        room.publish(press, {"type": "home", "blocks": [sentence]})
        return
    show_home(press, room)
