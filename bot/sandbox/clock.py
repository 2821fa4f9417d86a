"""The demo's clock: its business hand is moved forward, its machine hand is the machine's; made by `stage.py`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Run = Callable[[datetime], None]
"""Does what is due at this moment; the clock stands there meanwhile."""

HOUR = timedelta(hours=1)


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class DemoClock:
    """A clock for `bot.app.build`. It stands still until `run_on`, then runs with the machine's. Thread-safe."""

    def __init__(self, at: datetime, *, machine: Callable[[], datetime] = utc_now) -> None:
        self._machine = machine
        self._lock = threading.Lock()
        self._at = _aware(at)
        self._since: datetime | None = None

    def now(self) -> datetime:
        """The business time, aware UTC."""
        with self._lock:
            return self._now()

    def machine(self) -> datetime:
        """The machine's time, aware UTC; never moved."""
        return self._machine()

    @property
    def is_running(self) -> bool:
        """Whether the business time goes on by itself."""
        return self._since is not None

    def run_on(self) -> None:
        """From here the business time goes on as fast as the machine's."""
        with self._lock:
            self._at, self._since = self._now(), self._machine()

    def move_to(self, at: datetime, run: Run) -> None:
        """Go forward to `at`, calling `run` at each whole hour on the way and at the end.

        The clock stands on the way, and afterwards runs on if it ran before. Raises ValueError for a time that is past.
        """
        was_running = self.is_running
        at = _aware(at)
        if at < self.now():
            raise ValueError(f"the clock only goes forward: it is {self.now()}, asked for {at}")
        while (mark := _next_hour(self.now())) < at:
            self._stand_at(mark)
            run(mark)
        self._stand_at(at)
        run(at)
        if was_running:
            self.run_on()

    def _now(self) -> datetime:
        return self._at if self._since is None else self._at + (self._machine() - self._since)

    def _stand_at(self, at: datetime) -> None:
        with self._lock:
            self._at, self._since = at, None


def _next_hour(at: datetime) -> datetime:
    """The whole hour after `at`; deadlines, openings and the morning ping lie on whole hours."""
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone says nothing")
    return at.astimezone(UTC)
