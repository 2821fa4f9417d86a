"""A desk for tests of use cases: the memory store, a clock that stands, the test team's policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.effects import EffectState
from bot.domain.receipts import IssueSnapshot
from bot.domain.rules import Rules
from bot.ports import TryLater
from bot.services.desk import Actor, Desk
from bot.stores.memory import MemoryStore
from tests.builders import AIKO, BEN, a_policy
from tests.fakes import FakeClock

AIKO_ACTS, BEN_ACTS = Actor(AIKO, "Aiko Tanaka"), Actor(BEN, "Ben Mori")


def a_desk(rules: Rules | None = None, clock: FakeClock | None = None) -> Desk:
    policy = a_policy(rules)
    return Desk(
        MemoryStore(), clock or FakeClock(), lambda: policy, wake=lambda: None, refresh_policy=lambda: None
    )


def waiting(desk: Desk) -> list[str]:
    """The kinds of all effects that wait, in the order of their making."""
    found = [e for a in desk.store.alerts() for e in desk.store.effects_of(a.id)]
    return [e.effect.kind for e in found if e.state is EffectState.WAITING]


@dataclass
class FakeReader:
    """A Sentry that lists what a test gives it, and remembers what it was asked."""

    issues: list[IssueSnapshot] = field(default_factory=list[IssueSnapshot])
    asked: list[tuple[datetime | None, tuple[str, ...]]] = field(
        default_factory=list[tuple[datetime | None, tuple[str, ...]]]
    )
    archive_asked: list[datetime | None] = field(default_factory=list[datetime | None])
    is_silent: bool = False

    def unresolved(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterable[IssueSnapshot]:
        self.asked.append((since, tuple(environments)))
        for issue in self.issues:
            if since and issue.last_seen_at and issue.last_seen_at < since:
                return
            yield issue
        if self.is_silent:
            raise TryLater("Sentry does not answer")

    def archived(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterable[IssueSnapshot]:
        self.archive_asked.append(since)
        archived = [issue for issue in self.issues if issue.status == "ignored"]
        return [i for i in archived if not (since and i.last_seen_at and i.last_seen_at < since)]

    def issue(self, issue_id: str) -> IssueSnapshot | None:
        return next((issue for issue in self.issues if issue.issue_id == issue_id), None)
