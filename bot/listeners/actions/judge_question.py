"""An answer in the open form: the form shows what follows from it."""

from __future__ import annotations

from bot.listeners.judging import filled_form
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks.read import JUDGE_ACTIONS, judged

IDS = JUDGE_ACTIONS


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    filled = judged(press.state)
    metadata = str(press.view.get("private_metadata") or "")
    view = filled_form(alert, room, press, filled, metadata=metadata)
    return lambda: room.update(press, view)
