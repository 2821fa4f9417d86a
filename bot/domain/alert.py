"""What an alert is: one round of one Sentry issue that needs a person to judge it. Read by every floor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.cause import Cause
from bot.domain.checklist import Checklist
from bot.domain.decision import Decision
from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.likeness import Twin
from bot.domain.match import Suggestion


class AlertState(StrEnum):
    """Where an alert stands; the README's diagram names these states and `tests/test_docs.py` compares the two."""

    OPEN = "open"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    NOT_OURS = "not_ours"
    RESPONDED = "responded"
    CLOSED = "closed"


class Source(StrEnum):
    """By which door an occurrence came."""

    EVENT_ALERT = "event_alert"
    ISSUE_CREATED = "issue_created"
    METRIC_ALERT = "metric_alert"
    POLL = "poll"
    IMPORT = "import"
    PERSON = "person"
    """Made by hand out of a message that was no alert."""


WITHOUT_ISSUE = (Source.METRIC_ALERT, Source.PERSON)
"""Alerts behind which no Sentry issue stands: nothing is read from or written to one."""


class Suspicion(StrEnum):
    """Why an alert may be Large; said loudly, decided by a person."""

    ESCALATING = "escalating"
    OUTAGE = "outage"
    ERROR_RATE = "error_rate"
    UNUSUAL_RATE = "unusual_rate"
    """Far more events than this issue has usually; `Alert.times_usual` has the number."""


class Return(StrEnum):
    """Why an issue came back and opened a new round."""

    REGRESSED = "regressed"
    ESCALATING = "escalating"
    UNARCHIVED = "unarchived"
    REOPENED = "reopened"
    OTHER_CAUSE = "other_cause"
    """Archived for one cause, and now seen from another: Sentry itself says nothing."""


@dataclass(frozen=True)
class Occurrence:
    """One occurrence as a door tells it: the issue, its facts, and what was learned of its numbers."""

    issue_id: str
    source: Source
    facts: Facts
    occurred_at: datetime
    short_id: str | None = None
    count: int | None = None
    user_count: int | None = None
    status: str | None = None
    substatus: str | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    suspicions: tuple[Suspicion, ...] = ()
    link_path: str | None = None
    """For a metric alert, which is no issue: the path below the organisation's base that shows it."""
    drill: str = ""
    """The id of the drill that invented it; only the register of drills gives it, never a body."""


@dataclass(frozen=True)
class MessageRef:
    """A message in Slack: a channel id and the message's ts, which is a string."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Comeback:
    """Why this round was opened, and what was decided in the one before."""

    why: Return
    level: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    old: Cause | None = None
    """For another cause behind an archive: what the archive was decided for, by what differs."""
    new: Cause | None = None
    cases: int = 0
    """Events of the new cause that have been read."""
    since: datetime | None = None
    """When the first of them happened."""


@dataclass(frozen=True)
class Consultation:
    """An open or settled question to the others about this alert."""

    id: str
    by: str
    by_name: str
    asked_at: datetime
    words: str = ""
    nudged_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Closing:
    """How a round ended: by whom (a display name, or nobody), where, and when."""

    why: str
    at: datetime
    by_name: str = ""


@dataclass(frozen=True)
class Alert:
    """One round of one issue, from its arrival to its closing. Changed only by the rules of `bot.domain`."""

    id: str
    issue_id: str
    round: int
    state: AlertState
    source: Source
    facts: Facts
    arrived_at: datetime
    judge_by_at: datetime
    owner: str | None = None
    backups: tuple[str, ...] = ()
    after_hours: bool = False
    short_id: str | None = None
    link_path: str | None = None
    count: int | None = None
    user_count: int | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    issue_status: str | None = None
    issue_substatus: str | None = None
    assignee: str | None = None
    step: str | None = None
    step_by: str | None = None
    suggestion: Suggestion = field(default_factory=Suggestion)
    suspicions: tuple[Suspicion, ...] = ()
    decision: Decision | None = None
    history: tuple[Decision, ...] = ()
    respond_by_at: datetime | None = None
    first_respond_by_at: datetime | None = None
    extensions: int = 0
    cases_told: int | None = None
    cases_told_at: datetime | None = None
    responded_at: datetime | None = None
    responded_by: str | None = None
    cases_done: int | None = None
    comeback: Comeback | None = None
    closing: Closing | None = None
    card: MessageRef | None = None
    maybe_repeated: bool = False
    """Whether the card may stand in the channel twice: it goes on saying so through all its edits."""
    sentry_silent_since: datetime | None = None
    consultation: Consultation | None = None
    reminded_for: datetime | None = None
    """The deadline that has been reminded of."""
    chases: int = 0
    chased_on: date | None = None
    """The business day of the last chase, in the team's zone: one a day at the most."""
    suspected_at: datetime | None = None
    nudges: int = 0
    nudged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    """Who first pressed a button on a large or suspected large one."""
    twin: Twin | None = None
    """The earlier alert that this one could be taken for."""
    last_call: str | None = None
    """The effect id of the last reminder, chase or nudge whose buttons still stand."""
    incident: Incident | None = None
    """How it is handled, once it was declared Large; kept after it is restored."""
    checklists: tuple[Checklist, ...] = ()
    """The runbook checklists in its thread, in the order of posting."""
    times_usual: int | None = None
    """How many times the usual its events came when that was said last."""
    drill: str = ""
    """The id of the drill that invented it; empty for real ones. No customer is affected, no figure counts it."""

    @property
    def has_issue(self) -> bool:
        """Whether a Sentry issue stands behind it, of which something can be read and into which written."""
        return self.source not in WITHOUT_ISSUE and not self.drill

    @property
    def is_drill_over(self) -> bool:
        """Invented by a drill that has ended: nothing can be decided about it any more."""
        return bool(self.drill) and self.state is AlertState.CLOSED

    @property
    def is_suspected_large(self) -> bool:
        """Suspected and not yet judged by a person since."""
        return bool(self.suspicions)

    @property
    def is_urgent(self) -> bool:
        """Goes to the front of every queue."""
        return self.is_suspected_large or self.state is AlertState.LARGE

    @property
    def is_waiting_for_response(self) -> bool:
        return self.state in (AlertState.MEDIUM, AlertState.LARGE)

    @property
    def is_over(self) -> bool:
        """Nothing more is awaited from a person in this round."""
        return self.state in (AlertState.SMALL, AlertState.NOT_OURS, AlertState.RESPONDED, AlertState.CLOSED)

    @property
    def effective_step(self) -> str | None:
        """The step a person chose, else the suggested one."""
        return self.step or self.suggestion.step

    @property
    def is_discussed(self) -> bool:
        """A question about it is open."""
        return self.consultation is not None and self.consultation.settled_at is None

    @property
    def leads_incident(self) -> bool:
        """Large, with an incident that is being handled: other alerts may be part of it."""
        return self.state is AlertState.LARGE and self.incident is not None and self.incident.is_open

    @property
    def part_of(self) -> str:
        """The id of the alert whose incident it is part of; empty where it stands for itself."""
        return self.decision.part_of if self.decision else ""

    @property
    def display_id(self) -> str:
        """The short id once it is known, else the issue's number."""
        return self.short_id or self.issue_id


def alert_id(issue_id: str, round_number: int) -> str:
    """The id of a round: the same occurrence told twice names the same alert, so nothing is created twice."""
    return f"{issue_id}-{round_number}"
