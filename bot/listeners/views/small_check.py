"""One thing to check, answered: Small after all, Medium without a second screen, or first a question to the others."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.decision import Answers
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
    seen = press.kept.get("decision")
    judge(
        room.desk,
        alert.id,
        answer.verdict,
        press.actor,
        once=press.form_id,
        seen=str(seen) if seen else None,
        answers=Answers(step=alert.effective_step, workaround=answer.workaround),
        reason=answer.reason,
        doubt=str(press.kept.get("doubt") or ""),
    )
    ack()
