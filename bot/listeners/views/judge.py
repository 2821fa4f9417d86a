"""The three questions, sent: the level is set; one against the matrix is asked about once."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.decision import Verdict
from bot.domain.errors import UserError
from bot.listeners.judging import contradicted, filled_form, matrix_says, other_than_last
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.decide import judge
from bot.slack.blocks import forms
from bot.slack.blocks.read import judged

ID = forms.JUDGE


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    filled = judged(press.state)
    level = filled.level or matrix_says(filled, room)
    if level is None:
        raise UserError("error.choose_level")
    against, last = contradicted(filled, level, room), other_than_last(alert, level, room)
    asked = forms.asked_about(against, last)
    if asked and not filled.reason and press.kept.get("asked") != asked:
        metadata = str(press.view.get("private_metadata") or "")
        view = filled_form(alert, room, press, filled, against=against, last=last, metadata=metadata)
        ack(response_action="update", view=view)
        return
    seen = press.kept.get("decision")
    judge(
        room.desk,
        alert.id,
        Verdict(level.value),
        press.actor,
        once=press.form_id,
        seen=str(seen) if seen else None,
        answers=filled.answers,
        reason=filled.reason,
    )
    ack()
