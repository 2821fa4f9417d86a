"""Part of the incident: one click joins the incident that the card named."""

from __future__ import annotations

from dataclasses import replace

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.incident import join_incident
from bot.slack.blocks import incident_part

ID = incident_part.ID


def handle(press: Press, room: Room) -> None:
    alert_id, _, lead_id = press.value.partition(incident_part.BETWEEN)
    alert = room.alert(replace(press, alert_id=alert_id))
    join_incident(room.desk, alert.id, lead_id, press.actor)
