"""The team's calendar, made from its rules and the public holidays; built by `bot.app` and `triage check`."""

from __future__ import annotations

from bot.config.holidays import holiday_names
from bot.domain.calendar import BusinessCalendar, no_holidays
from bot.domain.rules import Rules


def make_calendar(rules: Rules) -> BusinessCalendar:
    """Zone, hours, public holidays, and the company's own days off and on."""
    calendar = rules.calendar
    return BusinessCalendar(
        timezone=rules.zone,
        spans=calendar.hours.spans,
        holiday_names=holiday_names(calendar.country) if calendar.country else no_holidays,
        holidays=frozenset(calendar.holidays),
        workdays=frozenset(calendar.workdays),
    )
