"""What the lists show: who waits, in which order, who is on duty, which issue a name means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.alert import AlertState, Suspicion
from bot.domain.errors import UserError
from bot.services.home import home_of
from bot.services.lists import WEEK, log_of, on_call, waiting
from bot.services.roster import say_away
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, an_alert
from tests.team_desk import Team

MONDAY, WEDNESDAY, THURSDAY = date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 5)


def numbered(number: int, **changes: object) -> object:
    return an_alert(issue_id=str(number), short_id=f"KYC-{number}", **changes)


def test_the_first_due_comes_first_and_a_large_one_before_all() -> None:
    team = Team()
    team.put(numbered(1, judge_by_at=MONDAY_1140 + timedelta(days=3)))
    team.put(numbered(2, judge_by_at=MONDAY_1140 + timedelta(days=1)))
    team.put(numbered(3, judge_by_at=MONDAY_1140 + timedelta(days=9), suspicions=(Suspicion.ESCALATING,)))
    team.put(
        numbered(
            4, state=AlertState.MEDIUM, respond_by_at=MONDAY_1140 + timedelta(days=2), judge_by_at=MONDAY_1140
        )
    )

    assert [alert.issue_id for alert in waiting(team.desk)] == ["3", "2", "4", "1"]


def test_what_is_over_waits_for_nobody() -> None:
    team = Team()
    for number, state in enumerate(AlertState):
        team.put(numbered(number, state=state))

    shown = {alert.state for alert in waiting(team.desk)}

    assert shown == {AlertState.OPEN, AlertState.MEDIUM, AlertState.LARGE}


def test_one_person_sees_their_own() -> None:
    team = Team()
    team.put(numbered(1, owner=AIKO))
    team.put(numbered(2, owner=BEN))
    team.put(numbered(3, owner=None))

    assert [alert.issue_id for alert in waiting(team.desk, BEN)] == ["2"]
    assert waiting(team.desk, CHIKA) == []


def test_the_week_skips_the_holiday_and_names_who_is_away() -> None:
    team = Team()
    say_away(team.desk, CHIKA, WEDNESDAY, WEDNESDAY)

    week = on_call(team.desk, WEEK)

    assert [duty.date for duty in week.duties] == [
        MONDAY,
        WEDNESDAY,
        THURSDAY,
        date(2026, 11, 6),
        date(2026, 11, 9),
    ]
    assert [duty.responder for duty in week.duties][:3] == [AIKO, AIKO, AIKO]
    assert week.away[WEDNESDAY] == (CHIKA,)
    assert week.away[MONDAY] == ()


def test_after_the_close_of_business_the_next_business_day_is_the_current_one() -> None:
    team = Team(MONDAY_1140 + timedelta(hours=10))

    assert on_call(team.desk, 1).duties[0].date == WEDNESDAY


@pytest.mark.parametrize(
    "name",
    [
        "6100000102",
        "KYC-API-1B",
        "kyc-api-1b",
        "6100000102-1",
        "https://acme-kyc.sentry.io/issues/6100000102/?project=1",
    ],
)
def test_an_issue_is_found_by_whatever_people_call_it(name: str) -> None:
    team = Team()
    team.put(an_alert())
    team.put(replace(an_alert(), id="6100000102-2", round=2))

    assert log_of(team.desk, name).alert.round == 2


@pytest.mark.parametrize(
    ("name", "error"),
    [("", "error.log_which"), ("KYC-API-99", "error.log_unknown"), ("*", "error.log_unknown")],
)
def test_an_issue_that_is_not_known_is_told(name: str, error: str) -> None:
    team = Team()
    team.put(an_alert())

    with pytest.raises(UserError) as told:
        log_of(team.desk, name)

    assert told.value.key == error


def test_the_home_shows_ones_own_and_counts_all() -> None:
    team = Team()
    team.put(numbered(1, owner=AIKO))
    team.put(numbered(2, owner=BEN))

    shown = home_of(team.desk, BEN)

    assert (shown.duty.responder, shown.next_duty.responder) == (AIKO, CHIKA)
    assert [alert.issue_id for alert in shown.mine] == ["2"]
    assert shown.waiting == 2
