"""What a drill is: a scenario of invented alerts with its key, and one playing of it. Played by `services.drill`.

A drill is known before it starts: the issue ids that it invents are registered first, so that nothing of it can be
taken for real and nothing real for a drill.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.alert import Alert, AlertState, Closing
from bot.domain.calendar import BusinessCalendar
from bot.domain.chasing import clear_calls
from bot.domain.consulting import close_question
from bot.domain.effects import EditCard, Outcome
from bot.domain.handling import redraw
from bot.domain.impact import Impact
from bot.domain.spelling import FROM_FILE

DRILL_OVER = "drill_over"
"""Why an alert of a drill is closed."""
NOT_OF_SENTRY = 10**20 - 10**19
"""Issue ids of drills begin here. Sentry's are at most 2**63 - 1 (source: sentry, BoundedBigAutoField), so none is."""

Said = dict[str, str]
"""The same words by language: `en` and `ja`."""


@dataclass(frozen=True)
class Place:
    """The deciding frame of an invented event."""

    __pydantic_config__ = FROM_FILE

    filename: str
    lineno: int
    function: str


@dataclass(frozen=True)
class Invented:
    """What the invented event says; rendered into a webhook body by `bot.sentry.invented`. `{n}` is its number."""

    __pydantic_config__ = FROM_FILE

    title: str
    transaction: str
    exceptions: tuple[str, ...] = ()
    """Exception types, oldest cause first."""
    message: str = ""
    environment: str = "production"
    release: str = ""
    project: str = "kyc-api"
    frame: Place | None = None
    tags: Said | None = None
    outage: bool = False
    """Whether a monitor says it, which suspects a large impact."""


@dataclass(frozen=True)
class Key:
    """The right judgement, and why."""

    __pydantic_config__ = FROM_FILE

    level: Impact
    step: str
    why: Said


@dataclass(frozen=True)
class Part:
    """One alert of a scenario (or `times` of them), when it comes, and its key."""

    __pydantic_config__ = FROM_FILE

    id: str
    event: Invented
    key: Key
    after: int = 0
    """Minutes of business time from the drill's start."""
    once_decided: str | None = None
    """The part after whose judgement it comes at once, where that is sooner."""
    times: int = 1
    runbook: tuple[Said, ...] = ()
    """What the runbook would have done, step by step."""


@dataclass(frozen=True)
class Scenario:
    """One file of `bot/drills`."""

    __pydantic_config__ = FROM_FILE

    name: Said
    trains: Said
    """What it trains, in one sentence."""
    story: Said
    """What is told at its start."""
    question: Said
    """One open question to talk about at its end."""
    minutes: int
    """How long it lasts at the most, in business time."""
    parts: tuple[Part, ...]
    support: bool = False
    """Whether support staff are asked to join."""

    def part(self, part_id: str) -> Part:
        return next(part for part in self.parts if part.id == part_id)


class DrillState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True)
class Played:
    """One invented alert of one drill."""

    part: str
    number: int
    """Of several of the same part, which."""
    issue_id: str
    name: str
    """What it is called instead of a short id of Sentry's: `DRILL-7A`."""
    comes_at: datetime
    sent: bool = False


@dataclass(frozen=True)
class Drill:
    """One playing of a scenario."""

    id: str
    number: int
    scenario: str
    starts_at: datetime
    state: DrillState = DrillState.PLANNED
    ends_by_at: datetime | None = None
    played: tuple[Played, ...] = ()
    ended_at: datetime | None = None

    def sent(self, issue_id: str) -> Drill:
        """The same drill, that alert on its way."""
        return replace(
            self, played=tuple(replace(p, sent=p.sent or p.issue_id == issue_id) for p in self.played)
        )


def may_start(at: datetime, minutes: int, calendar: BusinessCalendar) -> bool:
    """In business hours only, and only where it can be played to its end before they close."""
    if not calendar.is_open(at):
        return False
    return calendar.add_business_time(at, timedelta(minutes=minutes)) <= last_end(at, calendar)


