"""The buttons of an incident that open something: the next word, the customer notice, restored, the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.alert import Alert
from bot.domain.handling import the_open
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks import incident_forms as forms
from bot.slack.blocks.look import Look

TIMELINE = forms.TIMELINE

Open = Callable[[Press, Room, Alert, Look], dict[str, Any]]

FORMS: Mapping[str, Open] = {
    forms.WORD: lambda _press, _room, alert, look: forms.word_form(alert, look),
    forms.NOTICE: lambda _press, room, alert, look: forms.notice_form(
        alert, room.rules().customer_notice, look
    ),
    forms.RESTORED: lambda press, _room, alert, look: forms.restored_form(alert, look, press.user_id),
    TIMELINE: lambda _press, _room, alert, look: forms.timeline_page(alert, look),
}
"""By the button's action id, which is the form's callback id too."""
IDS = tuple(FORMS)


def handle(press: Press, room: Room) -> After:
    alert = room.alert(press)
    if press.action_id != TIMELINE:
        the_open(alert)
    view = FORMS[press.action_id](press, room, alert, room.look(press, alert))
    return lambda: room.open(press, view)
