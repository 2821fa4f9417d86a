"""Slack's rate limits, when they are switched on; asked by the local Web API before each call."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

# https://docs.slack.dev/apis/web-api/rate-limits
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
MINUTE = 60.0
POSTS_PER_SECOND = 1.0  # chat.postMessage, per channel
POST_BURST = 3.0  # "short bursts" are let through; three is what this workspace allows


class Pace:
    """Counts calls and says how long the next has to wait."""

    def __init__(self, machine: Callable[[], float]) -> None:
        """`machine` is the machine's clock in seconds."""
        self._machine = machine
        self._posts: dict[str, tuple[float, float]] = {}  # channel -> tokens, as of
        self._calls: dict[str, deque[float]] = {}

    def wait_for_post(self, channel_id: str) -> int:
        """Counts a post to this channel: 0 when it may go, else the whole seconds to wait."""
        now = self._machine()
        tokens, since = self._posts.get(channel_id, (POST_BURST, now))
        tokens = min(POST_BURST, tokens + max(0.0, now - since) * POSTS_PER_SECOND)
        if tokens < 1:
            self._posts[channel_id] = (tokens, now)
            return math.ceil((1 - tokens) / POSTS_PER_SECOND)
        self._posts[channel_id] = (tokens - 1, now)
        return 0

    def wait_for_call(self, method: str, tier: int) -> int:
        """Counts a call of this method: 0 when it may go, else the whole seconds to wait."""
        now = self._machine()
        recent = self._calls.setdefault(method, deque())
        while recent and now - recent[0] >= MINUTE:
            recent.popleft()
        if len(recent) >= TIERS[tier]:
            return max(1, math.ceil(MINUTE - (now - recent[0])))
        recent.append(now)
        return 0
