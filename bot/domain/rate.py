"""How often an issue happens now, held against its own past. Asked by `following` when Sentry has told its counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FEWEST_EVENTS = 20
"""Events in the hour or day under way, below which nothing is unusual; ours: a handful is Medium at the most, and
a person looks at it anyway."""
UNUSUAL_TIMES = 10
"""From how many times the usual on a rate is suspected to be Large; ours: a busy noon is three or four times a day's
mean, so ten is none of the day's own ups and downs."""
FEWEST_PAST = 3
"""Whole hours or days of its own past that an issue needs to have something usual; ours: two are no habit."""
LOUDER_TIMES = 2
"""How many times the number said last a rate must reach to be said again after a person has judged; ours."""


@dataclass(frozen=True)
class Bucket:
    """How many events came in the hour or day that begins at `at`."""

    at: datetime
    count: int


@dataclass(frozen=True)
class Past:
    """An issue's events over time as Sentry counts them, oldest first; the last bucket is the one under way."""

    hours: tuple[Bucket, ...] = ()
    days: tuple[Bucket, ...] = ()


@dataclass(frozen=True)
class Live:
    """What is known of an alert's numbers now; None is "not known" and never read as none."""

    events: int | None = None
    users: int | None = None
    times: int | None = None
    """How many times the usual, where that is unusual."""


def times_usual(past: Past, first_seen_at: datetime | None) -> int | None:
    """How many times its usual number an issue has in the hour or the day under way, whichever is more; a whole number.

    None where nothing can be said: fewer than FEWEST_EVENTS now, or no past of its own to compare with. The hour or
    day under way is not over yet, so that what is said is rather too little.
    """
    found = [
        now.count // max(usual, 1)
        for now, usual in (_hour(past, first_seen_at), _day(past, first_seen_at))
        if now is not None and usual is not None and now.count >= FEWEST_EVENTS
    ]
    return int(max(found)) if found else None


def is_unusual(times: int | None, told: int | None = None) -> bool:
    """Whether that many times the usual must be said; `told` is the number said before, for which it must be louder."""
    return times is not None and times >= max(UNUSUAL_TIMES, LOUDER_TIMES * (told or 0))


def _hour(past: Past, first_seen_at: datetime | None) -> tuple[Bucket | None, float | None]:
    """The hour under way and the usual hour: by the last day's hours or the last month's days, whichever is more."""
    if not past.hours:
        return None, None
    by_hours = _mean(past.hours, first_seen_at)
    by_days = _mean(past.days, first_seen_at)
    known = [
        one for one in (by_hours, by_days / (DAY / HOUR) if by_days is not None else None) if one is not None
    ]
    return past.hours[-1], max(known, default=None)


def _day(past: Past, first_seen_at: datetime | None) -> tuple[Bucket | None, float | None]:
    return (past.days[-1], _mean(past.days, first_seen_at)) if past.days else (None, None)


def _mean(buckets: tuple[Bucket, ...], first_seen_at: datetime | None) -> float | None:
    """The mean of the whole buckets since the issue was first seen; None while there are too few."""
    whole = [one.count for one in buckets[:-1] if first_seen_at is None or one.at >= first_seen_at]
    return sum(whole) / len(whole) if len(whole) >= FEWEST_PAST else None
