"""Part of the incident: one click joins the incident that the card named."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import join_incident
from bot.slack.blocks import incident_part

ID = incident_part.ID


def handle(press: Press, room: Room) -> None:
    alert, lead_id = room.alert(press), incident_part.lead_on_show(press.block_id)
    if not lead_id:
        raise UserError("error.incident_over")
    join_incident(room.desk, alert.id, lead_id, press.actor)
