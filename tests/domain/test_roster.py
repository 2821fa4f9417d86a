"""Absences and swaps: what may be asked, who may answer, what then counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.roster import Roster, SwapState, answer_swap, ask_swap, come_back, go_away, lapse
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140

TODAY = date(2026, 11, 2)
THURSDAY, FRIDAY = date(2026, 11, 5), date(2026, 11, 6)


def asked(**changes: object) -> Roster:
    known: dict[str, object] = {
        "swap_id": "s1",
        "day": THURSDAY,
        "asker": AIKO,
        "taker": BEN,
        "in_return": FRIDAY,
        "now": MONDAY_1140,
        "today": TODAY,
    }
    return ask_swap(Roster(), **{**known, **changes})  # type: ignore[arg-type]


def test_an_absence_covers_its_first_and_last_day_and_no_other() -> None:
    roster = go_away(Roster(), AIKO, THURSDAY, FRIDAY, TODAY)

    assert [roster.is_away(AIKO, TODAY + timedelta(days=n)) for n in range(6)] == [
        False,
        False,
        False,
        True,
        True,
        False,
    ]
    assert roster.away_on(THURSDAY) == (AIKO,)


def test_said_twice_it_is_one_absence() -> None:
    once = go_away(Roster(), AIKO, TODAY, TODAY, TODAY)

    assert go_away(once, AIKO, TODAY, TODAY, TODAY) == once


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        (FRIDAY, THURSDAY, "error.away_turned_round"),
        (TODAY - timedelta(days=3), TODAY - timedelta(days=1), "error.away_past"),
        (TODAY, TODAY + timedelta(days=91), "error.away_too_long"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(first: date, last: date, key: str) -> None:
    with pytest.raises(UserError) as told:
        go_away(Roster(), AIKO, first, last, TODAY)

    assert told.value.key == key


def test_whoever_comes_back_is_there_from_today_on() -> None:
    away = go_away(Roster(), AIKO, TODAY, FRIDAY, TODAY)

    back = come_back(away, AIKO, THURSDAY)

    assert back.is_away(AIKO, TODAY)
    assert not back.is_away(AIKO, THURSDAY)


def test_a_swap_counts_only_when_the_other_one_accepts_and_then_both_days_change() -> None:
    roster = asked()
    assert roster.taken == {}

    accepted, swap = answer_swap(roster, "s1", BEN, accept=True)

    assert accepted.taken == {THURSDAY: BEN, FRIDAY: AIKO}
    assert swap.state is SwapState.ACCEPTED


def test_only_the_one_who_was_asked_may_answer() -> None:
    with pytest.raises(UserError) as told:
        answer_swap(asked(), "s1", CHIKA, accept=True)

    assert told.value.key == "error.swap_not_yours"


def test_a_second_click_of_the_same_answer_changes_nothing_and_another_answer_is_refused() -> None:
    accepted, _ = answer_swap(asked(), "s1", BEN, accept=True)

    assert answer_swap(accepted, "s1", BEN, accept=True)[0] == accepted
    with pytest.raises(UserError):
        answer_swap(accepted, "s1", BEN, accept=False)


def test_an_unanswered_swap_lapses_and_can_no_longer_be_accepted() -> None:
    lapsed, _ = lapse(asked(), "s1")

    assert lapsed.taken == {}
    with pytest.raises(UserError):
        answer_swap(lapsed, "s1", BEN, accept=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"taker": AIKO},
        {"day": TODAY - timedelta(days=1)},
        {"in_return": THURSDAY},
        {"in_return": TODAY - timedelta(days=1)},
    ],
)
def test_a_swap_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UserError):
        asked(**changes)


def test_the_same_day_is_not_asked_for_twice() -> None:
    with pytest.raises(UserError):
        ask_swap(
            asked(),
            swap_id="s2",
            day=THURSDAY,
            asker=AIKO,
            taker=CHIKA,
            in_return=None,
            now=MONDAY_1140,
            today=TODAY,
        )


def test_what_is_long_past_is_forgotten() -> None:
    roster = go_away(asked(), AIKO, TODAY, TODAY, TODAY)

    assert roster.forget(FRIDAY + timedelta(days=40)) == Roster()
