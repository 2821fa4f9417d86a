"""By when something must be done: the lengths that rules.yaml names and their ends; read by services."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import BusinessCalendar, to_utc

MAX_AMOUNT = 999
"""Our own bound: a longer deadline is a slip of the pen, and bounds the walk through the calendar."""


class LengthUnit(StrEnum):
    """In what a deadline is counted; hours and minutes run inside business hours only."""

    BUSINESS_DAYS = "business_days"
    BUSINESS_HOURS = "business_hours"
    HOURS = "hours"
    MINUTES = "minutes"

    @property
    def plural(self) -> str:
        """As rules.yaml writes it: `business days`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Length:
    """A length as rules.yaml writes it, such as `3 business days`."""

    amount: int
    unit: LengthUnit

    def __str__(self) -> str:
        """The text that `parse_length` reads back into the same length."""
        return f"{self.amount} {self.unit.plural if self.amount != 1 else self.unit.plural.removesuffix('s')}"


_LENGTH = re.compile(r"\s*([0-9]{1,9})\s+((?:business\s+)?[a-z]{1,9})\s*", re.IGNORECASE)
_UNITS = {name: unit for unit in LengthUnit for name in (unit.plural, unit.plural.removesuffix("s"))}
_WRITE = 'write a number and a unit: "3 business days", "3 business hours", "2 hours" or "30 minutes"'


def parse_length(text: str) -> Length:
    """Read `3 business days`, `1 business day`, `3 business hours`, `2 hours` or `30 minutes`.

    The amount is a whole number from 1 to `MAX_AMOUNT`. Raises ValueError that says how to write it.
    """
    found = _LENGTH.fullmatch(text)
    unit = _UNITS.get(" ".join(found.group(2).lower().split())) if found else None
    if found is None or unit is None:
        raise ValueError(_WRITE)
    amount = int(found.group(1))
    if not 1 <= amount <= MAX_AMOUNT:
        raise ValueError(f"the number must be from 1 to {MAX_AMOUNT}")
    return Length(amount, unit)


def due_at(
    length: Length, start_at: datetime, calendar: BusinessCalendar, *, ignore_calendar: bool = False
) -> datetime:
    """The deadline, in UTC, of what began at `start_at` (an arrival, a decision).

    N business days end at close of business on the N-th business day after the start; hours and minutes run
    inside business hours. A start outside business hours counts as the next opening. With `ignore_calendar`,
    as large impact asks, the clock on the wall counts: a business day is 24 hours, a business hour one.
    """
    if ignore_calendar:
        return to_utc(start_at) + wall_time(length)
    if length.unit is LengthUnit.BUSINESS_DAYS:
        first = calendar.business_day_of(start_at)
        return calendar.close_of(calendar.add_business_days(first, length.amount))
    return calendar.add_business_time(start_at, wall_time(length))


def reminder_at(due_at: datetime, remind: Length, calendar: BusinessCalendar) -> datetime:
    """When to remind of a deadline: so much business time before it.

    N business days before means the opening of the N-th business day counted backwards, the deadline's own
    day being the first. The reminder may lie before the start of a short deadline: then it is due at once.
    """
    if remind.unit is LengthUnit.BUSINESS_DAYS:
        last = calendar.date_of(calendar.subtract_business_time(due_at, timedelta(microseconds=1)))
        return calendar.open_of(calendar.add_business_days(last, 1 - remind.amount))
    return calendar.subtract_business_time(due_at, wall_time(remind))


def half_business_day(calendar: BusinessCalendar) -> timedelta:
    """Half of one day's business hours: how long a consultation may be silent, how often cases are told."""
    return calendar.day_length / 2


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """Whether the deadline has passed; at the very moment it has not."""
    return now > due_at


def wall_time(length: Length) -> timedelta:
    match length.unit:
        case LengthUnit.BUSINESS_DAYS:
            return timedelta(days=length.amount)
        case LengthUnit.BUSINESS_HOURS | LengthUnit.HOURS:
            return timedelta(hours=length.amount)
        case LengthUnit.MINUTES:
            return timedelta(minutes=length.amount)
