"""Not ours, sent: another team's alert, with the reason and whom to tell."""

from __future__ import annotations

from slack_bolt import Ack

from bot.domain.decision import Answers, Verdict
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.decide import judge
from bot.slack.blocks import follow_up
from bot.slack.blocks.read import not_ours

ID = follow_up.NOT_OURS


def handle(press: Press, room: Room, ack: Ack) -> None:
    alert = room.alert(press)
    form, seen = not_ours(press.state), press.kept.get("decision")
    judge(
        room.desk,
        alert.id,
        Verdict.NOT_OURS,
        press.actor,
        once=press.form_id,
        seen=str(seen) if seen else None,
        answers=Answers(step=alert.effective_step),
        reason=form.reason,
        tell=form.tell,
    )
    ack()
