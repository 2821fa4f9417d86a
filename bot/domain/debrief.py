"""The debrief of a drill: when was what seen, asked, judged, answered, and how that stands beside the key.

For the team, never for a person: it holds no name and no id of anyone. Made by `services.drill`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.calendar import BusinessCalendar
from bot.domain.drill import Drill, Find, Played, Said, Scenario
from bot.domain.entries import Entry, EntryKind
from bot.domain.impact import Impact

NOT_PERSONS = (EntryKind.ARRIVED, EntryKind.CAME_BACK, EntryKind.CLOSED)
"""Entries that tell of no person's act."""
ANSWERED_LEVELS = (Impact.MEDIUM.value, Impact.LARGE.value)
"""Levels that ask for a response."""


@dataclass(frozen=True)
class Moments:
    """Minutes of business time from the alert's arrival; None where it did not come to that."""

    looked: int | None = None
    asked: int | None = None
    decided: int | None = None
    responded: int | None = None


@dataclass(frozen=True)
class Row:
    """One alert beside its key."""

    name: str
    title: str
    level: str | None
    """What the team judged; None when nobody did. `not_ours` is a judgement too."""
    key_level: str
    step: str | None
    key_step: str
    why: Said
    moments: Moments
    words: str = ""
    """What was asked in its consultation, already masked."""

    @property
    def fits(self) -> bool:
        return self.level == self.key_level

    @property
    def step_fits(self) -> bool:
        """Whether the step that cannot go on was seen too; where nobody named one it is not held against the key."""
        return self.step in (None, self.key_step)


@dataclass(frozen=True)
class Debrief:
    """What the team talks about afterwards."""

    name: Said
    question: Said
    rows: tuple[Row, ...]
    missed: tuple[str, ...]
    """Names of the alerts that nobody judged."""
    unanswered: tuple[str, ...]
    """Names of those judged medium or large that were not responded to."""
    not_come: int
    """How many did not come any more, for the drill was ended before."""
    books: tuple[tuple[Said, ...], ...]
    """For each kind of alert what the runbook would have done."""
    done: tuple[str, ...] = ()
    """The steps that were ticked on the runbooks' checklists in the threads."""
    listed: int = 0
    """How many steps those checklists have; 0 where none was posted."""

    @property
    def fitting(self) -> int:
        return sum(1 for row in self.rows if row.fits)


def debrief(
    drill: Drill, scenario: Scenario, find: Find, entries: Sequence[Entry], calendar: BusinessCalendar
) -> Debrief:
    """The debrief of a drill. `find` gives the alerts as they were before they were closed."""
    arrived = [(played, alert) for played in drill.played if (alert := find(played.issue_id)) is not None]
    items = [item for _, alert in arrived for one in alert.checklists for item in one.items]
    rows = tuple(_row(played, alert, scenario, entries, calendar) for played, alert in arrived)
    return Debrief(
        name=scenario.name,
        question=scenario.question,
        rows=rows,
        missed=tuple(row.name for row in rows if row.level is None),
        unanswered=tuple(
            row.name for row in rows if row.level in ANSWERED_LEVELS and row.moments.responded is None
        ),
        not_come=len(drill.played) - len(arrived),
        books=tuple(part.runbook for part in scenario.parts if part.runbook),
        done=tuple(item.text for item in items if item.is_done),
        listed=len(items),
    )


def _row(
    played: Played,
    alert: Alert,
    scenario: Scenario,
    entries: Sequence[Entry],
    calendar: BusinessCalendar,
) -> Row:
    key = scenario.part(played.part).key
    decision = alert.decision
    return Row(
        name=played.name,
        title=alert.facts.title,
        level=decision.verdict.value if decision else None,
        key_level=key.level.value,
        step=(decision.answers.step if decision else None) or alert.step,
        key_step=key.step,
        why=key.why,
        moments=_moments(alert, [e for e in entries if e.alert_id == alert.id], calendar),
        words=alert.consultation.words if alert.consultation else "",
    )


def _moments(alert: Alert, entries: Sequence[Entry], calendar: BusinessCalendar) -> Moments:
    """The first act of anybody counts as the first look: reading alone leaves no trace."""
    asked = alert.consultation.asked_at if alert.consultation else None
    acts = [entry.at for entry in entries if entry.kind not in NOT_PERSONS]
    decided = [entry.at for entry in entries if entry.kind is EntryKind.DECIDED]
    looked = [at for at in (*acts, asked, alert.acknowledged_at) if at is not None]

    def after(at: datetime | None) -> int | None:
        if at is None:
            return None
        return round(calendar.business_hours_between(alert.arrived_at, at) / timedelta(minutes=1))

    return Moments(
        looked=after(min(looked, default=None)),
        asked=after(asked),
        decided=after(min(decided, default=None)),
        responded=after(alert.responded_at),
    )
