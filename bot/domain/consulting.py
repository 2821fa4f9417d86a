"""The rules of asking: a question about an alert or any message, its silence, its end. Called by `services.consult`.

Who asked is never a figure. The deadline goes on in sight; a silent question asks the backup, never the asker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import Alert, AlertState, Consultation
from bot.domain.decision import Decision
from bot.domain.effects import Announce, EditCard, Effect, HearSilence, Outcome, Revise, effect_id
from bot.domain.errors import UserError
from bot.domain.lines import ChannelUse, Line
from bot.domain.policy import Policy


def consultation_id(alert_id: str, number: int) -> str:
    return f"{alert_id}.q{number}"


def head_of(consultation_id: str) -> str:
    """The id of the effect that posts a consultation's first message; its thread is the place to talk."""
    return effect_id(Announce(Line.CONSULTATION, about=consultation_id, channel=ChannelUse.CONSULTATION))


def ask(alert: Alert, by: str, by_name: str, words: str, now: datetime, policy: Policy) -> Outcome:
    """One click posts; words are optional and may come later in the thread. A second click joins the open question.

    Raises UserError when the round is over.
    """
    if alert.state in (AlertState.CLOSED, AlertState.RESPONDED):
        raise UserError("error.closed_already")
    asked = alert.consultation
    if asked is not None and asked.settled_at is None:
        if not words:
            return Outcome(alert)
        more = Announce(
            Line.CONSULTATION_WORDS,
            about=f"{asked.id}:{now.isoformat()}",
            channel=ChannelUse.CONSULTATION,
            thread_of=head_of(asked.id),
            values={"name": by_name, "words": words},
            alert_id=alert.id,
        )
        return Outcome(alert, (more,))
    number = (int(asked.id.rsplit(".q", 1)[1]) if asked else 0) + 1
    question = Consultation(consultation_id(alert.id, number), by, by_name, now, words)
    backup = next(iter(policy.duty(now).backups), None)
    head = Announce(
        Line.CONSULTATION,
        about=question.id,
        channel=ChannelUse.CONSULTATION,
        values={"name": by_name, "words": words},
        mention=(backup,) if backup and backup != by and policy.calendar.is_open(now) else (),
        alert_id=alert.id,
    )
    return Outcome(replace(alert, consultation=question), (head, EditCard(alert.id)))


def listen(alert: Alert, now: datetime, policy: Policy) -> Outcome:
    """After half a business day the thread is looked into: if nobody has written, the backup is asked."""
    question = alert.consultation
    if question is None or question.settled_at or question.nudged_at or not policy.calendar.is_open(now):
        return Outcome(alert)
    if policy.calendar.business_hours_between(question.asked_at, now) < policy.half_day():
        return Outcome(alert)
    duty = policy.duty(now)
    helper = next(
        (person for person in (*duty.backups, duty.responder) if person and person != question.by), None
    )
    line = Announce(
        Line.CONSULTATION_SILENT,
        about=question.id,
        channel=ChannelUse.CONSULTATION,
        thread_of=head_of(question.id),
        mention=(helper,) if helper else (),
        alert_id=alert.id,
    )
    heard = replace(alert, consultation=replace(question, nudged_at=now))
    return Outcome(heard, (HearSilence(head_of(question.id), line),))


def settle(alert: Alert, decision: Decision, now: datetime) -> Outcome:
    """A decision, made there or on the card, closes both: the thread says what, and thanks for asking."""
    question = alert.consultation
    if question is None or question.settled_at is not None:
        return Outcome(alert)
    values = {"level": decision.verdict.value, "reason": decision.reason}
    effects: tuple[Effect, ...] = (
        Announce(
            Line.CONSULTATION_SETTLED,
            about=question.id,
            channel=ChannelUse.CONSULTATION,
            thread_of=head_of(question.id),
            values=values,
            alert_id=alert.id,
        ),
        Revise(
            head_of(question.id),
            Line.CONSULTATION_CLOSED,
            about=alert.id,
            values={**values, "name": question.by_name},
            alert_id=alert.id,
        ),
    )
    return Outcome(replace(alert, consultation=replace(question, settled_at=now)), effects)


def close_question(alert: Alert, now: datetime) -> Outcome:
    """The round ended in Sentry: the question's head says so, and nobody is asked any more."""
    question = alert.consultation
    if question is None or question.settled_at is not None:
        return Outcome(alert)
    values = {"level": "", "reason": "", "name": question.by_name}
    revised = Revise(
        head_of(question.id), Line.CONSULTATION_CLOSED, about=alert.id, values=values, alert_id=alert.id
    )
    return Outcome(replace(alert, consultation=replace(question, settled_at=now)), (revised,))


@dataclass(frozen=True)
class LooseQuestion:
    """A consultation about a message that is no alert, or about words alone. Ends as nothing, a join, or an alert."""

    id: str
    by: str
    by_name: str
    asked_at: datetime
    link: str = ""
    words: str = ""
    ended: str = ""
    """`nothing`, `joined`, `alert`; empty while open."""
    alert_id: str = ""


def end(question: LooseQuestion, ended: str, alert_id: str = "") -> LooseQuestion:
    """Its result, once. Raises UserError when it has ended."""
    if question.ended:
        raise UserError("error.question_ended")
    return replace(question, ended=ended, alert_id=alert_id)
