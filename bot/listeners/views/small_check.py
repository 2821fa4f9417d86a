"""One thing to check, answered: Small after all, Medium without a second screen, or first a question to the others."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.decision import Answers
from bot.domain.guard import Doubt
from bot.domain.journey import OUTSIDE
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.consult import ask_about
from bot.services.decide import judge
from bot.slack.blocks import forms
from bot.slack.blocks.read import small_checked

ID = forms.SMALL_CHECK


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    answer = small_checked(press.state)
    if answer.ask:
        ask_about(room.desk, alert.id, press.actor, answer.reason)
        ack()
        return
    seen, doubt = press.kept.get("decision"), str(press.kept.get("doubt") or "")
    was_asked = alert.effective_step != OUTSIDE or doubt != Doubt.MATRIX
    judge(
        room.desk,
        alert.id,
        answer.verdict,
        press.actor,
        once=press.form_id,
        seen=str(seen) if seen else None,
        answers=Answers(step=alert.effective_step, workaround=answer.workaround if was_asked else None),
        reason=answer.reason,
        doubt=doubt,
    )
    ack()
