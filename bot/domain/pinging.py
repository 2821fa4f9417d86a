"""The morning ping: who is on duty, what is open and due. A pure reading of alerts, posted by `services.rotation`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.chasing import due_of
from bot.domain.deadline import is_overdue
from bot.domain.policy import Policy
from bot.domain.rotation import Duty

MOST_LISTED = 10
"""Overdue alerts named in the ping; the button *List* has all."""
MONDAY = 0


@dataclass(frozen=True)
class Morning:
    """What the ping says. Names are Slack user ids."""

    day: date
    duty: Duty
    next_duty: Duty
    to_judge: int
    in_progress: int
    due_today: int
    overdue: tuple[Alert, ...]
    week: tuple[Duty, ...]
    """On the week's first business day: who is on duty on each of its days; else empty."""
    away: tuple[str, ...]

    @property
    def is_quiet(self) -> bool:
        return not self.to_judge and not self.in_progress


def morning(day: date, alerts: Sequence[Alert], now: datetime, policy: Policy) -> Morning:
    """The ping of one business day, from all alerts that wait for somebody; a drill's are not counted."""
    alerts = [alert for alert in alerts if not alert.drill]
    to_judge = [alert for alert in alerts if alert.state is AlertState.OPEN]
    in_progress = [alert for alert in alerts if alert.is_waiting_for_response]
    dues = [(alert, due) for alert in alerts if (due := due_of(alert)) is not None]
    overdue = [alert for alert, due in dues if is_overdue(due, now)]
    return Morning(
        day=day,
        duty=policy.duty_of(day),
        next_duty=policy.duty_of(policy.calendar.next_business_day(day)),
        to_judge=len(to_judge),
        in_progress=len(in_progress),
        due_today=sum(
            1 for _, due in dues if policy.calendar.date_of(due) == day and not is_overdue(due, now)
        ),
        overdue=tuple(sorted(overdue, key=lambda alert: due_of(alert) or now)),
        week=_week(day, policy),
        away=tuple(person for person in policy.rotation.people if policy.absent(person, day)),
    )


def _week(day: date, policy: Policy) -> tuple[Duty, ...]:
    """The duties of this week, on its first business day."""
    before = policy.calendar.add_business_days(day, -1)
    if before.isocalendar()[:2] == day.isocalendar()[:2]:
        return ()
    duties: list[Duty] = []
    while day.isocalendar()[:2] == (duties[0].date if duties else day).isocalendar()[:2]:
        duties.append(policy.duty_of(day))
        day = policy.calendar.next_business_day(day)
    return tuple(duties)
