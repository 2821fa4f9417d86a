"""Measures that take turns, and the figures made of them. For the measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence


def in_turns(
    kinds: Mapping[str, Callable[[int], float]], rounds: int, warm: int = 0
) -> dict[str, list[float]]:
    """Each kind once a round, one after another, so that the machine's noise meets all; `warm` rounds go uncounted."""
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(warm + rounds):
        for name, once in kinds.items():
            took = once(number)
            if number >= warm:
                seconds[name].append(took)
    return seconds


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: of few values, p99 is the largest."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
