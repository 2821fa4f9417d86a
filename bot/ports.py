"""What the use cases ask of the outside: a store, a clock, deliverers, a reader of issues. Built in `app.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.domain.alert import Alert, AlertState, MessageRef
from bot.domain.decision import Answers
from bot.domain.effects import Effect, SavedEffect, Service
from bot.domain.entries import Entry
from bot.domain.guiding import Example
from bot.domain.receipts import IssueSnapshot, Receipt


class Clock(Protocol):
    """Two hands: `now` is what people mean by time and may be moved; `machine` is the machine's own and may not."""

    def now(self) -> datetime:
        """The business clock, aware UTC: deadlines, rotation, jobs."""
        ...

    def machine(self) -> datetime:
        """The machine's clock, aware UTC: signatures, pacing, retries, leases."""
        ...


@dataclass(frozen=True)
class Person:
    """Someone in the workspace, as Slack told it at `checked_at` (machine time)."""

    user_id: str
    name: str
    email: str | None = None
    locale: str = "en-US"
    is_active: bool = True
    is_guest: bool = False
    is_bot: bool = False
    team_id: str | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True)
class Backlog:
    """How the outbox stands, for `/healthz` and `/metrics`."""

    waiting: int
    failing: int
    given_up: int
    oldest_failing_since: datetime | None
    last_error: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of `triage check`: a part, what was found there, and for a failure or a warning what to do."""

    part: str
    state: Literal["ok", "warning", "failed"]
    what: str
    remedy: str = ""

    @classmethod
    def passed(cls, part: str, what: str) -> Finding:
        return cls(part, "ok", what)

    @classmethod
    def warned(cls, part: str, what: str, remedy: str) -> Finding:
        return cls(part, "warning", what, remedy)

    @classmethod
    def failed(cls, part: str, what: str, remedy: str) -> Finding:
        return cls(part, "failed", what, remedy)

    @property
    def is_failure(self) -> bool:
        return self.state == "failed"

    def told(self) -> str:
        """One line for a terminal, with the remedy below it."""
        line = f"{self.state:<8} {self.part:<10} {self.what}"
        return f"{line}\n{'':<8} {'':<10} -> {self.remedy}" if self.remedy else line

    def record(self) -> dict[str, str]:
        return {"part": self.part, "state": self.state, "what": self.what, "remedy": self.remedy}


@dataclass(frozen=True)
class Decided:
    """One decision of the log with the round that it was made on, as that stands now."""

    entry: Entry
    alert: Alert
    part: float
    """How much of the log has been gone through, from 0 to 1."""


class Reading(Protocol):
    """The questions that a store answers. No answer changes when a later write fails."""

    def alert(self, alert_id: str) -> Alert | None: ...

    def latest_round(self, issue_id: str) -> Alert | None:
        """The newest round of an issue, wherever it is kept."""
        ...

    def rounds(self, issue_id: str) -> list[Alert]:
        """All rounds of an issue, oldest first."""
        ...

    def alike(self, keys: Sequence[str], limit: int) -> list[Alert]:
        """Rounds that share a key of `face_keys`, of each cause one: those that share most first, then the newest.

        Its cost does not grow with the number of rounds that are kept.
        """
        ...

    def alerts(self, states: Iterable[AlertState] | None = None) -> list[Alert]:
        """The alerts in memory's hot window in these states (all states when None), oldest arrival first."""
        ...

    def alert_at(self, ref: MessageRef) -> str | None:
        """The id of the alert that this message of ours (a card or a line in its thread) belongs to."""
        ...

    def entries(self, *, issue_id: str | None = None, limit: int | None = None) -> list[Entry]:
        """The decision log, oldest first; with a limit the newest ones."""
        ...

    def examples(self, given: Answers, *, besides: str = "", limit: int = 1) -> list[Example]:
        """The newest decisions of each round that teach something (`guiding.teaches`), newest first.

        Only those with the answers that `given` has; none of the issue `besides`.
        """
        ...

    def decided(self) -> Iterator[Decided]:
        """Each decision whose round is kept, drills left out, in the order of writing; ask nothing else meanwhile."""
        ...

    def effect(self, effect_id: str) -> SavedEffect | None: ...

    def effects_of(self, alert_id: str) -> list[SavedEffect]:
        """The effects of one alert, in the order of their making, done ones included until they are swept."""
        ...

    def due(self, service: Service, at: datetime, limit: int) -> list[SavedEffect]:
        """Waiting effects due at this machine time: urgent ones first, then in the order of their making."""
        ...

    def next_due_at(self, service: Service, after: datetime | None = None) -> datetime | None:
        """When the next waiting effect of this service is due, machine time; with `after` only those due later."""
        ...

    def backlog(self, service: Service) -> Backlog: ...

    def given_up(self, service: Service) -> list[SavedEffect]:
        """The effects that are no longer tried, in the order of their making."""
        ...

    def person(self, user_id: str) -> Person | None: ...

    def people(self) -> list[Person]: ...

    def value(self, name: str) -> str | None:
        """A small named value that outlives a restart: watermark, installation id, digests."""
        ...


