"""A year of a team, simulated on the business clock: pings, deadlines, chases, days off, swaps, a night call."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.alert import Suspicion
from bot.domain.effects import Announce, Say
from bot.domain.lines import Line
from bot.services.chase import chase_all
from bot.services.desk import Actor
from bot.services.roster import answer, ask_for_swap, reassign, say_away, say_unanswered
from bot.services.rotation import ping
from tests.builders import AIKO, BEN, CHIKA, TOKYO, an_alert, the_rules
from tests.team_desk import Team

STEP = timedelta(minutes=30)


def tick(team: Team) -> None:
    """What the jobs do at each moment."""
    reassign(team.desk)
    ping(team.desk, "well")
    say_unanswered(team.desk)
    chase_all(team.desk)


def run(team: Team, until: datetime, step: timedelta = STEP) -> list[tuple[datetime, object]]:
    """Tick until then; returns what was newly said, with its moment."""
    said: list[tuple[datetime, object]] = []
    known: set[str] = set()
    while team.clock.at < until:
        tick(team)
        for effect in (*team.said(Say), *team.said(Announce)):
            key = repr(effect)
            if key not in known:
                known.add(key)
                said.append((team.clock.at, effect))
        with team.store.change() as change:
            for saved in change.due("slack", datetime.max.replace(tzinfo=UTC), 10_000):  # type: ignore[arg-type]
                change.update_effect(replace(saved, state="done"))  # type: ignore[arg-type]
        team.clock.at += step
    return said


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def test_each_business_day_of_a_year_has_one_ping_at_its_opening_and_no_other_day_has_one() -> None:
    team = Team(at(2026, 4, 1))

    said = run(team, at(2027, 4, 1), timedelta(hours=1))

    pings = [(moment.astimezone(TOKYO), effect) for moment, effect in said if effect.line is Line.PING]
    days = Counter(moment.date() for moment, _ in pings)
    expected = [
        day for n in range(365) if team.calendar.is_business_day(day := date(2026, 4, 1) + timedelta(days=n))
    ]
    assert sorted(days) == expected
    assert set(days.values()) == {1}
    assert {moment.hour for moment, _ in pings} == {10}
    assert all(len(effect.mention) == 1 for _, effect in pings)
    assert date(2026, 5, 6) not in days  # the substitute holiday of Golden Week 2026


@pytest.mark.parametrize(
    ("missed", "chased"),
    [
        (
            at(2026, 4, 30, 19),
            [date(2026, 5, 1), date(2026, 5, 7), date(2026, 5, 8)],
        ),  # Golden Week lies between
        (
            at(2026, 12, 30, 19),
            [date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 5)],
        ),  # New Year's Day, a weekend
        (
            at(2026, 9, 18, 19),
            [date(2026, 9, 24), date(2026, 9, 25), date(2026, 9, 28)],
        ),  # three days off in a row
    ],
)
def test_a_missed_deadline_is_chased_on_the_right_business_days_only(
    missed: datetime, chased: list[date]
) -> None:
    team = Team(missed)
    team.put(an_alert(judge_by_at=missed, reminded_for=missed, arrived_at=missed - timedelta(days=1)))

    said = run(team, missed + timedelta(days=12))

    found = [moment.astimezone(TOKYO) for moment, effect in said if effect.line is Line.CHASE]
    assert [moment.date() for moment in found][:3] == chased
    assert all(moment.hour == 10 for moment in found)


def test_summer_time_in_another_zone_moves_neither_ping_nor_chase() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    rules = replace(
        the_rules(), timezone="Europe/Berlin", calendar=replace(the_rules().calendar, country="DE")
    )
    team = Team(at(2026, 10, 22, 0, zone=berlin), rules)
    due = at(2026, 10, 23, 19, zone=berlin)
    team.put(an_alert(judge_by_at=due, reminded_for=due, arrived_at=due - timedelta(days=1)))

    said = run(team, at(2026, 10, 28, zone=berlin))

    local = [(moment.astimezone(berlin), effect.line) for moment, effect in said]
    assert {moment.hour for moment, line in local if line is Line.PING} == {10}
    assert [moment.date() for moment, line in local if line is Line.CHASE] == [
        date(2026, 10, 26),
        date(2026, 10, 27),
    ]


def test_someone_who_is_away_is_never_mentioned_and_their_open_items_have_a_new_owner_at_once() -> None:
    team = Team(at(2026, 11, 4, 9))
    team.put(an_alert(owner=CHIKA, judge_by_at=at(2026, 11, 4, 19)))

    say_away(team.desk, CHIKA, date(2026, 11, 4), date(2026, 11, 6))
    moved = team.store.alert(an_alert().id)
    said = run(team, at(2026, 11, 7))

    assert moved is not None and moved.owner == AIKO
    assert not [effect for _, effect in said if CHIKA in effect.mention]
    assert next(effect for _, effect in said if effect.line is Line.PING).mention == (AIKO,)


def test_a_swap_that_was_accepted_changes_both_days_and_one_unanswered_says_so_the_evening_before() -> None:
    team = Team(at(2026, 11, 2, 12))
    thursday, friday = date(2026, 11, 5), date(2026, 11, 6)
    swap = ask_for_swap(team.desk, Actor(AIKO, "Aiko"), Actor(BEN, "Ben"), thursday, friday)
    answer(team.desk, swap.id, BEN, accept=True)
    ask_for_swap(team.desk, Actor(AIKO, "Aiko"), Actor(CHIKA, "Chika"), date(2026, 11, 9), None)

    said = run(team, at(2026, 11, 10))

    pings = {effect.about: effect.mention for _, effect in said if effect.line is Line.PING}
    assert pings["2026-11-05"] == (BEN,)
    assert pings["2026-11-06"] == (AIKO,)
    assert pings["2026-11-09"] == (AIKO,)
    [(moment, still_open)] = [(m, e) for m, e in said if e.line is Line.SWAP_OPEN]
    assert moment.astimezone(TOKYO).date() == friday
    assert moment.astimezone(TOKYO).hour == 18
    assert still_open.channel == AIKO


def test_a_large_one_on_a_saturday_night_calls_at_once_and_again_until_someone_presses() -> None:
    night = at(2026, 11, 7, 2)
    team = Team(night, after_hours=(BEN,))
    team.put(an_alert(suspicions=(Suspicion.OUTAGE,), suspected_at=night, arrived_at=night))

    said = run(team, night + timedelta(hours=1), timedelta(minutes=5))

    calls = [(moment - night, effect.mention) for moment, effect in said if effect.line is Line.NUDGE]
    assert [minutes for minutes, _ in calls] == [timedelta(minutes=n) for n in (15, 30, 45)]
    assert {mention for _, mention in calls} == {(BEN,)}
    with team.store.change() as change:
        alert = change.alert(an_alert().id)
        assert alert is not None
        change.save(replace(alert, acknowledged_at=team.clock.at))
    assert not [e for _, e in run(team, night + timedelta(hours=8)) if e.line is Line.NUDGE]


def test_after_days_of_silence_only_todays_ping_is_posted_with_one_list_of_what_became_due() -> None:
    team = Team(at(2026, 11, 2, 10))
    tick(team)
    for number in range(5):
        due = at(2026, 11, 5, 19)
        team.put(an_alert(issue_id=str(100 + number), judge_by_at=due, arrived_at=at(2026, 11, 4, 12)))
    team.clock.at = at(2026, 11, 10, 10)

    said = run(team, at(2026, 11, 10, 12))

    [ping_line] = [effect for _, effect in said if effect.line is Line.PING and effect.about == "2026-11-10"]
    assert ping_line.values["overdue_count"] == "5"
    assert not [effect for _, effect in said if effect.line is Line.CHASE]
