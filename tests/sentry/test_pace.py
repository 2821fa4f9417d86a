"""The pace of requests: even, and held when Sentry asks for it."""

from __future__ import annotations

import pytest

from bot.sentry.pace import REQUESTS_A_SECOND, Pace


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_requests_in_turn_never_exceed_their_rate_in_any_second() -> None:
    seconds = Seconds()
    pace, sent = Pace(seconds), list[float]()

    for _ in range(40):
        seconds.now += pace.ready_in()
        pace.take()
        sent.append(seconds.now)

    busiest = max(sum(start <= at < start + 0.999 for at in sent) for start in sent)
    assert busiest == REQUESTS_A_SECOND


def test_a_rest_is_not_saved_up_for_a_burst() -> None:
    seconds = Seconds()
    pace = Pace(seconds)

    seconds.now += 3600
    pace.take()

    assert pace.ready_in() == pytest.approx(1 / REQUESTS_A_SECOND)


def test_a_request_out_of_turn_is_paid_for_by_the_next() -> None:
    pace = Pace(Seconds())

    for _ in range(4):
        pace.take()

    assert pace.ready_in() == pytest.approx(1.0)


def test_a_pause_that_sentry_asks_for_holds_all() -> None:
    seconds = Seconds()
    pace = Pace(seconds)

    pace.hold(7)
    pace.hold(2)

    assert pace.ready_in() == pytest.approx(7)
    seconds.now += 7
    assert pace.ready_in() == 0
