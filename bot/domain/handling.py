"""The rules of handling a large impact: roles, checklist, next word, notice, timeline. Called by `services.incident`.

Whatever is pressed twice changes nothing the second time; each act is one line of the timeline and one of the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.announcing import to_support
from bot.domain.calls import called_again
from bot.domain.chasing import HOURLY, NUDGES_BEFORE_HOURLY
from bot.domain.decision import Decision, Verdict
from bot.domain.effects import Announce, Effect, Outcome, Revise, Say, effect_id
from bot.domain.entries import Entry, EntryKind
from bot.domain.errors import UserError
from bot.domain.incident import NEXT_WORD_AFTER, Happened, Incident, Moment, Role, Tick
from bot.domain.lines import ChannelUse, Line
from bot.domain.policy import Policy


@dataclass(frozen=True)
class Doer:
    """Who acts, and when."""

    user_id: str
    name: str
    at: datetime


def follow_decision(alert: Alert, decision: Decision, now: datetime, policy: Policy) -> Outcome:
    """A Large that stands for itself begins an incident, another level ends the one that is open.

    `alert.history` ends with the decision before: Large said once more begins nothing anew.
    """
    known = alert.incident
    who = Doer(decision.by, decision.by_name, now)
    if decision.verdict is not Verdict.LARGE or decision.part_of:
        if known is None or not known.is_open:
            return Outcome(alert)
        ended = replace(known, ended_at=now)
        return Outcome(_with(alert, ended, moment_of(Happened.ENDED, who)), (redraw(alert, known),))
    if alert.history and alert.history[-1].verdict is Verdict.LARGE:
        return Outcome(alert)
    return Outcome(_with(alert, _begun(alert, decision, now, policy), moment_of(Happened.DECLARED, who)))


def _begun(alert: Alert, decision: Decision, now: datetime, policy: Policy) -> Incident:
    """A new incident; one that was looked at again, or restored, goes on with its people and its timeline."""
    fresh = Incident(
        declared_at=now,
        message=effect_id(Say(alert.id, Line.LARGE, about=decision.id)),
        next_word_at=now + NEXT_WORD_AFTER,
        called=policy.callable_at(alert, now),
    )
    known = alert.incident
    if known is None:
        return fresh
    people = {"lead": known.lead, "communicator": known.communicator, "support": known.support}
    fresh = replace(fresh, **people, timeline=known.timeline)
    return fresh if known.restored_at else replace(fresh, ticks=known.ticks, joined=known.joined)


def the_open(alert: Alert) -> Incident:
    """Its incident while it is handled. Raises UserError when there is none (any more)."""
    if alert.incident is None or not alert.incident.is_open:
        raise UserError("error.incident_over")
    return alert.incident


def take_role(alert: Alert, role: Role, to: str, to_name: str, who: Doer) -> Outcome:
    """Someone leads, speaks, or speaks with the customers from now on. Raises UserError once it is over."""
    incident = the_open(alert)
    if incident.has(role) == to:
        return Outcome(alert)
    given = incident.given(role, to)
    moment = moment_of(Happened.ROLE, who, about=role.value, to=to)
    line = Say(
        alert.id,
        Line.ROLE,
        about=f"{role}:{len(incident.timeline)}",
        values={"role": role.value, "to": to_name, "name": who.name},
        mention=(to,) if to != who.user_id else (),
    )
    changed, entries = _with(alert, given, moment), [entry_of(alert, moment, to_name=to_name)]
    if given.lead and given.communicator and Tick.ROLES not in given.ticks:
        ticked = tick(changed, Tick.ROLES, who)
        changed, entries = ticked.alert, [*entries, *ticked.entries]
    return Outcome(changed, (line, redraw(alert, incident)), tuple(entries))


def tick(alert: Alert, point: Tick, who: Doer) -> Outcome:
    """One point of the checklist is done. Raises UserError once it is over."""
    incident = the_open(alert)
    if point in incident.ticks:
        return Outcome(alert)
    ticked = replace(incident, ticks=(*incident.ticks, point))
    return _done(alert, incident, ticked, moment_of(Happened.TICKED, who, about=point.value))


def give_word(alert: Alert, words: str, who: Doer, policy: Policy) -> Outcome:
    """How it stands now, said in the thread and to support; the next word is promised anew. Raises UserError."""
    incident = the_open(alert)
    if not words.strip():
        raise UserError("error.empty_note")
    until = who.at + NEXT_WORD_AFTER
    given = replace(incident, next_word_at=until, word_asks=0, word_asked_at=None)
    moment = moment_of(Happened.WORD, who)
    values = {"words": words, "name": who.name, "next_at": until.isoformat()}
    about = f"{alert.id}:{who.at.isoformat()}"
    said: list[Effect] = [Say(alert.id, Line.WORD, about=about, values=values)]
    said += to_support(Line.SUPPORT_WORD, about, values, alert.id, policy)
    return _done(alert, incident, given, moment, *said, words=words)


def draft_notice(alert: Alert, texts: Mapping[str, str], who: Doer) -> Outcome:
    """A draft for the customers, into the support channel; without one into the thread. Never to customers.

    `texts` by language. Raises UserError when it says nothing, or once it is over.
    """
    incident = the_open(alert)
    if not any(text.strip() for text in texts.values()):
        raise UserError("error.empty_notice")
    moment = moment_of(Happened.NOTICE, who)
    draft = Announce(
        Line.NOTICE,
        about=f"{alert.id}:{who.at.isoformat()}",
        values={**texts, "name": who.name},
        channel=ChannelUse.SUPPORT,
        alert_id=alert.id,
    )
    return _done(alert, incident, incident, moment, draft, **texts)


def ask_word(alert: Alert, now: datetime, policy: Policy) -> Outcome:
    """The next word is due: whoever speaks is asked in the thread, at most once per `large_nudge`, later hourly.

    Only once somebody knows of it; until then people are called. Business hours do not matter but for a drill.
    """
    incident = alert.incident
    if not alert.leads_incident or incident is None or alert.acknowledged_at is None:
        return Outcome(alert)
    if alert.drill and not policy.calendar.is_open(now):
        return Outcome(alert)
    often = incident.word_asks < NUDGES_BEFORE_HOURLY
    asked = incident.word_asked_at
    if now < incident.next_word_at or (asked and now - asked < (policy.nudge_after if often else HOURLY)):
        return Outcome(alert)
    whom = incident.communicator or incident.lead or alert.owner
    line = Say(
        alert.id,
        Line.WORD_DUE,
        about=f"{incident.next_word_at.isoformat()}:{incident.word_asks + 1}",
        values={"due": incident.next_word_at.isoformat()},
        mention=(whom,) if whom else (),
    )
    waiting = replace(incident, word_asks=incident.word_asks + 1, word_asked_at=now)
    called = replace(alert, incident=waiting, last_call=effect_id(line))
    return Outcome(called, (line, *called_again(alert, now)))


def _done(
    alert: Alert, before: Incident, now: Incident, moment: Moment, *effects: Effect, **details: str
) -> Outcome:
    entry = entry_of(alert, moment, **details)
    return Outcome(_with(alert, now, moment), (*effects, redraw(alert, before)), (entry,))


def _with(alert: Alert, incident: Incident, moment: Moment) -> Alert:
    return replace(alert, incident=incident.noted(moment))


def redraw(alert: Alert, incident: Incident) -> Revise:
    """The incident message, brought up to what the alert says when it is delivered."""
    return Revise(incident.message, Line.LARGE, about=alert.id, mention=incident.called, alert_id=alert.id)


def moment_of(what: Happened, who: Doer, about: str = "", to: str = "") -> Moment:
    """A line of the timeline."""
    return Moment(what, who.at, who.user_id, who.name, about, to)


def entry_of(alert: Alert, moment: Moment, **details: str) -> Entry:
    """The same line for the log."""
    at = moment.at.strftime("%Y%m%dT%H%M%S.%f")
    return Entry(
        id=f"{alert.id}:{moment.what}:{moment.about}:{at}",
        kind=EntryKind.INCIDENT,
        at=moment.at,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=moment.by,
        by_name=moment.by_name,
        details={"what": moment.what.value, "about": moment.about, "to": moment.to, **details},
    )
