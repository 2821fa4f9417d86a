"""What the world answered to an effect, and an issue as Sentry tells it. Made by the deliverers, read by `follow`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alert import MessageRef
from bot.domain.facts import Facts
from bot.domain.rate import Past


@dataclass(frozen=True)
class Activity:
    """One entry of an issue's history in Sentry; `by_name` is empty when no person did it."""

    kind: str
    at: datetime
    by_name: str = ""
    by_email: str = ""


@dataclass(frozen=True)
class IssueSnapshot:
    """An issue as the API tells it."""

    issue_id: str
    short_id: str | None
    project: str | None
    title: str
    status: str
    substatus: str | None
    count: int | None
    user_count: int | None
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    level: str | None = None
    category: str | None = None
    issue_type: str | None = None
    culprit: str | None = None
    assignee: str | None = None
    assignee_email: str | None = None
    activity: tuple[Activity, ...] = ()
    past: Past = field(default_factory=Past)
    """Its events over time; empty where only a list told of it."""


@dataclass(frozen=True)
class Posted:
    """A message stands in Slack."""

    ref: MessageRef
    maybe_repeated: bool = False
    """An earlier attempt may have posted it too, and Slack could not be asked."""


@dataclass(frozen=True)
class Done:
    """It happened, and there is nothing to learn from it."""


@dataclass(frozen=True)
class Dropped:
    """It was not done, and needs not be: `why` names the newer act or the reason."""

    why: str


@dataclass(frozen=True)
class IssueRead:
    """The issue as it stands; `facts` when its newest event was read too; `gone` when Sentry has no such issue."""

    snapshot: IssueSnapshot | None
    facts: Facts | None = None


@dataclass(frozen=True)
class IssueEvent:
    """One event of an issue as the API tells it, without the project's slug."""

    id: str
    at: datetime
    facts: Facts


@dataclass(frozen=True)
class EventsRead:
    """Events of an issue, newest first; None when Sentry has no such issue."""

    events: tuple[IssueEvent, ...] | None
    is_complete: bool = True
    """Whether the reading came down to where it should; else it goes on below the last event."""


@dataclass(frozen=True)
class Screened:
    """What the newest event of a bare occurrence told; None when it could not be learned."""

    facts: Facts | None


@dataclass(frozen=True)
class StatusSet:
    """Sentry confirmed this status."""

    status: str
    substatus: str | None


@dataclass(frozen=True)
class MoreCases:
    """The issue was not resolved, for it had more cases than the response covered."""

    count: int
    snapshot: IssueSnapshot


@dataclass(frozen=True)
class NotAssigned:
    """No member of the Sentry organisation has the address, or Sentry refused the assignment."""

    why: str


Receipt = Posted | Done | Dropped | IssueRead | EventsRead | Screened | StatusSet | MoreCases | NotAssigned
