"""What `rules.yaml` says, as typed data. Read by `bot.config.rules` at start and when it changes, asked everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.customer_notice import CustomerNotice
from bot.domain.deadline import Length, LengthUnit
from bot.domain.drill_plan import DrillPlan
from bot.domain.impact import Matrix
from bot.domain.journey import Journey
from bot.domain.match import MatchRule
from bot.domain.spelling import FROM_FILE, Spelling
from bot.domain.watch import SentryRules

VERSION = 1
"""The format of `rules.yaml` that this program reads."""

Person = Annotated[str, Spelling.PERSON]
Channel = Annotated[str, Spelling.CHANNEL]
TimeZone = Annotated[str, Spelling.TIMEZONE]
Country = Annotated[str, Spelling.COUNTRY]
Host = Annotated[str, Spelling.HOST]


class Language(StrEnum):
    """The languages the bot speaks."""

    EN = "en"
    JA = "ja"


class Otherwise(StrEnum):
    """What happens where no row of the matrix can apply (`outside`, `unsure`)."""

    ASK = "ask"
    """The form asks for a level and a reason; it is never Small by itself."""


@dataclass(frozen=True)
class Channels:
    """Where the bot speaks; a channel's name, with or without `#`, or its id."""

    __pydantic_config__ = FROM_FILE

    alerts: Channel
    """Cards, the morning ping and large impact; nothing else."""
    consultation: Channel | None = None
    """Where "Ask" opens its thread; without it the card's own thread is used."""
    review: Channel | None = None
    """Where the weekly review is posted; without it in `alerts`."""
    support: Channel | None = None
    """Where support staff are told of a large impact."""


@dataclass(frozen=True)
class ImpactRules:
    """From answers to a level."""

    __pydantic_config__ = FROM_FILE

    matrix: Matrix
    """The rows; each case (step or `whole`, all or few, workaround or not) must be in exactly one of them."""
    otherwise: Otherwise = Otherwise.ASK
    """Where no row can apply: `ask` for a level and a reason."""


@dataclass(frozen=True)
class ResponseLimits:
    """By when customers must be helped, counted from the decision."""

    __pydantic_config__ = FROM_FILE

    large: Length = field(default=Length(2, LengthUnit.HOURS))
    """For Large, by the clock on the wall: large impact ignores the calendar."""
    medium: Length = field(default=Length(3, LengthUnit.BUSINESS_DAYS))
    """For Medium."""
    small: Length | None = None
    """For Small; usually left out, which means no limit."""


@dataclass(frozen=True)
class Deadlines:
    """By when; `business days`, `business hours`, `hours` or `minutes`, counted inside business hours."""

    __pydantic_config__ = FROM_FILE

    triage: Length = field(default=Length(1, LengthUnit.BUSINESS_DAYS))
    """By when an alert must be judged, counted from its arrival."""
    response: ResponseLimits = field(default_factory=ResponseLimits)
    """By when it must be responded to, by level."""
    remind: Length = field(default=Length(3, LengthUnit.BUSINESS_HOURS))
    """How long before a deadline its owner is reminded."""
    large_nudge: Length = field(default=Length(15, LengthUnit.MINUTES))
    """How often a large or suspected large alert mentions people again until someone presses a button."""


@dataclass(frozen=True)
class Hours:
    """When the team works on a business day, in its own time zone; no span at all means always."""

    spans: tuple[tuple[time, time], ...]
    """From and until, in order, not touching."""


@dataclass(frozen=True)
class CalendarRules:
    """Which days and hours count as business."""

    __pydantic_config__ = FROM_FILE

    country: Country | None = None
    """The country whose public holidays are days off; left out: none are."""
    hours: Hours = Hours(((time(10), time(19)),))
    """`"10:00-19:00"`, a list of such spans (a lunch break between them), or `always`."""
    holidays: tuple[date, ...] = ()
    """The company's own days off, as YYYY-MM-DD."""
    workdays: tuple[date, ...] = ()
    """Days that are worked although they fall on a weekend or a holiday, as YYYY-MM-DD."""


