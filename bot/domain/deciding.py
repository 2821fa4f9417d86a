"""The rules of deciding: what follows from a level, an answer, a change of mind. Called by `bot.services.decide`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.announcing import asks_why, thread_lines
from bot.domain.chasing import clear_calls
from bot.domain.consulting import settle
from bot.domain.decision import Answers, Decision, Verdict, decision_id
from bot.domain.effects import Assign, EditCard, Effect, LinkIssue, Outcome, SetStatus, WriteNote
from bot.domain.entries import Entry, EntryKind
from bot.domain.errors import UserError
from bot.domain.guard import AskFirst, doubt_before
from bot.domain.handling import follow_decision
from bot.domain.impact import Affected
from bot.domain.journey import OUTSIDE, UNSURE, WHOLE
from bot.domain.notes import decision_note
from bot.domain.policy import Policy


@dataclass(frozen=True)
class Choice:
    """What a person chose: the verdict, what they answered, and who they are."""

    verdict: Verdict
    by: str
    by_name: str
    answers: Answers = field(default_factory=Answers)
    reason: str = ""
    tell: str = ""
    doubt: str = ""
    """The question that was asked before, where one was."""
    same_as: str = ""
    """The issue whose decision is taken over."""
    part_of: str = ""
    """For Large as part of an incident: the id of the alert that leads it."""


class AlreadyDecided(UserError):  # noqa: N818 - it says what is the case
    """Someone was quicker: the person is told by whom, and can look at it again."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("error.already_decided", name=decision.by_name, level=decision.verdict)


def press(
    alert: Alert, choice: Choice, now: datetime, policy: Policy, earlier: Alert | None = None
) -> Outcome:
    """One press of a level on the card: takes effect at once. A second press of the same by the same changes nothing.

    `earlier`: the alert that its twin names. Raises AskFirst where `guard` says so, AlreadyDecided when someone was
    quicker.
    """
    if alert.decision is not None or alert.state is not AlertState.OPEN:
        return _second_press(alert, choice)
    known = replace(choice.answers, step=choice.answers.step or alert.effective_step)
    doubt = doubt_before(alert, choice.verdict, known, policy, earlier)
    if doubt is not None:
        raise AskFirst(doubt)
    return decide(alert, replace(choice, answers=known), now, policy, earlier)


def _second_press(alert: Alert, choice: Choice) -> Outcome:
    decision = alert.decision
    if decision is None:
        raise UserError("error.closed_already")
    if decision.by == choice.by and decision.verdict is choice.verdict:
        return Outcome(alert)
    raise AlreadyDecided(decision)


def change(
    alert: Alert,
    choice: Choice,
    seen: str | None,
    now: datetime,
    policy: Policy,
    earlier: Alert | None = None,
) -> Outcome:
    """Look at it again. `seen` is the decision the person had before their eyes: a newer one is told instead.

    Raises AlreadyDecided when someone was quicker, UserError when the round has ended.
    """
    current = alert.decision.id if alert.decision else None
    if current != seen and alert.decision is not None:
        return _second_press(alert, choice)
    if alert.state in (AlertState.CLOSED, AlertState.RESPONDED) and alert.decision is None:
        raise UserError("error.closed_already")
    return decide(alert, choice, now, policy, earlier)


def complete(
    alert: Alert, affected: Affected, workaround: bool, by: str, by_name: str, now: datetime, policy: Policy
) -> Outcome:
    """The answers that a quick press left open, given afterwards: the level, the deadline and Sentry's state stay.

    Raises UserError when the decision no longer stands.
    """
    decision = alert.decision
    if decision is None or alert.state.value != decision.verdict.value:
        raise UserError("error.closed_already")
    answers = replace(decision.answers, affected=affected, workaround=workaround)
    if answers == decision.answers:
        return Outcome(alert)
    row = policy.row_for(answers.step, affected, workaround)
    fits = row is not None and row.impact is decision.verdict.level
    completed = replace(
        decision,
        id=decision_id(alert.id, len(alert.history) + 2),
        answers=answers,
        row=row.key if row and fits else None,
        against_matrix=row is not None and not fits,
        by=by,
        by_name=by_name,
        at=now,
    )
    told = replace(alert, decision=completed, history=(*alert.history, decision))
    note = (
        (WriteNote(alert.id, mark=completed.id, text=decision_note(told, completed, policy)),)
        if policy.may_note and told.has_issue
        else ()
    )
    return Outcome(told, (EditCard(alert.id), *note), (_entry(told, completed),))


