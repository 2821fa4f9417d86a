"""Faults on purpose: the next calls of a method that go wrong; set by tests and drills, asked by the local Web API."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

EVERY_METHOD = "*"


@dataclass(frozen=True)
class Fault:
    """One call that goes wrong: refused by `error`, answered by `status`, late by `delay` seconds, its reply lost."""

    error: str | None = None
    status: int | None = None
    retry_after: int | None = None  # seconds
    lose_reply: bool = False
    delay: float | None = None


class Faults:
    """The faults still to come, by method."""

    def __init__(self) -> None:
        """None yet."""
        self._lock = threading.Lock()
        self._coming: dict[str, deque[Fault]] = {}

    def plan(self, method: str, fault: Fault, times: int) -> None:
        """The next `times` calls of this method (`*`: of any) go wrong so."""
        with self._lock:
            self._coming.setdefault(method, deque()).extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        """The fault for this call, which is then used up."""
        with self._lock:
            for name in (method, EVERY_METHOD):
                if coming := self._coming.get(name):
                    return coming.popleft()
        return None

    def clear(self) -> None:
        """No faults any more."""
        with self._lock:
            self._coming.clear()
