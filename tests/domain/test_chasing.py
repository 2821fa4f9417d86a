"""Reminders, chases and calls: the right person, the right day, never at night, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alert import Suspicion
from bot.domain.chasing import acted, chase, nudge, overdue_lists
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.domain.effects import Outcome, Remove, Revise, Say
from bot.domain.lines import Line
from bot.domain.policy import Policy
from bot.domain.rotation import Rotation
from tests.builders import AIKO, BEN, CHIKA, DAN, MONDAY_1140, TOKYO, a_choice, a_policy, an_alert


def tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


DUE = tokyo(4, 19)


def waiting(**changes: object):
    return an_alert(**{"judge_by_at": DUE, **changes})


def the_line(outcome: Outcome) -> Say | None:
    return next((e for e in outcome.effects if isinstance(e, Say)), None)


def test_the_owner_is_reminded_once_three_business_hours_before() -> None:
    before = chase(waiting(), tokyo(4, 15, 59), a_policy())
    reminder = chase(waiting(), tokyo(4, 16), a_policy())
    again = chase(reminder.alert, tokyo(4, 17), a_policy())

    assert the_line(before) is None
    line = the_line(reminder)
    assert line and (line.line, line.mention, line.values["what"]) == (Line.REMINDER, (AIKO,), "judgement")
    assert the_line(again) is None


def test_an_alert_that_came_within_the_reminders_span_is_not_reminded_at_once() -> None:
    late = waiting(arrived_at=tokyo(4, 17))

    assert the_line(chase(late, tokyo(4, 17, 30), a_policy())) is None


def test_a_missed_deadline_is_chased_each_business_day_first_one_then_two_then_the_team() -> None:
    alert, seen = waiting(reminded_for=DUE), []
    for day in (5, 6, 7, 8, 9, 10):
        for hour in (9, 10, 14, 20):
            outcome = chase(alert, tokyo(day, hour), a_policy())
            alert = outcome.alert
            line = the_line(outcome)
            if line:
                seen.append((day, hour, line.values["stage"], line.mention))

    assert seen == [
        (5, 10, "1", (AIKO,)),
        (6, 10, "2", (AIKO, BEN)),
        (9, 10, "3", ()),
        (10, 10, "3", ()),
    ]


def test_a_newer_chase_takes_the_older_one_away() -> None:
    first = chase(waiting(reminded_for=DUE), tokyo(5, 10), a_policy())
    second = chase(first.alert, tokyo(6, 10), a_policy())

    assert [e.of for e in second.effects if isinstance(e, Remove)] == [first.alert.last_call]
    assert not any(isinstance(e, Revise) for e in second.effects)


def test_acting_clears_the_call() -> None:
    called = chase(waiting(reminded_for=DUE), tokyo(5, 10), a_policy()).alert

    decided = press(called, a_choice(Verdict.MEDIUM), tokyo(5, 11), a_policy())

    assert decided.alert.last_call is None
    assert [e.line for e in decided.effects if isinstance(e, Revise)] == [Line.CLEARED]


def test_a_medium_is_chased_for_its_response_and_one_more_day_moves_the_chase() -> None:
    medium = press(an_alert(), a_choice(Verdict.MEDIUM), MONDAY_1140, a_policy()).alert
    assert medium.respond_by_at == tokyo(6, 19)

    missed = the_line(chase(replace(medium, reminded_for=tokyo(6, 19)), tokyo(9, 10), a_policy()))
    moved = the_line(
        chase(
            replace(medium, respond_by_at=tokyo(9, 19), reminded_for=tokyo(9, 19)), tokyo(9, 10), a_policy()
        )
    )

    assert missed and missed.values["what"] == "response"
    assert moved is None


def test_an_owner_who_is_away_is_not_called_but_todays_duty_is() -> None:
    policy = replace(a_policy(), absent=lambda user, _day: user == AIKO)

    line = the_line(chase(waiting(reminded_for=DUE), tokyo(5, 10), policy))

    assert line and line.mention == (BEN,)


def test_more_than_two_overdue_of_one_person_are_one_list() -> None:
    three = [waiting(issue_id=str(n)) for n in range(1, 4)]
    two = [waiting(issue_id=str(n), owner=BEN) for n in range(4, 6)]

    lists = overdue_lists([*three, *two], tokyo(5, 10), a_policy())

    assert {owner: len(alerts) for owner, alerts in lists.items()} == {AIKO: 3}


SATURDAY_NIGHT = tokyo(7, 2)


def suspected(**changes: object):
    return an_alert(
        suspicions=(Suspicion.ESCALATING,), arrived_at=SATURDAY_NIGHT, suspected_at=SATURDAY_NIGHT, **changes
    )


def test_a_suspected_large_one_calls_again_at_night_four_times_then_hourly_with_the_team() -> None:
    alert, calls = suspected(), []
    for minute in range(0, 240, 5):
        outcome = nudge(alert, SATURDAY_NIGHT + timedelta(minutes=minute), a_policy())
        alert = outcome.alert
        line = the_line(outcome)
        if line:
            calls.append((minute, CHIKA in line.mention))

    assert calls == [(15, False), (30, False), (45, False), (60, False), (120, True), (180, True)]


def test_a_press_of_any_button_ends_the_calls() -> None:
    known = acted(Outcome(suspected()), BEN, SATURDAY_NIGHT + timedelta(minutes=3)).alert

    assert the_line(nudge(known, SATURDAY_NIGHT + timedelta(minutes=40), a_policy())) is None


def test_after_hours_people_are_called_at_night_else_the_last_responder_and_the_backup() -> None:
    named = Policy(
        a_policy().rules,
        a_policy().calendar,
        Rotation({4: (BEN, AIKO)}, team=(AIKO, BEN), after_hours=(DAN,)),
    )

    assert named.callable_at(suspected(), SATURDAY_NIGHT) == (DAN,)
    assert a_policy().callable_at(suspected(), SATURDAY_NIGHT) == (AIKO, BEN)


def test_declared_large_by_someone_else_calls_until_a_responder_presses() -> None:
    by_chika = press(
        an_alert(), a_choice(Verdict.LARGE, by=CHIKA, by_name="Chika"), MONDAY_1140, a_policy()
    ).alert
    by_owner = press(an_alert(), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert
    later = MONDAY_1140 + timedelta(minutes=15)

    assert the_line(nudge(by_chika, later, a_policy())) is not None
    assert the_line(nudge(by_owner, later, a_policy())) is None


def test_nothing_is_chased_on_a_holiday_or_at_night() -> None:
    holiday, night = tokyo(3, 12), tokyo(5, 22)
    overdue = waiting(reminded_for=DUE, judge_by_at=tokyo(2, 19))

    assert the_line(chase(overdue, holiday, a_policy())) is None
    assert the_line(chase(overdue, night, a_policy())) is None
    assert chase(overdue, night, a_policy()).alert == overdue
