"""Checks that the drills planned in `rules.yaml` can be played; asked by `bot.config.meaning`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.config.calendar import make_calendar
from bot.config.drills import load_scenarios
from bot.config.problem import Problem, did_you_mean, shown
from bot.config.shape import Draft, Path
from bot.domain.drill import may_start
from bot.domain.rules import Rules

WEEKS_LIMIT = 52
"""Weeks between two drills; ours: more than a year is no rhythm."""
ANY_DAY = date(2024, 1, 8)
"""Hours are the same on every business day, so one stands for all."""


def drill_problems(rules: Rules, draft: Draft) -> Iterator[Problem]:
    """Scenarios that are there, a rhythm that can be kept, and a time that leaves room before the close of business."""
    scenarios = load_scenarios()
    calendar = make_calendar(rules)
    for index, plan in enumerate(rules.drills):
        path: Path = ("drills", index)
        if not 1 <= plan.weeks <= WEEKS_LIMIT:
            yield _at(draft, (*path, "weeks"), f"must be from 1 to {WEEKS_LIMIT}")
        scenario = scenarios.get(plan.scenario)
        if scenario is None:
            message = f"{shown(plan.scenario)} is no scenario; {did_you_mean(plan.scenario, scenarios)}"
            yield _at(draft, (*path, "scenario"), message)
            continue
        day = calendar.next_business_day(ANY_DAY)
        if not may_start(datetime.combine(day, plan.time, calendar.timezone), scenario.minutes, calendar):
            message = (
                f"leaves less than its {scenario.minutes} minutes of business hours; choose another time"
            )
            yield _at(draft, (*path, "time"), message)


def _at(draft: Draft, path: Path, message: str) -> Problem:
    node = draft.place(path)
    return Problem(node.path, message, node.line)
