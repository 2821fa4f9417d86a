"""Done, on the Home: the permanent fix of an incident is there, and leaves every Home."""

from __future__ import annotations

from bot.listeners.home import show_home
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.incident import end_fix

ID = "fix_done"


def handle(press: Press, room: Room) -> After:
    end_fix(room.desk, room.alert(press).id, press.actor)
    return lambda: show_home(press, room)
