"""The rules of "part of the incident": which alerts may be, and what follows. Called by `services.incident`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert, AlertState
from bot.domain.deciding import AlreadyDecided, Choice, decide
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import EditCard, Outcome, Say
from bot.domain.errors import UserError
from bot.domain.handling import Doer, entry_of, moment_of, redraw, the_open
from bot.domain.incident import Happened
from bot.domain.lines import Line
from bot.domain.policy import Policy

RELATED_BEFORE = timedelta(hours=1)
"""Ours: a storm begins before somebody declares it, so alerts of the hour before may be part of the incident too."""


def may_join(alert: Alert, lead: Alert) -> bool:
    """Whether that alert may be part of the incident of `lead`, which is open. A drill keeps to itself."""
    if alert.drill != lead.drill:
        return False
    if alert.state is not AlertState.OPEN or lead.incident is None or alert.id == lead.id:
        return False
    return alert.arrived_at >= lead.incident.declared_at - RELATED_BEFORE


def incident_for(alert: Alert, others: Iterable[Alert]) -> Alert | None:
    """The alert that leads the incident which this one may be part of; the newest, where there are several."""
    leads = [lead for lead in others if lead.leads_incident and may_join(alert, lead)]
    return max(
        leads, key=lambda lead: lead.incident.declared_at if lead.incident else lead.arrived_at, default=None
    )


def join(alert: Alert, lead: Alert, who: Doer, policy: Policy) -> tuple[Outcome, Outcome]:
    """One click: the alert is Large as part of that incident; nobody is called again. Both as they are now.

    Raises AlreadyDecided when someone judged it meanwhile, UserError when the incident or the round is over.
    """
    if alert.part_of == lead.id:
        return Outcome(alert), Outcome(lead)
    incident = the_open(lead)
    if alert.decision is not None:
        raise AlreadyDecided(alert.decision)
    if not may_join(alert, lead):
        raise UserError("error.closed_already")
    choice = Choice(
        Verdict.LARGE,
        by=who.user_id,
        by_name=who.name,
        answers=Answers(alert.effective_step),
        part_of=lead.id,
    )
    moment = moment_of(Happened.JOINED, who, about=alert.id)
    counted = replace(incident, joined=(*incident.joined, alert.id)).noted(moment)
    return (
        decide(alert, choice, who.at, policy),
        Outcome(
            replace(lead, incident=counted),
            (redraw(lead, incident),),
            (entry_of(lead, moment, joined=alert.display_id),),
        ),
    )


def lead_withdrawn(alert: Alert, lead: Alert, now: datetime, policy: Policy) -> Outcome:
    """The incident that this alert was part of is Large no more: whoever has it is asked to look again.

    By name in business hours only: nobody is to be called at night for what is no longer large.
    """
    decision = lead.decision
    if decision is None or alert.part_of != lead.id:
        return Outcome(alert)
    line = Say(
        alert.id,
        Line.LEAD_WITHDRAWN,
        about=decision.id,
        values={"id": lead.display_id, "level": decision.verdict.value},
        mention=(alert.owner,) if alert.owner and policy.calendar.is_open(now) else (),
    )
    return Outcome(alert, (line, EditCard(alert.id)))


def leave(alert: Alert, lead: Alert) -> Outcome:
    """Looked at again, the alert is no part of that incident any more: it counts no longer."""
    incident, decision = lead.incident, alert.decision
    if incident is None or alert.id not in incident.joined or decision is None:
        return Outcome(lead)
    moment = moment_of(Happened.LEFT, Doer(decision.by, decision.by_name, decision.at), about=alert.id)
    counted = replace(incident, joined=tuple(i for i in incident.joined if i != alert.id)).noted(moment)
    return Outcome(replace(lead, incident=counted), (redraw(lead, incident),))
