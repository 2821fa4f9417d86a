"""A question joined to an alert, sent: both are linked, and the question has ended."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.consult import end_by_joining
from bot.slack.blocks import consultation
from bot.slack.blocks.read import joined

ID = consultation.JOIN


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert_id = joined(press.state)
    if alert_id is None:
        raise UserError("error.unknown_alert")
    end_by_joining(room.desk, str(press.kept.get("question") or ""), alert_id, press.actor)
    ack()
