"""The form of a drill, sent: it begins at once, or is planned."""

from __future__ import annotations

from datetime import UTC, datetime

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import After, Room
from bot.slack.blocks import drill
from bot.slack.blocks.read import chosen_in

ID = drill.FORM


def handle(press: Press, room: Room, ack: Ack) -> After | None:
    name = chosen_in(press.state, drill.SCENARIO)
    at = _instant(chosen_in(press.state, drill.WHEN))
    planned = room.drills.plan(name, at, once=press.form_id)
    look = room.look(press)
    if at is None:
        ack(response_action="update", view=room.noted(press, "said.drill"))
        return room.drills.tick
    when = look.words.moment(planned.starts_at, look.now)
    ack(response_action="update", view=room.noted(press, "said.drill_planned", when=when))
    return None


def _instant(value: str) -> datetime | None:
    """None is now, also for a value that is no time."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
