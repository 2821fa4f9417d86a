"""The demo's clock goes forward only, and stands at each stop on its way."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.clock import DemoClock, Hurried

FRIDAY = datetime(2026, 10, 30, 5, 5, tzinfo=UTC)


class Machine:
    """A machine's clock that a test winds."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_it_stands_until_it_is_told_to_run_on() -> None:
    machine = Machine()
    clock = DemoClock(FRIDAY, machine=machine)

    machine.at += timedelta(minutes=3)
    assert clock.now() == FRIDAY

    clock.run_on()
    machine.at += timedelta(minutes=3)
    assert clock.now() == FRIDAY + timedelta(minutes=3)
    assert clock.machine() == machine.at


def test_it_stands_at_each_stop_on_the_way_and_at_the_end() -> None:
    clock = DemoClock(FRIDAY, machine=Machine())
    stops = [FRIDAY + timedelta(hours=1), FRIDAY + timedelta(hours=2)]
    end = FRIDAY + timedelta(hours=3)
    seen: list[tuple[datetime, datetime]] = []

    clock.move_to(end, lambda at: seen.append((at, clock.now())), stops)

    assert seen == [(at, at) for at in (*stops, end)]


def test_a_running_clock_stands_while_it_is_moved_and_runs_on_after() -> None:
    machine = Machine()
    clock = DemoClock(FRIDAY, machine=machine)
    clock.run_on()

    def slow_job(_: datetime) -> None:
        machine.at += timedelta(minutes=10)

    clock.move_to(FRIDAY + timedelta(hours=1), slow_job)

    assert clock.now() == FRIDAY + timedelta(hours=1)
    assert clock.is_running


def test_it_does_not_go_back() -> None:
    clock = DemoClock(FRIDAY, machine=Machine())

    with pytest.raises(ValueError, match="only goes forward"):
        clock.move_to(FRIDAY - timedelta(seconds=1), lambda _: None)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        DemoClock(datetime(2026, 10, 30))


def test_hurried_seconds_pass_many_times_as_fast_and_never_go_back() -> None:
    pace = Hurried()
    pace.hurry(True)
    began, started = pace(), time.monotonic()

    pace.wait(1.0)
    pace.hurry(False)

    assert time.monotonic() - started < 0.5
    assert pace() - began >= 1.0
