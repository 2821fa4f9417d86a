"""What the local Sentry remembers: projects, people, issues, events, history and links; all of this room reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

YOUNG_FOR = timedelta(days=7)
"""An issue is "new" for seven days [S sentry/issues/ongoing.py TRANSITION_AFTER_DAYS]."""


class Status(StrEnum):
    """What Sentry calls `status`; `ignored` is the wire word for archived."""

    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class Substatus(StrEnum):
    """What Sentry calls `substatus`; the first three belong to archived issues, the rest to unresolved ones."""

    UNTIL_ESCALATING = "archived_until_escalating"
    UNTIL_CONDITION = "archived_until_condition_met"
    FOREVER = "archived_forever"
    NEW = "new"
    ONGOING = "ongoing"
    ESCALATING = "escalating"
    REGRESSED = "regressed"


ARCHIVED = frozenset({Substatus.UNTIL_ESCALATING, Substatus.UNTIL_CONDITION, Substatus.FOREVER})
OPEN = frozenset({Substatus.NEW, Substatus.ONGOING, Substatus.ESCALATING, Substatus.REGRESSED})


@dataclass(frozen=True)
class Team:
    """A team of the organisation."""

    id: int
    slug: str


@dataclass(frozen=True)
class Project:
    """A project; members of its teams may be assigned to its issues."""

    id: int
    slug: str
    name: str
    platform: str
    teams: frozenset[str]


@dataclass(frozen=True)
class Person:
    """A member of the organisation; `id` is the user id, `member_id` the id of the membership."""

    id: int
    member_id: int
    name: str
    email: str
    teams: frozenset[str] = frozenset()
    pending: bool = False


class ActorKind(StrEnum):
    """Who did something: Sentry by itself, an integration with its token, or a person."""

    SENTRY = "sentry"
    INTEGRATION = "integration"
    USER = "user"


@dataclass(frozen=True)
class Actor:
    """The author of a change; `person` is set for people only."""

    kind: ActorKind
    person: Person | None = None


SENTRY = Actor(ActorKind.SENTRY)
INTEGRATION = Actor(ActorKind.INTEGRATION)


@dataclass(frozen=True)
class Event:
    """One occurrence; `body` is the event as webhooks spell it."""

    id: str
    at: datetime
    body: Json
    user_key: str | None = None

    @property
    def tags(self) -> dict[str, str]:
        """The event's tags by key."""
        pairs: list[list[Any]] = self.body.get("tags") or []
        return {str(key): str(value) for key, value in pairs}


@dataclass(frozen=True)
class Activity:
    """One line of an issue's history; a comment is the type `note`."""

    id: int
    type: str
    actor: Actor
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Link:
    """An external issue: the link which an integration shows on the issue."""

    id: int
    service_type: str
    display_name: str
    web_url: str


@dataclass(frozen=True)
class Snooze:
    """The condition that ends an archive; windows in minutes, `times_seen` and `users_seen` as they stood then."""

    until_at: datetime | None = None
    count: int | None = None
    window: int | None = None
    user_count: int | None = None
    user_window: int | None = None
    times_seen: int = 0
    users_seen: int = 0


@dataclass
class Issue:
    """A grouped problem with all that happened to it."""

    id: str
    short_id: str
    project: Project
    first_seen_at: datetime
    last_seen_at: datetime
    title: str = ""
    culprit: str | None = None
    level: str = "error"
    platform: str | None = None
    type: str = "error"
    metadata: Json = field(default_factory=dict[str, Any])
    issue_type: str = "error"
    issue_category: str = "error"
    priority: str | None = "high"
    logger: str | None = None
    is_unhandled: bool = True
    status: Status = Status.UNRESOLVED
    substatus: Substatus | None = Substatus.NEW
    status_details: Json = field(default_factory=dict[str, Any])
    count: int = 0
    unnamed_users: int = 0
    users: set[str] = field(default_factory=set[str])
    hashes: set[str] = field(default_factory=set[str])
    assignee: Person | Team | None = None
    events: list[Event] = field(default_factory=list[Event])
    event_ids: set[str] = field(default_factory=set[str])
    activity: list[Activity] = field(default_factory=list[Activity])
    links: list[Link] = field(default_factory=list[Link])
    snooze: Snooze | None = None
    forecast: int | None = None
    has_seen: bool = False
    is_bookmarked: bool = False

    @property
    def user_count(self) -> int:
        """How many people were affected; 0 for background jobs."""
        return self.unnamed_users + len(self.users)

    @property
    def notes(self) -> list[Activity]:
        """The comments, newest first."""
        return [item for item in reversed(self.activity) if item.type == "note"]

    def events_since(self, since_at: datetime) -> list[Event]:
        """The events at or after a moment."""
        return [event for event in self.events if event.at >= since_at]


@dataclass(frozen=True)
class Bell:
    """A webhook that a change causes; its body is built when it is sent, as Sentry does."""

    resource: str
    action: str
    issue_id: str
    actor: Actor = SENTRY
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    event: Event | None = None


def iso(at: datetime) -> str:
    """The API's spelling of a moment: UTC with `Z`."""
    return at.isoformat().replace("+00:00", "Z")
