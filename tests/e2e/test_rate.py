"""An issue that happens far more often than it usually does is suspected to be Large, loudly, and once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import AIKO, MONDAY_1140
from tests.e2e.test_poll import an_error, poll
from tests.e2e.week import MovableClock
from tests.e2e.world import ALERTS, World, shown


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot on a Monday at 11:40, so that no hour ends during the test."""
    made = World.make(tmp_path, clock=MovableClock(MONDAY_1140), is_fast=True)
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()


def test_thirty_times_the_usual_is_said_loudly_once_with_its_number(world: World) -> None:
    for hours in (4, 3, 2, 1):
        issue = world.sentry.event(
            an_error(1, at=MONDAY_1140 - timedelta(hours=hours)),
            deliver=() if hours > 1 else ("event_alert",),
        )
    world.settle()
    assert "May be Large" not in shown(world.card(issue))

    world.sentry.occur(issue, times=30)
    poll(world)

    world.slack.wait_for(lambda: "30 times the usual" in shown(world.card(issue)))
    said = [
        m for m in world.slack.replies(ALERTS, world.card(issue)["ts"]) if "may be large" in m["text"].lower()
    ]
    assert len(said) == 1
    assert f"<@{AIKO}>" in said[0]["text"]
    assert "Why: 30 times the usual" in said[0]["text"]

    world.sentry.occur(issue, times=2)
    poll(world)
    assert world.thread(issue).lower().count("may be large") == 1
