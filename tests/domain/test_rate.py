"""How many times the usual an issue happens, and when that is worth a loud word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.rate import DAY, FEWEST_EVENTS, HOUR, UNUSUAL_TIMES, Bucket, Past, is_unusual, times_usual

NOW = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)


def row(length: timedelta, counts: list[int]) -> tuple[Bucket, ...]:
    """Buckets that end with the one under way."""
    last = NOW.replace(minute=0) if length == HOUR else NOW.replace(hour=0, minute=0)
    return tuple(Bucket(last - length * (len(counts) - 1 - n), count) for n, count in enumerate(counts))


def past(hours: list[int], days: list[int]) -> Past:
    return Past(row(HOUR, hours), row(DAY, days))


@pytest.mark.parametrize(
    ("hours", "days", "times"),
    [
        pytest.param([2] * 23 + [60], [48] * 29 + [64], 30, id="an hour of thirty usual ones"),
        pytest.param([2] * 24, [2] * 30, None, id="too few to speak of"),
        pytest.param([30] * 24, [720] * 30, 1, id="many, as ever"),
        pytest.param([0] * 23 + [19], [0] * 29 + [19], None, id="one below the fewest"),
        pytest.param(
            [0] * 23 + [20], [0] * 29 + [20], 20, id="from silence each hour counts as one usual event"
        ),
        pytest.param(
            [0] * 20 + [40, 40, 40, 40], [48] * 30, 7, id="an outbreak of some hours is held against them"
        ),
        pytest.param([40] * 24, [960] + [48] * 28 + [960], 12, id="a day of twelve usual ones, by the day"),
        pytest.param([], [], None, id="no counts at all"),
        pytest.param([60], [], None, id="an hour without a past"),
    ],
)
def test_an_old_issue_is_held_against_its_month_and_its_day(
    hours: list[int], days: list[int], times: int | None
) -> None:
    assert times_usual(past(hours, days), LONG_AGO) == times


def test_a_young_issue_is_held_against_its_own_hours_only() -> None:
    first = NOW.replace(minute=0) - 4 * HOUR
    young = past([0] * 19 + [5, 5, 5, 5, 100], [0] * 29 + [120])

    assert times_usual(young, first) == 20
    assert times_usual(young, LONG_AGO) == 120, (
        "held against days and hours before it existed it would be more"
    )


def test_an_issue_without_three_whole_hours_of_its_own_has_nothing_usual() -> None:
    first = NOW.replace(minute=0) - 3 * HOUR + timedelta(minutes=1)

    assert times_usual(past([0] * 20 + [5, 5, 5, 500], [0] * 29 + [515]), first) is None


@pytest.mark.parametrize("count", range(FEWEST_EVENTS))
def test_a_handful_is_never_unusual(count: int) -> None:
    assert times_usual(past([0] * 23 + [count], [0] * 29 + [count]), LONG_AGO) is None


@pytest.mark.parametrize(
    ("times", "told", "unusual"),
    [
        (None, None, False),
        (UNUSUAL_TIMES - 1, None, False),
        (UNUSUAL_TIMES, None, True),
        (UNUSUAL_TIMES, UNUSUAL_TIMES, False),
        (2 * UNUSUAL_TIMES - 1, UNUSUAL_TIMES, False),
        (2 * UNUSUAL_TIMES, UNUSUAL_TIMES, True),
    ],
)
def test_what_was_said_is_said_again_only_when_twice_as_loud(
    times: int | None, told: int | None, unusual: bool
) -> None:
    assert is_unusual(times, told) is unusual
