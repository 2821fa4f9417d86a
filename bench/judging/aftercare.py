"""What colleagues do between two alerts of a judging: they help the customers of what was judged. For `session.py`."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.restoring import Review
from bot.sandbox.stage import Stage
from bot.services.desk import Actor, Desk
from bot.services.incident import end_restored
from bot.services.respond import respond

DONE = "repaired by a colleague; every case goes on again"


def help_customers(stage: Stage) -> None:
    """Every medium and large alert is responded to, so that nothing judged is chased over the weeks that follow."""
    if stage.bot is None:
        raise RuntimeError("the bot is not running")
    desk, helper = stage.bot.desk, stage.scene.people[1]
    who = Actor(helper.id, helper.real_name)
    for state in (AlertState.LARGE, AlertState.MEDIUM):
        for alert in desk.store.alerts((state,)):
            _help(desk, alert, who)
    stage.settle()


def _help(desk: Desk, alert: Alert, who: Actor) -> None:
    """An incident is restored, with all that is part of it; a single alert is responded to."""
    once = f"aftercare:{alert.id}:{alert.decision.id if alert.decision else ''}"
    now = desk.store.alert(alert.id)
    if now is None or not now.is_waiting_for_response:
        return
    if now.leads_incident:
        review = Review("restored by colleagues", DONE, "", "support", who.user_id, who.name)
        end_restored(desk, alert.id, review, who, once)
    else:
        respond(desk, alert.id, who, done=DONE, all_done=True, told="support", cases=None, once=once)
