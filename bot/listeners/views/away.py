"""An absence, sent: open items go to who is there, and today's ping says who is on duty now."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.turns import be_away
from bot.slack.blocks import rota
from bot.slack.blocks.read import away_said

ID = rota.AWAY


def handle(press: Press, room: Room, ack: Ack) -> None:
    form = away_said(press.state)
    person = room.people.member(form.user_id or press.user_id, press.team_id)
    if form.first is None:
        raise UserError("error.choose_day")
    last = form.last or form.first
    be_away(room.desk, person.user_id, form.first, last)
    words = room.words(press.person)
    view = room.noted(
        press, "said.away", name=person.name, first=words.date(form.first), last=words.date(last)
    )
    ack(response_action="update", view=view)
