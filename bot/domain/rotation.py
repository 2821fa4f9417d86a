"""Who is on duty: the weekday rotation and its stand-ins, a pure question about a date; asked by services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.calendar import BusinessCalendar

Absent = Callable[[str, date], bool]
"""Whether that person is away, or no longer active, on that date."""

NO_SWAPS: Mapping[date, str] = {}


def nobody_absent(_person: str, _day: date) -> bool:
    """Everybody is there."""
    return False


class DutyWhy(StrEnum):
    """Why this person is the responder; worded by `bot.i18n`."""

    ROTATION = "rotation"
    SWAP = "swap"
    STAND_IN = "stand_in"
    """The one whose turn it was is away."""
    NOBODY_PLANNED = "nobody_planned"
    """The rotation names nobody for this weekday."""
    EVERYBODY_AWAY = "everybody_away"
    """All are away; somebody is named all the same, so that nothing is without an owner."""
    EMPTY_ROTATION = "empty_rotation"
    """The rotation names no one at all; the only duty without a responder."""


@dataclass(frozen=True)
class Rotation:
    """The rotation of rules.yaml. A person is any stable id; who comes first in a list is asked first."""

    weekdays: Mapping[int, tuple[str, ...]]
    """By `date.weekday` (0 is Monday): the responder, then the one who serves beside."""
    backup: tuple[str, ...] = ()
    """Backs up every day."""
    after_hours: tuple[str, ...] = ()
    """Mentioned for (suspected) large impact outside business hours."""
    team: tuple[str, ...] = ()
    """All who may be asked when neither the day's people nor the backup are there."""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom the rotation names, once each: by weekday, then backup, team, after hours."""
        by_weekday = [self.weekdays[number] for number in sorted(self.weekdays)]
        return _once(*by_weekday, self.backup, self.team, self.after_hours)


@dataclass(frozen=True)
class Duty:
    """Who answers for one business day."""

    date: date
    responder: str | None
    """None only when the rotation names no one at all."""
    backups: tuple[str, ...]
    """In the order in which they are asked; empty only when nobody else is there."""
    why: DutyWhy
    instead_of: str | None = None
    """The one whose turn it was, where another takes over."""


def duty_on(
    day: date,
    rotation: Rotation,
    calendar: BusinessCalendar,
    *,
    absent: Absent = nobody_absent,
    swaps: Mapping[date, str] = NO_SWAPS,
) -> Duty:
    """The duty of one business day: the first of its people who is there responds, the others back up.

    `swaps` names, by date, who has taken the first person's turn. When the day's people and the standing backup
    are away, the next people of the team are asked, then those of the business days to come, then anybody.
    """
    planned = rotation.weekdays.get(day.weekday(), ())
    turn, taken_by = planned[0] if planned else None, swaps.get(day)
    named = _once((taken_by, *planned[1:]) if taken_by else planned, rotation.backup)
    queue = _once(named, _reserve(day, turn, rotation, calendar))
    present = [person for person in queue if not absent(person, day)]
    if not present:
        why = DutyWhy.EVERYBODY_AWAY if queue else DutyWhy.EMPTY_ROTATION
        return Duty(day, queue[0] if queue else None, (), why)
    responder, others = present[0], present[1:]
    backups = tuple(person for person in others if person in named) or tuple(others[:1])
    why = _why(responder, taken_by, turn)
    expected = {DutyWhy.SWAP: turn, DutyWhy.STAND_IN: taken_by or turn}.get(why)
    return Duty(day, responder, backups, why, instead_of=expected)


def duty_at(
    at: datetime,
    rotation: Rotation,
    calendar: BusinessCalendar,
    *,
    absent: Absent = nobody_absent,
    swaps: Mapping[date, str] = NO_SWAPS,
) -> Duty:
    """The duty of the business day that an instant counts for; after hours that is the next business day's."""
    return duty_on(calendar.business_day_of(at), rotation, calendar, absent=absent, swaps=swaps)


def next_duties(
    day: date,
    number: int,
    rotation: Rotation,
    calendar: BusinessCalendar,
    *,
    absent: Absent = nobody_absent,
    swaps: Mapping[date, str] = NO_SWAPS,
) -> tuple[Duty, ...]:
    """The duties of so many business days after that day, in order."""
    days = [calendar.add_business_days(day, ahead) for ahead in range(1, number + 1)]
    return tuple(duty_on(each, rotation, calendar, absent=absent, swaps=swaps) for each in days)


def _reserve(day: date, turn: str | None, rotation: Rotation, calendar: BusinessCalendar) -> tuple[str, ...]:
    """Whom to ask when nobody named is there: the team from the one after `turn` on, then the coming days'."""
    behind = rotation.team.index(turn) + 1 if turn in rotation.team else 0
    team = (*rotation.team[behind:], *rotation.team[:behind])
    coming: list[tuple[str, ...]] = []
    for _ in rotation.weekdays:
        day = calendar.next_business_day(day)
        coming.append(rotation.weekdays.get(day.weekday(), ()))
    return _once(team, *coming, rotation.people)


def _why(responder: str, taken_by: str | None, turn: str | None) -> DutyWhy:
    if responder == turn:
        return DutyWhy.ROTATION
    if responder == taken_by:
        return DutyWhy.SWAP
    return DutyWhy.STAND_IN if taken_by or turn else DutyWhy.NOBODY_PLANNED


def _once(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for group in groups for person in group))
