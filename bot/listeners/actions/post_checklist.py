"""Post the checklist in the thread: from the page of a runbook, in the team's language, for all who help."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.services.checklist import post

ID = "post_checklist"


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    draft = room.look_in(alert, None).checklist(alert)
    if draft is None:
        raise UserError("error.no_checklist")
    post(room.desk, alert.id, draft, press.actor)
    return lambda: room.update(press, room.noted(press, "said.checklist", "said.checklist_title"))
