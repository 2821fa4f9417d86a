"""One fake a port, each with a memory that tests ask: a clock that stands, a deliverer that notes its calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.alert import Alert, MessageRef
from bot.domain.effects import PostCard, SavedEffect, Say, Service
from bot.domain.receipts import Done, Posted, Receipt
from tests.builders import MONDAY_1140

CHANNEL = "C0ALERTS"


class FakeClock:
    """Both hands stand until `advance` moves them together."""

    def __init__(self, at: datetime = MONDAY_1140) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


class FakeDeliverer:
    """Delivers everything at once, except where a test planned otherwise, and remembers each call in order."""

    def __init__(self, service: Service = Service.SLACK) -> None:
        self.service = service
        self.calls: list[SavedEffect] = []
        self.waits: dict[str, timedelta] = {}
        self.meanwhile: Callable[[SavedEffect], None] = lambda _saved: None
        """Called while a delivery is under way: what the world or a person does meanwhile."""
        self._planned: dict[str, list[BaseException]] = {}

    def plan(self, effect_id: str, *failures: BaseException) -> None:
        """The next calls for this effect fail so, one after another; after them it is delivered."""
        self._planned.setdefault(effect_id, []).extend(failures)

    def ready_in(self, saved: SavedEffect) -> timedelta:
        return self.waits.get(saved.id, timedelta(0))

    def deliver(self, saved: SavedEffect, alert: Alert | None) -> Receipt:
        self.calls.append(saved)
        self.meanwhile(saved)
        if self._planned.get(saved.id):
            raise self._planned[saved.id].pop(0)
        if isinstance(saved.effect, PostCard | Say):
            return Posted(MessageRef(CHANNEL, f"1762050000.{len(self.calls):06d}"))
        return Done()

    @property
    def called(self) -> list[str]:
        """The ids of all calls, in order."""
        return [saved.id for saved in self.calls]
