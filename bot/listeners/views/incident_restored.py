"""Restored, sent: the owner of the permanent fix must be someone who may act."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.domain.restoring import Review
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import end_restored
from bot.slack.blocks import incident_forms

ID = incident_forms.RESTORED


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert, form = room.alert(press), incident_forms.reviewed(press.state)
    if not form.owner:
        raise UserError("error.choose_person")
    owner = room.people.member(form.owner, press.team_id)
    review = Review(form.happened, form.helped, form.cases, form.told, owner.user_id, owner.name)
    end_restored(room.desk, alert.id, review, press.actor, press.form_id)
    ack()
