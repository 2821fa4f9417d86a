"""What a drill is: when it may start, which ids it invents, what comes when, and that it never calls at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.domain.alert import Alert, AlertState, Suspicion
from bot.domain.arrival import arrive
from bot.domain.chasing import nudge
from bot.domain.deciding import decide
from bot.domain.decision import Verdict
from bot.domain.drill import (
    NOT_OF_SENTRY,
    Drill,
    Invented,
    Key,
    Part,
    Scenario,
    begin,
    close,
    due,
    invented_id,
    is_played_out,
    letters,
    may_start,
    start_choices,
)
from bot.domain.drill_plan import DrillPlan, WeekDay, start_on
from bot.domain.effects import EditCard, Revise, Service, service_of
from bot.domain.handling import ask_word
from bot.domain.impact import Impact
from bot.domain.joining import may_join
from bot.domain.lines import Line
from bot.domain.pinging import morning
from tests.builders import AIKO, MONDAY_1140, TOKYO, a_choice, a_policy, an_alert, an_occurrence

LATER = (timedelta(minutes=30), timedelta(hours=1))
WORDS = {"en": "x", "ja": "x"}
BIGGEST_OF_SENTRY = 2**63 - 1


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


def a_part(part_id: str = "a", **changes: object) -> Part:
    known = {
        "id": part_id,
        "event": Invented("Title", "Job"),
        "key": Key(Impact.SMALL, "check", WORDS),
    }
    return Part(**{**known, **changes})  # type: ignore[arg-type]


def a_scenario(*parts: Part, minutes: int = 60) -> Scenario:
    return Scenario(WORDS, WORDS, WORDS, WORDS, minutes, parts or (a_part(),))


def a_drill(scenario: Scenario, now: datetime = MONDAY_1140) -> Drill:
    return begin(Drill("d1", 7, "s", now), scenario, now, a_policy().calendar)


def test_invented_ids_are_beyond_all_of_sentry_s_and_fit_into_a_webhook() -> None:
    ids = {invented_id(f"drill-{number}", "a:1") for number in range(500)}

    assert len(ids) == 500
    assert all(int(each) >= NOT_OF_SENTRY > BIGGEST_OF_SENTRY for each in ids)
    assert {len(each) for each in ids} == {20}


def test_each_alert_of_a_drill_has_a_name_and_an_id_of_its_own() -> None:
    drill = a_drill(a_scenario(a_part("a", times=27), a_part("b")))

    assert [p.name for p in drill.played][::26] == ["DRILL-7A", "DRILL-7AA"]
    assert len({p.issue_id for p in drill.played}) == 28


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


@pytest.mark.parametrize(
    ("when", "may"),
    [
        (at(2, 9, 59), False),
        (at(2, 10), True),
        (at(2, 18), True),
        (at(2, 18, 1), False),
        (at(2, 23), False),
        (at(3, 12), False),
        (at(7, 12), False),
    ],
    ids=["early", "opening", "an hour left", "too late", "night", "holiday", "saturday"],
)
def test_a_drill_starts_in_business_hours_only_with_time_to_play_it(when: datetime, may: bool) -> None:
    assert may_start(when, 60, a_policy().calendar) is may


def test_a_drill_is_over_by_the_close_of_business() -> None:
    drill = a_drill(a_scenario(minutes=600))

    assert drill.ends_by_at == at(2, 19)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (at(2, 12), [at(2, 12), at(2, 12, 30), at(2, 13), at(4, 11), at(5, 11)]),
        (at(2, 17, 40), [at(2, 17, 40), at(4, 11), at(5, 11)]),
        (at(2, 21), [at(4, 11), at(5, 11)]),
        (at(2, 8), [at(2, 11), at(4, 11)]),
        (at(7, 12), [at(9, 11), at(10, 11)]),
    ],
    ids=["noon", "late", "night", "before opening", "weekend"],
)
def test_the_form_offers_only_times_at_which_it_may_start(now: datetime, offered: list[datetime]) -> None:
    assert start_choices(now, 60, a_policy().calendar, LATER) == offered


def test_an_alert_comes_at_its_time_or_as_soon_as_the_one_before_it_is_judged() -> None:
    scenario = a_scenario(a_part("a"), a_part("b", after=10, once_decided="a"))
    drill = a_drill(scenario)
    first, second = drill.played
    sent = drill.sent(first.issue_id)
    waiting = an_alert(issue_id=first.issue_id)
    judged = decide(waiting, a_choice(Verdict.SMALL), MONDAY_1140, a_policy()).alert

    assert due(drill, scenario, MONDAY_1140, lambda _: None) == [first]
    assert due(sent, scenario, MONDAY_1140 + timedelta(minutes=9), {first.issue_id: waiting}.get) == []
    assert due(sent, scenario, MONDAY_1140 + timedelta(minutes=10), {first.issue_id: waiting}.get) == [second]
    assert due(sent, scenario, MONDAY_1140, {first.issue_id: judged}.get) == [second]


def test_it_is_played_out_once_everything_has_come_and_nothing_is_awaited() -> None:
    scenario = a_scenario()
    drill = a_drill(scenario)
    only = drill.played[0]
    medium = an_alert(issue_id=only.issue_id, state=AlertState.MEDIUM)
    done = replace(medium, state=AlertState.RESPONDED)

    assert not is_played_out(drill, lambda _: done)
    assert not is_played_out(drill.sent(only.issue_id), lambda _: None)
    assert not is_played_out(drill.sent(only.issue_id), lambda _: medium)
    assert is_played_out(drill.sent(only.issue_id), lambda _: done)


def a_drill_alert(**changes: object) -> Alert:
    return an_alert(**{"drill": "d1", "suspicions": (Suspicion.OUTAGE,), **changes})


def test_the_mark_comes_with_the_occurrence_and_sentry_is_asked_nothing() -> None:
    real, invented = (
        arrive(an_occurrence(drill=drill), None, MONDAY_1140, a_policy()) for drill in ("", "d1")
    )

    assert (real.alert.drill, invented.alert.drill) == ("", "d1")
    assert any(service_of(effect) is Service.SENTRY for effect in real.effects)
    assert not any(service_of(effect) is Service.SENTRY for effect in invented.effects)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_no_decision_on_a_drill_writes_to_sentry(verdict: Verdict) -> None:
    outcome = decide(a_drill_alert(), a_choice(verdict), MONDAY_1140, a_policy())

    assert not any(service_of(effect) is Service.SENTRY for effect in outcome.effects)


def test_one_more_event_of_a_drill_that_is_over_changes_nothing() -> None:
    over = close(a_drill_alert(), MONDAY_1140).alert

    outcome = arrive(an_occurrence(drill="d1"), over, MONDAY_1140, a_policy())

    assert (outcome.alert, outcome.effects) == (over, ())


def test_a_drill_calls_nobody_at_night() -> None:
    night = at(2, 23)
    loud = a_drill_alert(suspected_at=at(2, 18))

    assert nudge(loud, night, a_policy()).effects == ()
    assert nudge(replace(loud, drill=""), night, a_policy()).effects
    assert a_policy().callable_at(loud, night) == ()
    assert AIKO in a_policy().callable_at(loud, MONDAY_1140)


def a_large_one() -> Alert:
    return decide(a_drill_alert(), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert


def test_a_drill_asks_nobody_at_night_for_the_next_word() -> None:
    led = replace(a_large_one(), acknowledged_at=MONDAY_1140)

    assert ask_word(led, at(2, 23), a_policy()).effects == ()
    assert ask_word(replace(led, drill=""), at(2, 23), a_policy()).effects
    assert ask_word(led, at(2, 18), a_policy()).effects


def test_a_drill_s_incident_takes_up_no_real_alert_and_a_real_one_none_of_a_drill() -> None:
    led = a_large_one()
    other = an_alert(issue_id="2", drill="d1")

    assert may_join(other, led)
    assert not may_join(replace(other, drill=""), led)
    assert not may_join(other, replace(led, drill=""))


def test_the_end_of_a_drill_ends_its_incident_and_redraws_its_message() -> None:
    outcome = close(a_large_one(), at(2, 12))

    assert outcome.alert.incident is not None
    assert not outcome.alert.incident.is_open
    assert any(isinstance(effect, Revise) and effect.line is Line.LARGE for effect in outcome.effects)


def test_the_ping_does_not_count_a_drill() -> None:
    day = date(2026, 11, 4)
    late = at(4, 23)

    said = morning(day, [a_drill_alert(), a_drill_alert(state=AlertState.MEDIUM)], late, a_policy())

    assert (said.to_judge, said.in_progress, said.due_today, said.overdue) == (0, 0, 0, ())


def test_closing_folds_the_card_once() -> None:
    outcome = close(a_drill_alert(), MONDAY_1140)

    assert outcome.alert.state is AlertState.CLOSED
    assert not outcome.alert.is_urgent
    assert EditCard(outcome.alert.id) in outcome.effects
    assert close(outcome.alert, at(4, 10)).effects == ()


def days_of(plan: DrillPlan, first: date, number: int) -> list[date]:
    days = (first + timedelta(days=n) for n in range(number))
    return [day for day in days if start_on(plan, day, a_policy().calendar)]


def test_a_planned_drill_keeps_its_rhythm_over_the_turn_of_the_year() -> None:
    plan = DrillPlan("storm", WeekDay.WEDNESDAY, time(14), weeks=4)

    found = days_of(plan, date(2026, 9, 1), 200)

    assert all((b - a).days == 28 for a, b in pairwise(found))
    assert len(found) in (7, 8)


def test_on_a_day_off_it_moves_to_the_next_business_day_at_the_same_time() -> None:
    plan = DrillPlan("storm", WeekDay.TUESDAY, time(14), weeks=1)

    assert days_of(plan, date(2026, 11, 2), 5) == [date(2026, 11, 4)]
    assert start_on(plan, date(2026, 11, 4), a_policy().calendar) == at(4, 14)
