"""Use case: what a person does after the decision: responded, one more day, a note, another owner."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.chasing import acted
from bot.domain.effects import Assign
from bot.domain.privacy import mask
from bot.domain.responding import Response
from bot.domain.responding import add_note as note_rule
from bot.domain.responding import extend as extend_rule
from bot.domain.responding import hand_over as hand_over_rule
from bot.domain.responding import respond as respond_rule
from bot.services.decide import overtake
from bot.services.desk import Actor, Desk, known_alert, newest_round


def respond(
    desk: Desk,
    alert_id: str,
    actor: Actor,
    *,
    done: str,
    all_done: bool,
    told: str,
    cases: int | None,
    once: str = "",
) -> Alert:
    """Customers are helped. `cases` is the number that the form showed. Raises UserError when newer ones came.

    Here and below, `once` is the form's own id: sent twice it acts once.
    """
    response = Response(actor.user_id, actor.name, mask(done.strip()), all_done, told, cases)
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        if desk.is_repeat(work, f"{alert_id}:responded", once):
            return alert
        outcome = respond_rule(alert, response, desk.clock.now(), desk.policy())
        if all_done:
            overtake(work, alert_id)
        return desk.keep(work, acted(outcome, actor.user_id, desk.clock.now()))


def extend(desk: Desk, alert_id: str, reason: str, actor: Actor, once: str = "") -> Alert:
    """One more business day. Raises UserError after the second time."""
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        if desk.is_repeat(work, f"{alert_id}:extended", once):
            return alert
        outcome = extend_rule(
            alert, mask(reason.strip()), actor.user_id, actor.name, desk.clock.now(), desk.policy()
        )
        return desk.keep(work, acted(outcome, actor.user_id, desk.clock.now()))


def add_note(desk: Desk, alert_id: str, text: str, actor: Actor, once: str = "") -> Alert:
    """A note in the thread, the log, and on the issue."""
    with desk.change() as work:
        alert = known_alert(work, alert_id)
        if desk.is_repeat(work, f"{alert_id}:noted", once):
            return alert
        outcome = note_rule(
            alert, mask(text.strip()), actor.user_id, actor.name, desk.clock.now(), desk.policy()
        )
        return desk.keep(work, acted(outcome, actor.user_id, desk.clock.now()))


def hand_over(desk: Desk, alert_id: str, to: Actor, actor: Actor, once: str = "") -> Alert:
    """Another owner; taking it oneself is handing it over to oneself."""
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        if desk.is_repeat(work, f"{alert_id}:handed_over", once):
            return alert
        outcome = hand_over_rule(
            alert, to.user_id, to.name, actor.user_id, actor.name, desk.clock.now(), desk.policy()
        )
        overtake(work, alert_id, kinds=(Assign,))
        return desk.keep(work, acted(outcome, actor.user_id, desk.clock.now()))
