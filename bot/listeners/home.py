"""A person's Home, made anew: when they open it, and after a press on it. Used by `events` and `actions`."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.home import home_of
from bot.slack.blocks.home import home


def show_home(press: Press, room: Room) -> None:
    """Publish the Home as it stands now, in the person's language."""
    shown = home_of(room.desk, press.user_id)
    look = room.look(press)
    room.publish(press, home(shown.duty, shown.next_duty, shown.mine, shown.waiting, look, shown.fixes))
