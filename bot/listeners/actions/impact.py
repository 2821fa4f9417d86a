"""The three buttons of the card: one press decides, or asks the one question before a doubtful Small."""

from __future__ import annotations

from bot.domain.decision import Verdict
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.decide import AskFirst, decide
from bot.slack.blocks.forms import small_check

PREFIX = "impact_"
IDS = tuple(f"{PREFIX}{level}" for level in ("large", "medium", "small"))


def handle(press: Press, room: Room) -> After | None:
    alert = room.alert(press)
    try:
        decide(room.desk, alert.id, Verdict(press.action_id.removeprefix(PREFIX)), press.actor)
    except AskFirst as asked:
        view = small_check(alert, room.look(press, alert), asked.doubt)
        return lambda: room.open(press, view)
    return None