@dataclass(frozen=True)
class RotationRules:
    """Who is on duty on which weekday; the first person present is the responder, the others stand behind."""

    __pydantic_config__ = FROM_FILE

    monday: tuple[Person, ...] = ()
    """On duty on Mondays."""
    tuesday: tuple[Person, ...] = ()
    """On duty on Tuesdays."""
    wednesday: tuple[Person, ...] = ()
    """On duty on Wednesdays."""
    thursday: tuple[Person, ...] = ()
    """On duty on Thursdays."""
    friday: tuple[Person, ...] = ()
    """On duty on Fridays."""
    saturday: tuple[Person, ...] = ()
    """On duty on Saturdays that are workdays."""
    sunday: tuple[Person, ...] = ()
    """On duty on Sundays that are workdays."""
    backup: tuple[Person, ...] = ()
    """Take over when nobody of the day is there, and are asked when a consultation falls silent."""
    after_hours: tuple[Person, ...] = ()
    """Mentioned outside business hours, for (suspected) large impact; else last responder and backup."""
    team: tuple[Person, ...] = ()
    """All who share the duty; left out: everybody named above."""

    @property
    def weekdays(self) -> dict[int, tuple[str, ...]]:
        """The people by weekday, 0 = Monday as in `date.weekday()`."""
        days = (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )
        return dict(enumerate(days))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Each person named anywhere in the rotation, once, in the order of the file."""
        days = (person for people in self.weekdays.values() for person in people)
        return tuple(dict.fromkeys((*days, *self.backup, *self.after_hours, *self.team)))


@dataclass(frozen=True)
class PeopleRules:
    """People of whom something special is true."""

    __pydantic_config__ = FROM_FILE

    guests: tuple[Person, ...] = ()
    """Guests of the workspace who may act; without this line only full members may."""


@dataclass(frozen=True)
class PrivacyRules:
    """What may be shown."""

    __pydantic_config__ = FROM_FILE

    tags: tuple[str, ...] = ()
    """Keys of the Sentry tags whose values may be shown in the card's thread; all others stay in Sentry."""
    runbook_hosts: tuple[Host, ...] = ()
    """Hosts of the team's document tool: only to them may a runbook be a link, or have links in it."""

    def may_link(self, url: str) -> bool:
        """Whether a runbook may lead there: by https, to a host that is listed, with no user and no port in it."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return parts.scheme == "https" and any(
            _is_host(listed, parts.netloc) for listed in self.runbook_hosts
        )


def _is_host(listed: str, host: str) -> bool:
    """The same host; below `*.` any host under it, but not itself. A user, a port or a backslash makes it another."""
    host = host.lower()
    if set(host) - set("abcdefghijklmnopqrstuvwxyz0123456789-."):
        return False
    return host.endswith(listed[1:]) if listed.startswith("*.") else host == listed


@dataclass(frozen=True)
class Rules:
    """The whole of `rules.yaml`."""

    __pydantic_config__ = FROM_FILE

    version: int
    """The format of this file: 1."""
    timezone: TimeZone
    """The team's time zone: deadlines, rotation and dates on cards follow it."""
    channels: Channels
    """Where the bot speaks."""
    journey: Journey
    """The steps that a customer's case goes through, in their order."""
    impact: ImpactRules
    """From answers to a level."""
    language: Language = Language.EN
    """The language of what is posted in channels: `en` or `ja`; people see forms in their own."""
    deadlines: Deadlines = field(default_factory=Deadlines)
    """By when alerts must be judged and responded to."""
    calendar: CalendarRules = field(default_factory=CalendarRules)
    """Which days and hours count as business."""
    rotation: RotationRules = field(default_factory=RotationRules)
    """Who is on duty."""
    match: tuple[MatchRule, ...] = ()
    """Rules that suggest a step and a level; of each, the first rule that matches and has it wins."""
    sentry: SentryRules = field(default_factory=SentryRules)
    """What is read from Sentry and written into it."""
    people: PeopleRules = field(default_factory=PeopleRules)
    """Guests who may act."""
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    """What may be shown."""
    drills: tuple[DrillPlan, ...] = ()
    """Drills that take place by themselves; without this line only by hand."""
    customer_notice: CustomerNotice = field(default_factory=CustomerNotice)
    """The draft of what customers are told of a large impact, by language."""

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def matrix(self) -> Matrix:
        """The impact matrix."""
        return self.impact.matrix
