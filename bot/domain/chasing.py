"""The rules of chasing: when a deadline is reminded of, chased, told to more people. Called by `services.chase`.

Never outside business hours, never more than once a business day for one alert, always with the buttons to act.
Large and suspected large impact ignore the calendar: those who can act are called again until someone presses a button.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.alert import Alert, AlertState
from bot.domain.calls import called_again, came_of, taken_away
from bot.domain.deadline import is_overdue, reminder_at
from bot.domain.effects import Outcome, Say, effect_id
from bot.domain.lines import Line
from bot.domain.policy import Policy

MOST_CHASES_EACH = 2
"""More than this many due for one person on a day become one list instead of a chase each (design, section 6)."""
NUDGES_BEFORE_HOURLY = 4
"""A large one is called out this often at `large_nudge`, then each hour with the team (design, section 4)."""
HOURLY = timedelta(hours=1)
TEAM_STAGE = 3
WAITING_STATES = (AlertState.OPEN, AlertState.MEDIUM, AlertState.LARGE)
"""The states in which something is awaited from a person."""


def due_of(alert: Alert) -> datetime | None:
    """The deadline that runs now: for the judgement, or for the response."""
    if alert.state is AlertState.OPEN:
        return alert.judge_by_at
    return alert.respond_by_at if alert.is_waiting_for_response else None


def chase(alert: Alert, now: datetime, policy: Policy) -> Outcome:
    """A reminder before the deadline, or one chase a business day after it. Outside business hours nothing."""
    due = due_of(alert)
    if due is None or not policy.calendar.is_open(now):
        return Outcome(alert)
    if is_overdue(due, now):
        return _chase(alert, due, now, policy)
    return _remind(alert, due, now, policy)


def _remind(alert: Alert, due: datetime, now: datetime, policy: Policy) -> Outcome:
    """Once for each deadline, in time; not for one so short that it was set within the reminder's span."""
    at = reminder_at(due, policy.rules.deadlines.remind, policy.calendar)
    began = alert.decision.at if alert.decision else alert.arrived_at
    if now < at or at <= began or alert.reminded_for == due:
        return Outcome(alert)
    reminded = replace(alert, reminded_for=due)
    line = Say(
        alert.id,
        Line.REMINDER,
        about=due.isoformat(),
        values={"due": due.isoformat(), "what": _what(alert)},
        mention=_present(alert, policy, now),
    )
    return Outcome(replace(reminded, last_call=effect_id(line)), (line, *taken_away(alert)))


def _chase(alert: Alert, due: datetime, now: datetime, policy: Policy) -> Outcome:
    today = policy.calendar.date_of(now)
    if alert.chased_on is not None and alert.chased_on >= today:
        return Outcome(alert)
    stage = min(alert.chases + 1, TEAM_STAGE)
    line = Say(
        alert.id,
        Line.CHASE,
        about=f"{due.isoformat()}:{today.isoformat()}",
        values={"due": due.isoformat(), "what": _what(alert), "stage": str(stage)},
        mention=_whom(alert, stage, now, policy),
    )
    chased = replace(alert, chases=alert.chases + 1, chased_on=today, last_call=effect_id(line))
    return Outcome(chased, (line, *taken_away(alert)))


def _whom(alert: Alert, stage: int, now: datetime, policy: Policy) -> tuple[str, ...]:
    """First the responder, then today's duty and backup, then the team, without names."""
    if stage == 1:
        return _present(alert, policy, now)
    if stage >= TEAM_STAGE:
        return ()
    duty = policy.duty(now)
    return tuple(dict.fromkeys(filter(None, (duty.responder, *duty.backups[:1]))))


def _present(alert: Alert, policy: Policy, now: datetime) -> tuple[str, ...]:
    """The owner, or today's duty where the owner is away: nobody is called on a day off."""
    today = policy.calendar.date_of(now)
    if alert.owner and not policy.absent(alert.owner, today):
        return (alert.owner,)
    responder = policy.duty(now).responder
    return (responder,) if responder else ()


def _what(alert: Alert) -> str:
    return "judgement" if alert.state is AlertState.OPEN else "response"


def clear_calls(alert: Alert) -> Outcome:
    """It was judged or closed: the last reminder, chase or nudge loses its buttons and says so."""
    return Outcome(replace(alert, last_call=None), came_of(alert))


def overdue_lists(alerts: Sequence[Alert], now: datetime, policy: Policy) -> dict[str, tuple[Alert, ...]]:
    """By owner, the overdue alerts of those who have more than two of them: they stand as one list in the ping."""
    today = policy.calendar.date_of(now)
    owned: dict[str, list[Alert]] = {}
    for alert in alerts:
        due = due_of(alert)
        chased_today = alert.chased_on is not None and alert.chased_on >= today
        if due is not None and is_overdue(due, now) and alert.owner and not chased_today:
            owned.setdefault(alert.owner, []).append(alert)
    return {owner: tuple(theirs) for owner, theirs in owned.items() if len(theirs) > MOST_CHASES_EACH}


def listed(alert: Alert, today: date) -> Alert:
    """Told in a list today, which counts as today's chase."""
    return replace(alert, chases=alert.chases + 1, chased_on=today)


def nudge(alert: Alert, now: datetime, policy: Policy) -> Outcome:
    """Call again for a large or suspected large one that nobody has answered, whatever the hour."""
    if not alert.is_urgent or alert.is_over or alert.acknowledged_at is not None:
        return Outcome(alert)
    if alert.drill and not policy.calendar.is_open(now):
        return Outcome(alert)
    since = alert.nudged_at or _loud_since(alert)
    often = alert.nudges < NUDGES_BEFORE_HOURLY
    if now - since < (policy.nudge_after if often else HOURLY):
        return Outcome(alert)
    line = Say(
        alert.id,
        Line.NUDGE,
        about=f"{_loud_since(alert).isoformat()}:{alert.nudges + 1}",
        values={"reasons": ",".join(s.value for s in alert.suspicions), "level": alert.state.value},
        mention=policy.callable_at(alert, now, with_team=not often),
        broadcast=True,
    )
    nudged = replace(alert, nudges=alert.nudges + 1, nudged_at=now, last_call=effect_id(line))
    return Outcome(nudged, (line, *called_again(alert, now)))


def _loud_since(alert: Alert) -> datetime:
    if alert.state is AlertState.LARGE and alert.decision:
        return alert.decision.at
    return alert.suspected_at or alert.arrived_at


def acted(outcome: Outcome, by: str, now: datetime) -> Outcome:
    """A person did something on the alert: they know of it, and the last call's buttons may go."""
    known = acknowledge(outcome.alert, by, now)
    effects = (*outcome.effects, *came_of(known, outcome.entries, now))
    return Outcome(replace(known, last_call=None), effects, outcome.entries)


def acknowledge(alert: Alert, by: str, now: datetime) -> Alert:
    """Someone pressed a button on it: they know."""
    return replace(
        alert, acknowledged_at=alert.acknowledged_at or now, acknowledged_by=alert.acknowledged_by or by
    )
