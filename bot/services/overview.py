"""Use case: how the bot stands: whether it can receive, what is late, what was given up. For `/healthz` and `check`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.effects import Service
from bot.ports import Clock, Store

FAILING_AFTER = timedelta(seconds=30)
"""A fault stands in `/healthz` within 60 s (promise I8): the outbox retries within seconds, so half of that is safe."""
PROBED_FOR = timedelta(seconds=5)
"""How long one probe of the store is believed."""


@dataclass
class Overview:
    """Asked by the web doors; knows nothing of HTTP."""

    store: Store
    clock: Clock
    is_running: Callable[[], bool]
    parts_alive: Callable[[], dict[str, bool]]
    unresolved_people: Callable[[], tuple[str, ...]]
    _probed_well_at: datetime | None = field(default=None)

    def can_receive(self) -> tuple[bool, str]:
        """Whether a webhook would be kept now, and why not."""
        if not self.is_running():
            return False, "starting or stopping"
        if not self._is_writable():
            return False, "the store takes no writes (disk full, read-only, or gone)"
        return True, ""

    def degraded(self) -> dict[str, str]:
        """What is not well although alerts are received: part -> why, in words for an operator."""
        found: dict[str, str] = {}
        now = self.clock.machine()
        for service in Service:
            backlog = self.store.backlog(service)
            since = backlog.oldest_failing_since
            if since is not None and now - since >= FAILING_AFTER:
                found[service.value] = (
                    f"{backlog.failing} deliveries failing since {since.isoformat(timespec='seconds')}: "
                    f"{backlog.last_error}"
                )
            if backlog.given_up:
                found[f"{service.value}_given_up"] = f"{backlog.given_up} given up: {backlog.last_error}"
        for part, alive in self.parts_alive().items():
            if not alive:
                found[part] = "not running"
        people = self.unresolved_people()
        if people:
            found["people"] = (
                f"{len(people)} named in rules.yaml are not found in Slack; `triage check` names them"
            )
        return found

    def _is_writable(self) -> bool:
        now = self.clock.machine()
        if self._probed_well_at is not None and now - self._probed_well_at < PROBED_FOR:
            return True
        well = self.store.is_writable()
        self._probed_well_at = now if well else None
        return well
