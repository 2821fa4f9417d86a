"""When drills take place by themselves: the lines of `drills` in `rules.yaml`. Asked by `services.drill`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import BusinessCalendar
from bot.domain.spelling import FROM_FILE


class WeekDay(StrEnum):
    """A day of the working week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"

    @property
    def number(self) -> int:
        """As `date.weekday()` counts."""
        return list(WeekDay).index(self)


@dataclass(frozen=True)
class DrillPlan:
    """A drill that takes place by itself, in business hours; one a day at the most."""

    __pydantic_config__ = FROM_FILE

    scenario: str
    """Its name, as `triage drill` lists it."""
    day: WeekDay
    """On which day of the week; where that is a day off, on the next business day."""
    time: time
    """At which time of day; it must be possible to play it to its end before the close of business."""
    weeks: int = 4
    """Every so many weeks, from 1 to 52, counted through the years."""


def start_on(plan: DrillPlan, today: date, calendar: BusinessCalendar) -> datetime | None:
    """When it starts on that day; None on days on which it does not."""
    if not calendar.is_business_day(today):
        return None
    for back in range(7):
        day = today - timedelta(days=back)
        if day.weekday() != plan.day.number or week_of(day) % plan.weeks:
            continue
        first = day if calendar.is_business_day(day) else calendar.next_business_day(day)
        if first == today:
            return datetime.combine(today, plan.time, calendar.timezone)
    return None


def week_of(day: date) -> int:
    """The number of the week since the first Monday of the calendar: a year's end changes no rhythm."""
    return (day.toordinal() - 1) // 7
