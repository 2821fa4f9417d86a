"""Use case: a runbook's checklist in an alert's thread: posted on demand, ticked by whoever helps."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.chasing import acted
from bot.domain.checklist import Draft
from bot.domain.ticking import Ticked
from bot.domain.ticking import post as post_rule
from bot.domain.ticking import tick as tick_rule
from bot.services.desk import Actor, Desk, known_alert


def post(desk: Desk, alert_id: str, draft: Draft, actor: Actor) -> Alert:
    """Post the checklist in the thread; a second time changes nothing."""
    with desk.change() as work:
        outcome = post_rule(known_alert(work, alert_id), draft)
        return desk.keep(work, acted(outcome, actor.user_id, desk.clock.now()))


def tick(desk: Desk, alert_id: str, press: Ticked, actor: Actor) -> Alert:
    """What this press ticked or unticked, logged item by item. Raises UserError without such a checklist."""
    with desk.change() as work:
        now = desk.clock.now()
        outcome = tick_rule(known_alert(work, alert_id), press, actor.user_id, actor.name, now)
        return desk.keep(work, acted(outcome, actor.user_id, now))
