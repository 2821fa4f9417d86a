"""The ping's small print is true: each part of the way is well only when it answered lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.alert import MessageRef
from bot.domain.effects import Announce, Service
from bot.jobs import Crew, rotation_ping
from bot.jobs.path import ailing_parts
from bot.services.rotation import SMALL_PRINT, revise_ping
from tests.builders import an_alert
from tests.fakes import FakeClock
from tests.jobs.test_job import a_crew

MINUTE = timedelta(minutes=1)


def answered(crew: Crew) -> None:
    """Both services have answered just now."""
    for job in ("job_poll", "job_identity"):
        crew.figures.happened(job, crew.clock.machine())


def small_print(crew: Crew) -> dict[str, str]:
    """What the newest ping's small print says."""
    at = crew.clock.machine() + timedelta(days=9)
    said = [saved.effect for saved in crew.desk.store.due(Service.SLACK, at, 100)]
    newest = [effect for effect in said if isinstance(effect, Announce)][-1]
    return {key: newest.values[key] for key in SMALL_PRINT}


def test_all_is_well_while_every_part_has_answered_lately() -> None:
    clock = FakeClock()
    crew = a_crew(clock)
    answered(crew)
    clock.advance(9 * MINUTE)

    assert ailing_parts(crew) == ()


def test_a_part_that_has_not_answered_for_some_rounds_or_never_is_not_called_well() -> None:
    clock = FakeClock()
    crew = a_crew(clock)
    assert ailing_parts(crew) == ("sentry", "slack")

    answered(crew)
    clock.advance(11 * MINUTE)
    assert ailing_parts(crew) == ("sentry",)
    clock.advance(5 * MINUTE)
    assert ailing_parts(crew) == ("sentry", "slack")


@pytest.mark.parametrize(
    ("name", "part"),
    [("job_poll", "sentry"), ("job_identity", "slack"), ("socket", "slack"), ("rules", "rules")],
)
def test_what_was_asked_and_did_not_answer_is_named_at_once(name: str, part: str) -> None:
    crew = a_crew()
    answered(crew)
    crew.figures.ails(name, "no answer")

    assert ailing_parts(crew) == (part,)


def test_what_is_closed_to_the_bot_for_good_is_no_ailing_part_of_the_way() -> None:
    crew = a_crew()
    answered(crew)
    crew.figures.ails("sentry_notes", "Sentry does not let us write notes")

    assert ailing_parts(crew) == ()


def test_a_store_that_takes_no_writes_is_named() -> None:
    crew = a_crew()
    answered(crew)
    is_writable: Callable[[], bool] = lambda: False  # noqa: E731 - the one thing that differs
    crew.desk.store.is_writable = is_writable  # type: ignore[method-assign]

    assert ailing_parts(crew) == ("store",)


def test_the_ping_counts_what_came_since_the_last_one_and_what_of_it_has_a_card() -> None:
    clock = FakeClock()
    crew = a_crew(clock)
    answered(crew)
    rotation_ping.run(crew)
    first = crew.clock.now()
    clock.advance(timedelta(days=2))  # over the holiday
    with crew.desk.change() as change:
        change.save(an_alert(issue_id="1", arrived_at=first + MINUTE, card=MessageRef("C1", "1.1")))
        change.save(an_alert(issue_id="2", arrived_at=first + MINUTE))
        change.save(an_alert(issue_id="3", arrived_at=first - MINUTE, card=MessageRef("C1", "1.2")))
        change.save(an_alert(issue_id="4", arrived_at=first + MINUTE, drill="d1"))
    answered(crew)

    rotation_ping.run(crew)

    assert small_print(crew) == {
        "path": "well",
        "checked": crew.clock.now().isoformat(),
        "since": first.isoformat(),
        "arrived": "2",
        "shown": "1",
    }


def test_a_later_word_on_who_is_on_duty_keeps_the_mornings_small_print() -> None:
    clock = FakeClock()
    crew = a_crew(clock)
    answered(crew)
    rotation_ping.run(crew)
    clock.advance(MINUTE)

    revise_ping(crew.desk)

    at = crew.clock.machine()
    [*_, revised] = [saved.effect for saved in crew.desk.store.due(Service.SLACK, at, 100)]
    assert {key: getattr(revised, "values")[key] for key in SMALL_PRINT} == small_print(crew)  # noqa: B009
