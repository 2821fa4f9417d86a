"""The list of alerts as a modal: opened from the ping and from a long answer, and its pages."""

from __future__ import annotations

from typing import Any

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.lists import waiting
from bot.slack.blocks.listing import alert_list

PING = "ping_list"
OPEN = "open_alert_list"
PAGE = "list_page"
MINE = "mine"


def open_list(press: Press, room: Room) -> After:
    view = _view(press, room, press.value, 0)
    return lambda: room.open(press, view)


def turn_page(press: Press, room: Room) -> After:
    """The button names the list and the page: `all:2`."""
    kind, _, page = press.value.partition(":")
    view = _view(press, room, kind, int(page) if page.isdecimal() else 0)
    return lambda: room.update(press, view)


def _view(press: Press, room: Room, kind: str, page: int) -> dict[str, Any]:
    alerts = waiting(room.desk, press.user_id if kind == MINE else None)
    title = "list.mine_title" if kind == MINE else "list.all_title"
    return alert_list(alerts, room.look(press), title_key=title, page=page)
