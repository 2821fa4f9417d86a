"""The overflow of the card: what is needed now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.alert import Alert
from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks import follow_up, pages
from bot.slack.blocks.look import Look

ID = "more"
RUNBOOK = "runbook"

Open = Callable[[Press, Room, Alert, Look], dict[str, Any]]


def _history(_press: Press, room: Room, alert: Alert, look: Look) -> dict[str, Any]:
    return pages.history(alert, room.desk.store.entries(issue_id=alert.issue_id), look)


def _hand_over(press: Press, _room: Room, alert: Alert, look: Look) -> dict[str, Any]:
    if alert.is_over:
        raise UserError("error.closed_already")
    return follow_up.hand_over(alert, look, press.user_id)


def _extend(_press: Press, _room: Room, alert: Alert, look: Look) -> dict[str, Any]:
    if not alert.is_waiting_for_response:
        raise UserError("error.nothing_to_extend")
    return follow_up.extend(alert, look)


def _runbook(_press: Press, _room: Room, alert: Alert, look: Look) -> dict[str, Any]:
    found = look.runbook(alert)
    if found is None:
        raise UserError("error.no_runbook")
    return pages.runbook_page(*found, look, alert)


CHOICES: Mapping[str, Open] = {
    "hand_over": _hand_over,
    "history": _history,
    "not_ours": lambda _press, _room, alert, look: follow_up.not_ours(alert, look),
    "note": lambda _press, _room, alert, look: follow_up.note(alert, look),
    "extend": _extend,
    RUNBOOK: _runbook,
}
"""By the option's value."""


def handle(press: Press, room: Room) -> After | None:
    alert = room.alert(press)
    look = room.look(press, alert)
    choice = CHOICES.get(press.value)
    if choice is None or (press.value == RUNBOOK and look.runbook_url(alert)):
        return None  # a link: Slack opens it and only tells us
    view = choice(press, room, alert, look)
    return lambda: room.open(press, view)
