"""The team's rules made answerable: who is on duty, what is due when, what is suggested. Made by `services.people`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.calendar import BusinessCalendar
from bot.domain.deadline import due_at, half_business_day, wall_time
from bot.domain.facts import Facts
from bot.domain.impact import Affected, Impact, MatrixRow
from bot.domain.match import Suggestion
from bot.domain.rate import Live
from bot.domain.rotation import NO_SWAPS, Absent, Duty, Rotation, duty_at, duty_on, nobody_absent
from bot.domain.rules import Rules
from bot.domain.suggesting import NOTHING_LIVE, suggest
from bot.domain.watch import SentryWrite

MOST_EXTENSIONS = 2
"""How often a response may be put off by one business day before the team is asked (design, section 4)."""


@dataclass(frozen=True)
class Policy:
    """Pure answers from `rules.yaml`, with people as Slack user ids. All instants aware UTC."""

    rules: Rules
    calendar: BusinessCalendar
    rotation: Rotation
    absent: Absent = nobody_absent
    swaps: Mapping[date, str] = field(default_factory=lambda: NO_SWAPS)

    @property
    def may_note(self) -> bool:
        return self.rules.sentry.write is not SentryWrite.NONE

    @property
    def may_act(self) -> bool:
        return self.rules.sentry.write is SentryWrite.FULL

    def duty(self, at: datetime) -> Duty:
        """Who answers for what arrives at `at`: outside business hours, the next business day's duty."""
        return duty_at(at, self.rotation, self.calendar, absent=self.absent, swaps=self.swaps)

    def duty_of(self, day: date) -> Duty:
        """The duty of one business day."""
        return duty_on(day, self.rotation, self.calendar, absent=self.absent, swaps=self.swaps)

    def callable_at(self, alert: Alert, at: datetime, *, with_team: bool = False) -> tuple[str, ...]:
        """Who is called for a (suspected) large one, whatever the hour: nobody who is away, never nobody at all.

        In business hours its owner and the backup; outside them `rotation.after_hours`, else the last responder and
        the backup of the last business day. A drill calls nobody out of hours.
        """
        if alert.drill and not self.calendar.is_open(at):
            return ()
        day = self.calendar.business_day_of(at)
        if self.calendar.is_open(at):
            asked = (alert.owner, *alert.backups[:1], *self.duty(at).backups[:1])
        elif self.rotation.after_hours:
            asked = self.rotation.after_hours
        else:
            last = self.duty_of(self.calendar.add_business_days(day, -1))
            asked = (last.responder, *last.backups[:1])
        today = self.calendar.date_of(at)
        everybody = (*asked, *(self.rotation.team if with_team else ()))
        named = tuple(dict.fromkeys(filter(None, everybody)))
        return tuple(person for person in named if not self.absent(person, today)) or named

    @property
    def nudge_after(self) -> timedelta:
        """How often a large one calls again; by the clock on the wall."""
        return wall_time(self.rules.deadlines.large_nudge)

    def judge_by(self, arrived_at: datetime) -> datetime:
        """The triage deadline of an alert."""
        return due_at(self.rules.deadlines.triage, arrived_at, self.calendar)

    def respond_by(self, level: Impact | None, decided_at: datetime) -> datetime | None:
        """The response deadline of a decision, or None where the level has none (small, not ours)."""
        if level is None or level is Impact.SMALL:
            return None
        response = self.rules.deadlines.response
        length = response.medium if level is Impact.MEDIUM else response.large
        return due_at(length, decided_at, self.calendar, ignore_calendar=level is Impact.LARGE)

    def one_more_day(self, from_at: datetime) -> datetime:
        """Close of business on the business day after `from_at`."""
        return self.calendar.close_of(self.calendar.next_business_day(self.calendar.date_of(from_at)))

    def half_day(self) -> timedelta:
        """Half of a business day's open hours: how often new cases are told at the most."""
        return half_business_day(self.calendar)

    def suggest(self, facts: Facts, live: Live = NOTHING_LIVE) -> Suggestion:
        return suggest(self.rules, facts.features, live)

    def row_for(
        self, step: str | None, affected: Affected | None, workaround: bool | None
    ) -> MatrixRow | None:
        """The matrix row that three known answers hit."""
        if step is None or affected is None or workaround is None:
            return None
        return self.rules.matrix.row_for(step, affected, workaround, self.rules.journey)

    def rows_for_level(
        self,
        level: Impact,
        step: str | None,
        affected: Affected | None = None,
        workaround: bool | None = None,
    ) -> tuple[MatrixRow, ...]:
        """The rows that give this level and do not contradict what is known."""
        return self.rules.matrix.rows_for_level(
            level, step, self.rules.journey, affected=affected, workaround=workaround
        )