def last_end(at: datetime, calendar: BusinessCalendar) -> datetime:
    """A drill that begins at `at` is over by the close of business: nobody is called at night because of it."""
    return calendar.close_of(calendar.date_of(at))


def begin(drill: Drill, scenario: Scenario, now: datetime, calendar: BusinessCalendar) -> Drill:
    """The drill as it starts now: every alert of it invented, named, and given its time."""
    played: list[Played] = []
    for part in scenario.parts:
        for number in range(1, part.times + 1):
            index = len(played)
            played.append(
                Played(
                    part=part.id,
                    number=number,
                    issue_id=invented_id(drill.id, f"{part.id}:{number}"),
                    name=f"DRILL-{drill.number}{letters(index)}",
                    comes_at=calendar.add_business_time(now, timedelta(minutes=part.after)),
                )
            )
    ends = min(calendar.add_business_time(now, timedelta(minutes=scenario.minutes)), last_end(now, calendar))
    return replace(drill, state=DrillState.RUNNING, starts_at=now, ends_by_at=ends, played=tuple(played))


def invented_id(drill_id: str, what: str) -> str:
    """An issue id that Sentry cannot have: of 20 digits. Not to be guessed without the drill's own random id."""
    digest = hashlib.sha256(f"{drill_id}:{what}".encode()).digest()
    return str(NOT_OF_SENTRY + int.from_bytes(digest[:8]) % 10**19)


def letters(index: int) -> str:
    """A, B, ... Z, AA, AB, ...: which alert of a drill it is."""
    after_z, last = divmod(index, 26)
    return (letters(after_z - 1) if after_z else "") + chr(ord("A") + last)


Find = Callable[[str], Alert | None]
"""The alert of an invented issue, once it has arrived."""


def due(drill: Drill, scenario: Scenario, now: datetime, find: Find) -> list[Played]:
    """The alerts that should come now: their time has come, or what they wait for is decided."""
    found: list[Played] = []
    for played in drill.played:
        if played.sent:
            continue
        earlier = scenario.part(played.part).once_decided
        alerts = [find(other.issue_id) for other in drill.played if other.part == earlier]
        decided = bool(alerts) and all(alert is not None and alert.decision is not None for alert in alerts)
        if played.comes_at <= now or decided:
            found.append(played)
    return found


def is_played_out(drill: Drill, find: Find) -> bool:
    """Every alert has come, is judged, and where the level asks for it responded to."""
    alerts = [find(played.issue_id) for played in drill.played]
    return all(played.sent for played in drill.played) and all(
        alert is not None and alert.is_over for alert in alerts
    )


def close(alert: Alert, now: datetime) -> Outcome:
    """The drill is over: its card folds, its question closes, nothing of it asks for anybody any more."""
    if alert.is_drill_over:
        return Outcome(alert)
    incident = alert.incident
    if incident is not None and incident.is_open:
        incident = replace(incident, ended_at=now)
    closed = replace(
        alert,
        state=AlertState.CLOSED,
        suspicions=(),
        closing=Closing(why=DRILL_OVER, at=now),
        incident=incident,
    )
    drawn = (redraw(closed, incident),) if incident is not None else ()
    ended = close_question(closed, now)
    cleared = clear_calls(ended.alert)
    return Outcome(cleared.alert, (EditCard(alert.id), *drawn, *ended.effects, *cleared.effects))


def start_choices(
    now: datetime, minutes: int, calendar: BusinessCalendar, later: Sequence[timedelta]
) -> list[datetime]:
    """When it may start: now, some whiles later, and an hour after the opening of the next two business days."""
    today = [at for at in (now, *(now + length for length in later)) if may_start(at, minutes, calendar)]
    day, coming = calendar.date_of(now), list[datetime]()
    if not today and now < calendar.open_of(day) and calendar.is_business_day(day):
        day -= timedelta(days=1)
    for _ in range(2):
        day = calendar.next_business_day(day)
        at = calendar.open_of(day) + timedelta(hours=1)
        if may_start(at, minutes, calendar):
            coming.append(at)
    return today + coming