def decide(
    alert: Alert, choice: Choice, now: datetime, policy: Policy, earlier: Alert | None = None
) -> Outcome:
    """The decision as it is stored, and every effect that follows from it."""
    decision = _decision(alert, choice, now, policy)
    before = alert.decision
    same_level = before is not None and before.verdict is decision.verdict
    respond_by = _respond_by(alert, decision, same_level, now, policy)
    decided = replace(
        alert,
        state=AlertState(decision.verdict.value),
        step=decision.answers.step or alert.step,
        decision=decision,
        history=(*alert.history, before) if before else alert.history,
        suspicions=(),
        respond_by_at=respond_by,
        first_respond_by_at=(alert.first_respond_by_at or respond_by) if same_level else respond_by,
        extensions=alert.extensions if same_level else 0,
        cases_told=alert.count if not same_level else alert.cases_told,
        cases_told_at=None if not same_level else alert.cases_told_at,
        responded_at=None,
        responded_by=None,
        closing=None,
        chases=alert.chases if same_level else 0,
        nudges=0,
        nudged_at=None,
        suspected_at=None,
        acknowledged_at=now if _knows(alert, decision) else None,
        acknowledged_by=decision.by if _knows(alert, decision) else None,
    )
    effects = (
        EditCard(alert.id),
        *thread_lines(decided, decision, before, policy),
        *asks_why(decided, decision, before, earlier),
        *_sentry_effects(decided, before, now, policy),
    )
    settled = settle(decided, decision, now)
    cleared = clear_calls(settled.alert)
    handled = follow_decision(cleared.alert, decision, now, policy)
    effects = (*effects, *settled.effects, *cleared.effects, *handled.effects)
    return Outcome(handled.alert, effects, (_entry(decided, decision),))


def _entry(alert: Alert, decision: Decision) -> Entry:
    return Entry(
        id=decision.id,
        kind=EntryKind.DECIDED,
        at=decision.at,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=decision.by,
        by_name=decision.by_name,
        decision=decision,
    )


def _decision(alert: Alert, choice: Choice, now: datetime, policy: Policy) -> Decision:
    level = choice.verdict.level
    answers, row, against = choice.answers, None, False
    if level is not None:
        rows = policy.rows_for_level(level, answers.step, answers.affected, answers.workaround)
        against = not rows and answers.step not in (None, OUTSIDE, UNSURE)
        if len(rows) == 1 and answers.step is not None:
            row = rows[0]
            answers = Answers(answers.step, row.affected, row.workaround)
    number = len(alert.history) + (2 if alert.decision else 1)
    return Decision(
        id=decision_id(alert.id, number),
        verdict=choice.verdict,
        answers=answers,
        row=row.key if row else None,
        reason=choice.reason,
        by=choice.by,
        by_name=choice.by_name,
        at=now,
        shown_count=alert.count,
        shown_step=alert.effective_step,
        shown_level=alert.suggestion.level.value if alert.suggestion.level else None,
        against_matrix=against,
        tell=choice.tell,
        doubt=choice.doubt,
        same_as=choice.same_as,
        part_of=_part_of(alert, choice),
    )


def _part_of(alert: Alert, choice: Choice) -> str:
    """An alert that is part of an incident stays so as long as it is Large."""
    return (choice.part_of or alert.part_of) if choice.verdict is Verdict.LARGE else ""


def _knows(alert: Alert, decision: Decision) -> bool:
    """Whoever declares a large one and is to answer for it has pressed a button; nobody needs to call them again.

    For one that is part of an incident people have been called already.
    """
    if decision.verdict is not Verdict.LARGE or decision.part_of:
        return True
    return decision.by in (alert.owner, *alert.backups[:1])


def _respond_by(
    alert: Alert, decision: Decision, same_level: bool, now: datetime, policy: Policy
) -> datetime | None:
    """A deadline is fixed when it is set: only another level sets another one."""
    if same_level and alert.respond_by_at is not None:
        return alert.respond_by_at
    return policy.respond_by(decision.verdict.level, now)


def _sentry_effects(
    alert: Alert, before: Decision | None, now: datetime, policy: Policy
) -> tuple[Effect, ...]:
    """What Sentry is told: the status and the owner where we may act, the note and the link where we may write."""
    decision = alert.decision
    assert decision is not None
    if not alert.has_issue:
        return ()
    effects: list[Effect] = []
    if policy.may_act:
        if decision.verdict is Verdict.SMALL:
            effects.append(SetStatus(alert.id, "archive", act=decision.id, act_at=now))
        elif (before is not None and before.verdict is Verdict.SMALL) or alert.issue_status in (
            "ignored",
            "resolved",
        ):
            effects.append(SetStatus(alert.id, "reopen", act=decision.id, act_at=now))
        if decision.verdict in (Verdict.MEDIUM, Verdict.LARGE) and alert.owner:
            effects.append(Assign(alert.id, alert.owner, act=decision.id, act_at=now))
    if policy.may_note:
        effects.append(WriteNote(alert.id, mark=decision.id, text=decision_note(alert, decision, policy)))
        effects.append(LinkIssue(alert.id))
    return tuple(effects)


def choose_step(alert: Alert, step: str, by: str, by_name: str, now: datetime, policy: Policy) -> Outcome:
    """The step that a person chose on the card, before the decision. Raises AlreadyDecided or UserError."""
    if alert.decision is not None:
        raise AlreadyDecided(alert.decision)
    if alert.state is not AlertState.OPEN:
        raise UserError("error.closed_already")
    if alert.step == step:
        return Outcome(alert)
    if step not in (WHOLE, OUTSIDE, UNSURE) and not policy.rules.journey.is_known(step):
        raise UserError("error.unknown_step", step=step)
    chosen = replace(alert, step=step, step_by=by)
    entry = Entry(
        id=f"{alert.id}:step:{now.isoformat()}",
        kind=EntryKind.STEP_CHOSEN,
        at=now,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=by,
        by_name=by_name,
        details={"step": step},
    )
    return Outcome(chosen, (EditCard(alert.id),), (entry,))
