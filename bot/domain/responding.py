"""The rules of responding: customers helped, one more day, a note, another owner. Called by `services.respond`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import Assign, EditCard, Effect, Outcome, Say, SetStatus, WriteNote
from bot.domain.entries import Entry, EntryKind
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.domain.notes import plain_note, response_note
from bot.domain.policy import MOST_EXTENSIONS, Policy
from bot.domain.receipts import MoreCases


@dataclass(frozen=True)
class Response:
    """What the form *Responded* says; `cases` is the number of cases that it showed, None when not known then."""

    by: str
    by_name: str
    done: str
    all_done: bool
    told: str
    cases: int | None


def respond(alert: Alert, response: Response, now: datetime, policy: Policy) -> Outcome:
    """Today's customers are helped: the issue is resolved, so that the next case rings as regressed.

    An event newer than what the form showed keeps the alert open. Raises UserError saying why.
    """
    if alert.state is AlertState.RESPONDED:
        raise UserError("error.responded_already", name=alert.closing.by_name if alert.closing else "")
    if not alert.is_waiting_for_response:
        raise UserError("error.nothing_to_respond")
    if alert.count is not None and alert.count > (response.cases or 0) and response.cases is not None:
        raise UserError("error.more_cases", n=alert.count - response.cases, total=alert.count)
    entry = _entry(
        alert,
        EntryKind.RESPONDED,
        response.by,
        response.by_name,
        now,
        done=response.done,
        told=response.told,
        cases=str(response.cases) if response.cases is not None else "",
        all_done="yes" if response.all_done else "no",
    )
    values = {"name": response.by_name, "n": entry.details["cases"], "done": response.done}
    may_note = policy.may_note and alert.has_issue
    note = (WriteNote(alert.id, mark=entry.id, text=response_note(entry)),) if may_note else ()
    if not response.all_done:
        left = Say(alert.id, Line.RESPONSE_INCOMPLETE, about=entry.id, values={**values, "left": "some"})
        return Outcome(alert, (left, *note), (entry,))
    done = replace(
        alert,
        state=AlertState.RESPONDED,
        responded_at=now,
        responded_by=response.by,
        cases_done=response.cases if response.cases is not None else alert.count,
    )
    effects: list[Effect] = [
        EditCard(alert.id),
        Say(alert.id, Line.RESPONDED, about=entry.id, values={**values, "told": response.told}),
        *note,
    ]
    if policy.may_act and alert.has_issue:
        effects.append(SetStatus(alert.id, "resolve", act=entry.id, act_at=now, cases=done.cases_done))
    return Outcome(done, tuple(effects), (entry,))


def reopen_for_more_cases(alert: Alert, receipt: MoreCases, policy: Policy) -> Outcome:
    """Sentry counted a newer case before it was resolved: the response is not complete, and the thread says why."""
    if alert.state is not AlertState.RESPONDED or alert.decision is None:
        return Outcome(alert)
    left = receipt.count - (alert.cases_done or 0)
    state = AlertState(alert.decision.verdict.value)
    again = replace(
        alert,
        state=state,
        responded_at=None,
        responded_by=None,
        count=receipt.count,
        cases_told=receipt.count,
    )
    line = Say(
        alert.id,
        Line.RESPONSE_INCOMPLETE,
        about=str(receipt.count),
        values={"left": "more", "n": str(left), "total": str(receipt.count)},
        mention=(alert.owner,) if alert.owner else (),
    )
    return Outcome(again, (EditCard(alert.id), line))


def extend(alert: Alert, reason: str, by: str, by_name: str, now: datetime, policy: Policy) -> Outcome:
    """One more business day to respond, with a word, twice at most. The first deadline stays in the figures.

    Raises UserError when nothing is due or when it was put off twice already.
    """
    if not alert.is_waiting_for_response or alert.respond_by_at is None:
        raise UserError("error.nothing_to_extend")
    if alert.extensions >= MOST_EXTENSIONS:
        raise UserError("error.extended_twice")
    until = policy.one_more_day(max(alert.respond_by_at, now))
    extended = replace(alert, respond_by_at=until, extensions=alert.extensions + 1)
    entry = _entry(
        alert,
        EntryKind.EXTENDED,
        by,
        by_name,
        now,
        reason=reason,
        until=until.isoformat(),
        times=str(extended.extensions),
    )
    line = Say(alert.id, Line.EXTENDED, about=entry.id, values={"until": until.isoformat(), "reason": reason})
    return Outcome(extended, (EditCard(alert.id), line), (entry,))


def add_note(alert: Alert, text: str, by: str, by_name: str, now: datetime, policy: Policy) -> Outcome:
    """A note in the thread, in the log, and on the issue. Raises UserError when it says nothing."""
    if not text.strip():
        raise UserError("error.empty_note")
    entry = _entry(alert, EntryKind.NOTED, by, by_name, now, text=text)
    effects: list[Effect] = [Say(alert.id, Line.NOTE, about=entry.id, values={"name": by_name, "text": text})]
    if policy.may_note and alert.has_issue:
        effects.append(WriteNote(alert.id, mark=entry.id, text=plain_note(entry)))
    return Outcome(alert, tuple(effects), (entry,))


def hand_over(
    alert: Alert, to: str, to_name: str, by: str, by_name: str, now: datetime, policy: Policy
) -> Outcome:
    """Another owner, who is mentioned; the deadline is kept. Raises UserError when the round is over."""
    if alert.is_over:
        raise UserError("error.closed_already")
    if to == alert.owner:
        return Outcome(alert)
    owned = replace(alert, owner=to)
    entry = _entry(alert, EntryKind.HANDED_OVER, by, by_name, now, to=to, to_name=to_name)
    effects: list[Effect] = [
        EditCard(alert.id),
        Say(
            alert.id,
            Line.HANDED_OVER,
            about=entry.id,
            values={"name": by_name, "to": to_name, "taken": "yes" if to == by else "no"},
            mention=(to,) if to != by else (),
        ),
    ]
    if policy.may_act and alert.has_issue and alert.decision is not None:
        effects.append(Assign(alert.id, to, act=entry.id, act_at=now))
    return Outcome(owned, tuple(effects), (entry,))


def _entry(alert: Alert, kind: EntryKind, by: str, by_name: str, now: datetime, **details: str) -> Entry:
    return Entry(
        id=f"{alert.id}:{kind}:{now.strftime('%Y%m%dT%H%M%S.%f')}",
        kind=kind,
        at=now,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=by,
        by_name=by_name,
        details=details,
    )
