"""A question in one's own words, sent: about the alert that the form was opened on, or about none."""

from __future__ import annotations

from slack_bolt import Ack

from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.consult import ask_about, ask_loose
from bot.slack.blocks import consultation
from bot.slack.blocks.read import consult_words

ID = consultation.WORDS


def handle(press: Press, room: Room, ack: Ack) -> None:
    words = consult_words(press.state)
    if press.alert_id:
        ask_about(room.desk, room.alert(press).id, press.actor, words)
    else:
        ask_loose(room.desk, press.actor, key=press.form_id, words=words)
    ack(response_action="update", view=room.noted(press, "said.asked", "said.asked_title"))
