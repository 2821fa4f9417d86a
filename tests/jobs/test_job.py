"""The timetable: each job in its rhythm, none stopped by another; and the jobs that need no world around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.drills import load_scenarios
from bot.config.team_files import TeamFiles
from bot.domain.effects import Announce, Service
from bot.domain.lines import Line
from bot.jobs import JOBS, backup, faults, poll
from bot.jobs.job import Crew, Job, Timetable, every
from bot.observability import Figures
from bot.ports import Refused, TryLater
from bot.services.drill import Drills
from bot.services.overview import Overview
from bot.services.people import People
from bot.stores.memory import MemoryStore
from bot.web.knock import knock_in_poll_mode
from tests.builders import ROOT, the_rules
from tests.fakes import FakeClock
from tests.services.desks import FakeReader, a_desk

MINUTE = timedelta(minutes=1)


def some_files() -> TeamFiles:
    return TeamFiles(the_rules(), ROOT / "rules.yaml", ROOT / "runbooks")


def a_crew(clock: FakeClock | None = None, *, poll_mode: bool = False) -> Crew:
    clock = clock or FakeClock()
    desk = a_desk(clock=clock)
    overview = Overview(desk.store, clock, lambda: True, dict, tuple)
    people = People(desk.store, clock, None, lambda: desk.policy().rules, lambda: desk.policy().calendar)  # type: ignore[arg-type]
    drills = Drills(desk, load_scenarios(), knock_in_poll_mode(desk), new_id=lambda: "d1")
    return Crew(
        desk,
        people,
        FakeReader(),
        overview,
        Figures(),
        clock,
        poll_mode,
        identify=lambda: None,
        drills=drills,
        files=some_files(),
    )


def noting(notes: list[str], name: str) -> Callable[[Crew], None]:
    return lambda _crew: notes.append(name)


def failing(error: Exception) -> Callable[[Crew], None]:
    def run(_crew: Crew) -> None:
        raise error

    return run


def test_a_job_runs_at_once_and_then_when_its_time_has_come() -> None:
    notes: list[str] = []
    clock = FakeClock()
    table = Timetable(a_crew(clock), [Job("often", every(MINUTE), noting(notes, "often"))])

    table.tick()
    clock.advance(MINUTE - timedelta(seconds=1))
    table.tick()
    assert notes == ["often"]
    clock.advance(timedelta(seconds=1))
    table.tick()
    assert notes == ["often", "often"]


def test_a_process_that_slept_for_days_runs_each_job_once() -> None:
    notes: list[str] = []
    clock = FakeClock()
    table = Timetable(a_crew(clock), [Job("often", every(MINUTE), noting(notes, "often"))])
    table.tick()
    clock.advance(timedelta(days=3))
    table.tick()
    assert notes == ["often", "often"]


def test_everything_runs_when_the_business_clock_was_moved_and_a_hurried_one_at_the_next_tick() -> None:
    notes: list[str] = []
    jobs = [Job(name, every(timedelta(hours=1)), noting(notes, name)) for name in ("a", "b")]
    table = Timetable(a_crew(), jobs)
    table.tick()
    table.tick(everything=True)
    table.hurry("b")
    table.hurry("a job that does not exist")
    table.tick()
    assert notes == ["a", "b", "a", "b", "b"]


@pytest.mark.parametrize(
    "error", [TryLater("silent"), Refused("no"), RuntimeError("a defect"), KeyError("x")]
)
def test_a_job_that_fails_stops_no_other_and_is_named_until_it_succeeds(error: Exception) -> None:
    notes: list[str] = []
    crew = a_crew()
    table = Timetable(
        crew, [Job("bad", every(MINUTE), failing(error)), Job("good", every(MINUTE), noting(notes, "good"))]
    )
    table.tick()
    assert notes == ["good"]
    assert set(crew.figures.ailing()) == {"job_bad"}

    table.jobs = [Job("bad", every(MINUTE), noting(notes, "mended"))]
    table.tick(everything=True)
    assert crew.figures.ailing() == {}


def test_a_defects_words_stay_out_of_healthz() -> None:
    crew = a_crew()
    Timetable(crew, [Job("bad", every(MINUTE), failing(RuntimeError("taro@example.com")))]).tick()
    assert "taro" not in str(crew.figures.ailing())


def test_each_job_is_listed_once_and_the_poll_keeps_promise_i9() -> None:
    assert len({job.id for job in JOBS}) == len(JOBS)
    for poll_mode, most in ((True, MINUTE), (False, timedelta(minutes=5))):
        assert poll.JOB.every(a_crew(poll_mode=poll_mode)) <= most


class CopyingStore(MemoryStore):
    """Counts its copies."""

    copies = 0

    def backup(self) -> str | None:
        self.copies += 1
        return "backups/x"


def test_the_nightly_copy_is_made_once_a_day_also_across_restarts() -> None:
    clock = FakeClock()
    crew = a_crew(clock)
    store = CopyingStore()
    crew = Crew(
        **{
            **vars(crew),
            "desk": replace(crew.desk, store=store, clock=clock),
        }
    )
    for _ in range(3):
        backup.run(crew)
    assert store.copies == 1
    clock.advance(timedelta(days=1))
    backup.run(crew)
    assert store.copies == 2


def test_a_copy_that_fails_is_tried_again_at_the_next_hour() -> None:
    class BreakingStore(MemoryStore):
        is_broken = True

        def backup(self) -> str | None:
            if self.is_broken:
                raise OSError("no space left")
            return "backups/x"

    crew = a_crew()
    store = BreakingStore()
    crew = Crew(
        **{
            **vars(crew),
            "desk": type(crew.desk)(
                store, crew.clock, crew.desk.policy, crew.desk.wake, crew.desk.refresh_policy
            ),
        }
    )
    with pytest.raises(OSError, match="no space"):
        backup.run(crew)
    assert store.value(backup.COPIED_ON) is None


def announced(crew: Crew) -> list[Line]:
    found = crew.desk.store.due(Service.SLACK, crew.clock.machine(), 9)
    return [saved.effect.line for saved in found if isinstance(saved.effect, Announce)]


def test_a_long_silence_of_sentry_is_said_once_in_slack_and_a_second_one_again() -> None:
    clock = FakeClock()
    crew = a_crew(clock)

    def minutes(number: int, *, silent: bool) -> None:
        for _ in range(number):
            crew.figures.ails("job_poll", "Sentry does not answer" if silent else None)
            faults.run(crew)
            clock.advance(MINUTE)

    minutes(4, silent=True)
    minutes(3, silent=False)
    assert announced(crew) == []  # a short one is no news
    minutes(20, silent=True)
    assert announced(crew) == [Line.SENTRY_SILENT]
    minutes(1, silent=False)
    minutes(20, silent=True)
    assert announced(crew) == [Line.SENTRY_SILENT] * 2