class Change(Reading, Protocol):
    """One transaction: its questions see its own writes; all of it is durable when the block ends, or none."""

    def save(self, alert: Alert) -> None: ...

    def add(
        self, effect: Effect, at: datetime, *, urgent: bool = False, due_at: datetime | None = None
    ) -> None:
        """Save an effect at machine time `at`. One that is already saved is left alone, or armed again if renewed."""
        ...

    def update_effect(self, saved: SavedEffect) -> None: ...

    def log(self, entry: Entry) -> None:
        """Write to the decision log; an entry whose id is there already changes nothing."""
        ...

    def save_person(self, person: Person) -> None: ...

    def set_value(self, name: str, value: str) -> None: ...

    def first_time(self, key: str, at: datetime) -> bool:
        """Whether this key (a delivery, a click) is new; it is remembered for `SEEN_FOR`."""
        ...

    def place(self, ref: MessageRef, alert_id: str) -> None:
        """Remember that this message belongs to this alert."""
        ...

    def sweep(self, at: datetime) -> None:
        """Forget what is only of use for a while: seen keys, done effects, closed alerts in memory."""
        ...


SEEN_FOR = timedelta(days=7)
"""How long deliveries and clicks are remembered: Sentry's published integrations retry within 15 minutes, Slack's
events within 5; a week leaves room for a replay by hand."""

DONE_FOR = timedelta(days=7)
"""How long done effects are kept, to answer "did it happen"; given-up ones stay until mended."""

HOT_FOR = timedelta(days=30)
"""How long a round that is over stays in memory; its facts stay in the file for ever."""


class Store(Reading, Protocol):
    """Keeps everything. One writer at a time; readers never wait for a writer longer than one commit."""

    def change(self) -> AbstractContextManager[Change]:
        """Begin a transaction; an exception in the block undoes it. Raises StoreUnavailable when it cannot commit."""
        ...

    def is_writable(self) -> bool:
        """Whether a change could be committed now; for `/healthz`."""
        ...

    def backup(self) -> str | None:
        """Make the nightly copy and return where it lies, or None for a store that has none."""
        ...

    def close(self) -> None: ...


class TryLater(Exception):  # noqa: N818 - a course of action, not a failure of ours
    """The world did not take the effect now; try again after `after`, or by the outbox's own back-off when None."""

    def __init__(self, why: str, after: timedelta | None = None, *, sent: bool = True) -> None:
        super().__init__(why)
        self.after = after
        self.sent = sent
        """Whether the call may have happened although no answer came (a lost reply); False after a clear refusal."""


class Refused(Exception):  # noqa: N818 - as above
    """The world will never take this effect as it is; it is given up visibly, with this reason."""


class Deliverer(Protocol):
    """Carries effects of one service into the world."""

    service: Service

    def deliver(self, saved: SavedEffect, alert: Alert | None) -> Receipt:
        """Do it, once. `saved.attempts > 0` with `begun_at` set means an earlier call may have happened: look first.

        Raises TryLater or Refused; anything else is a defect and is retried and reported.
        """
        ...

    def ready_in(self, saved: SavedEffect) -> timedelta:
        """How long the pace (messages a second, requests a second) asks this effect to wait; zero when it may go."""
        ...


class PeopleSource(Protocol):
    """Asks Slack who someone is. Raises TryLater when it does not answer, Refused when it will not."""

    def by_id(self, user_id: str) -> Person | None: ...

    def by_email(self, email: str) -> Person | None: ...


class IssueReader(Protocol):
    """Reads issues from Sentry for the poll and the commands. Raises TryLater or Refused."""

    def unresolved(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterable[IssueSnapshot]:
        """Unresolved issues of all projects, last seen first, down to those last seen before `since`.

        With `environments` only those that were seen in one of them.
        """
        ...

    def archived(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterable[IssueSnapshot]:
        """Archived issues, as `unresolved`."""
        ...

    def issue(self, issue_id: str) -> IssueSnapshot | None: ...


__all__ = [
    "DONE_FOR",
    "HOT_FOR",
    "SEEN_FOR",
    "Backlog",
    "Change",
    "Clock",
    "Decided",
    "Deliverer",
    "Finding",
    "IssueReader",
    "PeopleSource",
    "Person",
    "Reading",
    "Refused",
    "Store",
    "TryLater",
]
