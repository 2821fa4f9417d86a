"""A desk for tests of use cases: the memory store, a clock moved by hand, the shipped rules; no Slack, no Sentry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.config.calendar import make_calendar
from bot.domain.effects import Effect
from bot.domain.policy import Policy
from bot.domain.rotation import Rotation
from bot.domain.rules import Rules
from bot.ports import Store
from bot.services.desk import Desk
from bot.services.roster import roster_of
from bot.stores.memory import MemoryStore
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, the_rules


class HandClock:
    """Both hands stand where the test puts them."""

    def __init__(self, at: datetime = MONDAY_1140) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at


WEEKDAYS = {0: (AIKO, BEN), 1: (BEN, CHIKA), 2: (CHIKA, AIKO), 3: (AIKO, CHIKA), 4: (BEN, AIKO)}


class Team:
    """A desk with its parts in reach."""

    def __init__(
        self, at: datetime = MONDAY_1140, rules: Rules | None = None, after_hours: tuple[str, ...] = ()
    ) -> None:
        self.clock = HandClock(at)
        self.store: Store = MemoryStore()
        self.rules = rules or the_rules()
        self.gone: set[str] = set()
        self.calendar = make_calendar(self.rules)
        self.rotation = Rotation(WEEKDAYS, backup=(CHIKA,), team=(AIKO, BEN, CHIKA), after_hours=after_hours)
        self.desk = Desk(self.store, self.clock, self.policy, wake=lambda: None, refresh_policy=lambda: None)

    def policy(self) -> Policy:
        roster = roster_of(self.store)
        return Policy(
            self.rules,
            self.calendar,
            self.rotation,
            absent=lambda user, day: user in self.gone or roster.is_away(user, day),
            swaps=roster.taken,
        )

    def said(self, kind: type[Effect]) -> list[Effect]:
        """All effects of a kind that were ever saved, in order."""
        found = [
            saved.effect
            for service in ("slack", "sentry")
            for saved in self.store.due(service, datetime.max.replace(tzinfo=UTC), 100_000)  # type: ignore[arg-type]
        ]
        return [effect for effect in found if isinstance(effect, kind)]

    def put(self, alert: object) -> None:
        with self.store.change() as change:
            change.save(replace(alert))  # type: ignore[type-var]
