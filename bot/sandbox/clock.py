"""The demo's clock: its business hand is moved forward, its machine hand is the machine's; made by `stage.py`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

Run = Callable[[datetime], None]
"""Does what is due at this moment; the clock stands there meanwhile."""


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

    def move_to(self, at: datetime, run: Run, stops: Iterable[datetime] = ()) -> None:
        """Go forward to `at`, calling `run` at each of the stops on the way (in order) and at the end.

        The clock stands at each, and afterwards runs on if it ran before. Raises ValueError for a time that is past.
        """
        was_running = self.is_running
        for stop in (*stops, at):
            if stop < self.now():
                raise ValueError(f"the clock only goes forward: it is {self.now()}, asked for {stop}")
            self._stand_at(_aware(stop))
            run(stop)
        if was_running:
            self.run_on()

    def _now(self) -> datetime:
        return self._at if self._since is None else self._at + (self._machine() - self._since)

    def _stand_at(self, at: datetime) -> None:
        with self._lock:
            self._at, self._since = at, None


class Hurried:
    """Seconds for the pace of calls, as `time.monotonic` counts them, or many times as fast. Thread-safe."""

    FAST = 200.0
    """How many times as fast: the local services count no requests meanwhile."""

    def __init__(self, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._seen = time.monotonic()
        self._told = self._seen
        self._speed = speed

    def __call__(self) -> float:
        with self._lock:
            return self._now()

    def wait(self, seconds: float) -> None:
        """Sleep until so many of these seconds have passed, if the speed stays as it is."""
        time.sleep(seconds / self._speed)

    def hurry(self, on: bool) -> None:
        """From here on fast, or as the machine's clock goes."""
        with self._lock:
            self._now()
            self._speed = self.FAST if on else 1.0

    def _now(self) -> float:
        now = time.monotonic()
        self._told += (now - self._seen) * self._speed
        self._seen = now
        return self._told


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone says nothing")
    return at.astimezone(UTC)
