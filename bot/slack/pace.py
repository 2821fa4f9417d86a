"""How fast Slack may be called: a bucket a channel for posts, one for all edits. Asked by `bot.slack.deliver`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

POSTS_A_SECOND = 1.0
"""Slack takes about one message a second a channel; short bursts pass (rate limits, "posting messages")."""
POST_BURST = 4
EDITS_A_SECOND = 45 / 60
"""chat.update is tier 3: about 50 a minute over all channels; a little is left for the answers to people."""
EDIT_BURST = 20
"""Ours: a minute may begin with this many; Slack lets short bursts pass, and its 429 is obeyed."""


class Bucket:
    """A token bucket over a monotonic clock in seconds."""

    def __init__(self, rate: float, burst: int, monotonic: Callable[[], float]) -> None:
        self._rate, self._burst, self._monotonic = rate, float(burst), monotonic
        self._tokens, self._at = float(burst), monotonic()
        self._closed_until = 0.0

    def ready_in(self) -> float:
        """Seconds until the next call may go."""
        self._refill()
        pause = max(0.0, self._closed_until - self._monotonic())
        return max(pause, 0.0 if self._tokens >= 1 else (1 - self._tokens) / self._rate)

    def take(self) -> None:
        self._refill()
        self._tokens -= 1

    def close_for(self, seconds: float) -> None:
        """Slack asked for a pause: nothing goes before it is over."""
        self._closed_until = max(self._closed_until, self._monotonic() + seconds)
        self._tokens = min(self._tokens, 1.0)

    def _refill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Pace:
    """The buckets of one bot. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._channels: dict[str, Bucket] = {}
        self._edits = Bucket(EDITS_A_SECOND, EDIT_BURST, monotonic)

    def _bucket(self, channel: str, *, edit: bool) -> Bucket:
        if edit:
            return self._edits
        if channel not in self._channels:
            self._channels[channel] = Bucket(POSTS_A_SECOND, POST_BURST, self._monotonic)
        return self._channels[channel]

    def ready_in(self, channel: str, *, edit: bool) -> timedelta:
        with self._lock:
            return timedelta(seconds=self._bucket(channel, edit=edit).ready_in())

    def take(self, channel: str, *, edit: bool) -> None:
        with self._lock:
            self._bucket(channel, edit=edit).take()

    def close_for(self, channel: str, pause: timedelta, *, edit: bool) -> None:
        with self._lock:
            self._bucket(channel, edit=edit).close_for(pause.total_seconds())
