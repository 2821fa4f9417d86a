"""One's own turns: only one's own can be given away, only theirs taken in return; the ping follows at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.effects import Revise, Say
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.services.desk import Actor
from bot.services.roster import reassign
from bot.services.rotation import ping
from bot.services.turns import answer_swap, ask_for_swap, be_away, be_away_today, be_back, next_turns
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, an_alert
from tests.team_desk import Team

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(2, 7))
AIKO_HERSELF, BEN_HIMSELF, CHIKA_HERSELF = (
    Actor(AIKO, "Aiko Tanaka"),
    Actor(BEN, "Ben Mori"),
    Actor(CHIKA, "Chika Sato"),
)


def on_duty(team: Team, day: date) -> str | None:
    return team.policy().duty_of(day).responder


def revised(team: Team) -> list[Revise]:
    return [effect for effect in team.said(Revise) if isinstance(effect, Revise) and effect.line is Line.PING]


def test_ones_next_turns_are_the_days_on_which_one_responds() -> None:
    team = Team()

    assert next_turns(team.desk, AIKO)[:3] == (MONDAY, THURSDAY, date(2026, 11, 9))
    assert next_turns(team.desk, CHIKA)[0] == WEDNESDAY


def test_someone_without_a_turn_is_told_so() -> None:
    team = Team()

    with pytest.raises(UserError) as told:
        next_turns(team.desk, "U0NOBODY")

    assert told.value.key == "error.no_turn"


@pytest.mark.parametrize(
    ("taker", "day", "in_return", "error"),
    [
        (CHIKA_HERSELF, None, None, "error.choose_day"),
        (CHIKA_HERSELF, WEDNESDAY, None, "error.swap_not_your_turn"),
        (CHIKA_HERSELF, TUESDAY, None, "error.swap_not_your_turn"),
        (CHIKA_HERSELF, date(2099, 11, 2), None, "error.swap_not_your_turn"),
        (CHIKA_HERSELF, date(2026, 10, 26), None, "error.swap_past"),
        (CHIKA_HERSELF, THURSDAY, FRIDAY, "error.swap_not_their_turn"),
        (CHIKA_HERSELF, THURSDAY, date(2026, 10, 28), "error.swap_past"),
        (AIKO_HERSELF, THURSDAY, None, "error.swap_self"),
    ],
)
def test_only_ones_own_turn_is_given_and_only_theirs_taken_in_return(
    taker: Actor, day: date | None, in_return: date | None, error: str
) -> None:
    team = Team()

    with pytest.raises(UserError) as told:
        ask_for_swap(team.desk, AIKO_HERSELF, taker, day, in_return)

    assert told.value.key == error


def test_nobody_is_asked_for_a_day_on_which_they_are_away() -> None:
    team = Team()
    be_away(team.desk, CHIKA, THURSDAY)

    with pytest.raises(UserError) as told:
        ask_for_swap(team.desk, AIKO_HERSELF, CHIKA_HERSELF, THURSDAY)

    assert told.value.key == "error.swap_taker_away"


def test_a_swap_counts_once_it_is_taken_and_both_days_change_hands() -> None:
    team = Team()
    swap = ask_for_swap(team.desk, AIKO_HERSELF, CHIKA_HERSELF, THURSDAY, WEDNESDAY)
    before = (on_duty(team, WEDNESDAY), on_duty(team, THURSDAY))

    answer_swap(team.desk, swap.id, CHIKA_HERSELF, accept=True)

    assert before == (CHIKA, AIKO)
    assert (on_duty(team, WEDNESDAY), on_duty(team, THURSDAY)) == (AIKO, CHIKA)


def test_a_swap_of_today_is_seen_in_todays_ping_at_once() -> None:
    team = Team()
    ping(team.desk, "well")
    swap = ask_for_swap(team.desk, AIKO_HERSELF, BEN_HIMSELF, MONDAY)

    answer_swap(team.desk, swap.id, BEN_HIMSELF, accept=True)

    assert [effect.mention for effect in revised(team)] == [(BEN,)]


def test_a_swap_that_is_declined_revises_nothing() -> None:
    team = Team()
    ping(team.desk, "well")
    swap = ask_for_swap(team.desk, AIKO_HERSELF, BEN_HIMSELF, MONDAY)

    answer_swap(team.desk, swap.id, BEN_HIMSELF, accept=False)

    assert revised(team) == []
    assert on_duty(team, MONDAY) == AIKO


def test_away_today_pressed_twice_sends_only_the_duty_person_away() -> None:
    team = Team()
    ping(team.desk, "well")
    team.put(an_alert(owner=AIKO))

    be_away_today(team.desk, AIKO, MONDAY)
    be_away_today(team.desk, AIKO, MONDAY)

    assert on_duty(team, MONDAY) == BEN
    assert team.store.alerts()[0].owner == BEN
    assert revised(team)[-1].values["responder"] == BEN


def test_the_button_of_an_old_ping_sends_nobody_away() -> None:
    team = Team(MONDAY_1140 + timedelta(days=2))

    with pytest.raises(UserError) as told:
        be_away_today(team.desk, AIKO, MONDAY)

    assert told.value.key == "error.ping_of_another_day"
    assert on_duty(team, THURSDAY) == AIKO


def test_an_absence_without_a_last_day_is_one_day_and_without_a_first_none() -> None:
    team = Team()

    be_away(team.desk, AIKO, THURSDAY)

    assert team.policy().absent(AIKO, THURSDAY)
    assert not team.policy().absent(AIKO, FRIDAY)
    with pytest.raises(UserError):
        be_away(team.desk, AIKO, None)


def test_who_is_back_is_on_duty_again_and_the_ping_says_so() -> None:
    team = Team()
    ping(team.desk, "well")
    be_away_today(team.desk, AIKO, MONDAY)

    be_back(team.desk, AIKO)

    assert on_duty(team, MONDAY) == AIKO
    assert revised(team)[-1].values["responder"] == AIKO


def test_a_swap_of_today_hands_over_what_is_open_as_a_swap_and_what_was_nobodys_as_that() -> None:
    team = Team()
    team.put(an_alert(issue_id="7", owner=AIKO))
    swap = ask_for_swap(team.desk, AIKO_HERSELF, BEN_HIMSELF, MONDAY)
    answer_swap(team.desk, swap.id, BEN_HIMSELF, accept=True)
    team.put(an_alert(issue_id="8", owner=None))
    assert reassign(team.desk) == 1

    said = {
        saved.effect.alert_id: (saved.effect.values["why"], saved.effect.mention)
        for alert in team.desk.store.alerts()
        for saved in team.desk.store.effects_of(alert.id)
        if isinstance(saved.effect, Say)
    }
    assert said == {"7-1": ("swap", (BEN,)), "8-1": ("nobody", (BEN,))}
