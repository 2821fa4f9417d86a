"""Use case: a person judges an alert: a level on the card, an answer, a change of mind, "not ours"."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.alert import Alert, AlertState
from bot.domain.deciding import Choice, change, choose_step, complete, press
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import Assign, EffectState, Outcome, SetStatus
from bot.domain.errors import UserError
from bot.domain.guard import AskFirst
from bot.domain.impact import Affected
from bot.domain.joining import lead_withdrawn
from bot.domain.privacy import mask
from bot.domain.twin import last_verdict
from bot.ports import Change
from bot.services.desk import Actor, Desk, newest_round
from bot.services.likeness import earlier_of, note_decided

__all__ = ["AskFirst", "answer_open", "decide", "judge", "pick_step", "same_again"]


def decide(desk: Desk, alert_id: str, verdict: Verdict, actor: Actor) -> Alert:
    """One press of a level on the card. When this returns, the decision is durable.

    Raises AskFirst (a question comes before this Small), UserError (someone was quicker; told by whom).
    """
    choice = Choice(verdict, by=actor.user_id, by_name=actor.name)
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        earlier = earlier_of(work, alert)
        return _keep(desk, work, press(alert, choice, desk.clock.now(), desk.policy(), earlier))


def same_again(desk: Desk, alert_id: str, actor: Actor) -> Alert:
    """One press takes over what was decided for the same cause, with its answers and its reason.

    A step that a person has chosen on this card stays: a Small that it speaks against is asked about first.
    Raises AskFirst then, UserError when that decision is gone, or when someone was quicker.
    """
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        earlier = earlier_of(work, alert)
        if earlier is None or earlier.decision is None or last_verdict(alert, earlier) is None:
            raise UserError("error.nothing_to_repeat")
        last = earlier.decision
        is_other_step = alert.step not in (None, last.answers.step)
        choice = Choice(
            last.verdict,
            by=actor.user_id,
            by_name=actor.name,
            answers=Answers(step=alert.step) if is_other_step else last.answers,
            reason=last.reason,
            tell=last.tell,
            same_as=earlier.display_id,
        )
        now, policy = desk.clock.now(), desk.policy()
        if is_other_step:
            return _keep(desk, work, press(alert, choice, now, policy, earlier))
        return _keep(desk, work, change(alert, choice, None, now, policy, earlier))


def judge(
    desk: Desk,
    alert_id: str,
    verdict: Verdict,
    actor: Actor,
    *,
    seen: str | None,
    answers: Answers,
    reason: str = "",
    tell: str = "",
    doubt: str = "",
    once: str = "",
) -> Alert:
    """A decision made in a form: with answers, a reason, or against the last one. What people type is masked.

    `seen` is the decision that stood when the form was opened, None for an open alert; `once` the form's own id, so
    that sending it twice acts once.
    Raises UserError when someone was quicker, or when the round has ended.
    """
    choice = Choice(
        verdict,
        by=actor.user_id,
        by_name=actor.name,
        answers=answers,
        reason=mask(reason.strip()),
        tell=mask(tell.strip()),
        doubt=doubt,
    )
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        if desk.is_repeat(work, f"{alert_id}:judged:{seen}", once):
            return alert
        earlier = earlier_of(work, alert)
        return _keep(desk, work, change(alert, choice, seen, desk.clock.now(), desk.policy(), earlier))


def answer_open(desk: Desk, alert_id: str, affected: Affected, workaround: bool, actor: Actor) -> Alert:
    """The answer that a quick press left open, given afterwards on the card; the level stays as it is."""
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        now, policy = desk.clock.now(), desk.policy()
        outcome = complete(alert, affected, workaround, actor.user_id, actor.name, now, policy)
        return desk.keep(work, outcome)


def pick_step(desk: Desk, alert_id: str, step: str, actor: Actor) -> Alert:
    """The step of the journey that cannot go on, chosen on the card. Raises UserError once it is decided."""
    with desk.change() as work:
        alert = newest_round(work, alert_id)
        outcome = choose_step(alert, step, actor.user_id, actor.name, desk.clock.now(), desk.policy())
        return desk.keep(work, outcome)


def _keep(desk: Desk, work: Change, outcome: Outcome) -> Alert:
    """Save the decision; what an older one still wanted of Sentry is overtaken and dropped."""
    if not outcome.entries:
        return desk.keep(work, outcome)
    overtake(work, outcome.alert.id)
    alert = desk.keep(work, outcome)
    note_decided(work, alert.id)
    if alert.incident is not None and alert.state is not AlertState.LARGE:
        for part in work.alerts((AlertState.LARGE,)):
            if part.part_of == alert.id:
                desk.keep(work, lead_withdrawn(part, alert, desk.clock.now(), desk.policy()))
    return alert


def overtake(work: Change, alert_id: str, *, kinds: tuple[type, ...] = (SetStatus, Assign)) -> None:
    """Drop the acts on this issue that have not been delivered: the newest act of a person is the one that counts."""
    for saved in work.effects_of(alert_id):
        if saved.state is EffectState.WAITING and isinstance(saved.effect, kinds):
            work.update_effect(replace(saved, state=EffectState.DROPPED, error="overtaken by a newer act"))
