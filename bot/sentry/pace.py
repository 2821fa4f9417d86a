"""How fast Sentry may be called: one bucket for all requests. Asked by the client and the deliverer."""

from __future__ import annotations

import threading
from collections.abc import Callable

REQUESTS_A_SECOND = 4.0
"""Sentry allows 5 a second to each endpoint of an organisation, all integrations together; one is left to others."""


class Pace:
    """Spaces requests evenly over a monotonic clock in seconds. Thread-safe; it never sleeps."""

    def __init__(self, monotonic: Callable[[], float], rate: float = REQUESTS_A_SECOND) -> None:
        self._monotonic = monotonic
        self._gap = 1 / rate
        self._free_at = monotonic()
        self._lock = threading.Lock()

    def take(self) -> None:
        """A request goes out now. One that did not wait makes the next one wait longer."""
        with self._lock:
            self._free_at = max(self._free_at, self._monotonic()) + self._gap

    def ready_in(self) -> float:
        """Seconds until the next request may go; 0 when it may go now."""
        with self._lock:
            return max(0.0, self._free_at - self._monotonic())

    def hold(self, seconds: float) -> None:
        """Sentry asked for a pause: nothing goes before it is over."""
        with self._lock:
            self._free_at = max(self._free_at, self._monotonic() + seconds)
