"""The same cause as before: what was decided then is taken over with one press."""

from __future__ import annotations

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.decide import AskFirst, same_again
from bot.slack.blocks import likeness
from bot.slack.blocks.forms import small_check

ID = likeness.SAME_AGAIN


def handle(press: Press, room: Room) -> After | None:
    alert = room.alert(press)
    try:
        same_again(room.desk, alert.id, press.actor)
    except AskFirst as asked:
        view = small_check(alert, room.look(press, alert), asked.doubt)
        return lambda: room.open(press, view)
    return None
