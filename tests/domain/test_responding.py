"""The rules of responding: nobody is forgotten, nothing is put off for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import AlertState
from bot.domain.deciding import press
from bot.domain.effects import Assign, Say, SetStatus, WriteNote
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.domain.receipts import MoreCases
from bot.domain.responding import Response, add_note, extend, hand_over, reopen_for_more_cases, respond
from tests.builders import AIKO, BEN, MONDAY_1140, TOKYO, a_choice, a_policy, a_snapshot, an_alert

NOW = MONDAY_1140 + timedelta(hours=2)


def a_medium(**changes: object):
    return replace(press(an_alert(), a_choice(), MONDAY_1140, a_policy()).alert, **changes)


def a_response(**changes: object) -> Response:
    known: dict[str, object] = {
        "by": AIKO,
        "by_name": "Aiko",
        "done": "repaired 3 by hand",
        "all_done": True,
        "told": "yes",
        "cases": 3,
    }
    return Response(**{**known, **changes})  # type: ignore[arg-type]


def test_responded_resolves_the_issue_with_the_number_of_cases_it_covered() -> None:
    outcome = respond(a_medium(), a_response(), NOW, a_policy())

    assert outcome.alert.state is AlertState.RESPONDED
    [status] = [e for e in outcome.effects if isinstance(e, SetStatus)]
    assert (status.status, status.cases) == ("resolve", 3)
    assert [e.line for e in outcome.effects if isinstance(e, Say)] == [Line.RESPONDED]


def test_an_old_form_does_not_close_what_has_grown() -> None:
    with pytest.raises(UserError) as told:
        respond(a_medium(count=5), a_response(cases=3), NOW, a_policy())

    assert told.value.key == "error.more_cases"
    assert told.value.values == {"n": 2, "total": 5}


def test_some_left_keeps_it_open_and_notes_what_was_done() -> None:
    outcome = respond(a_medium(), a_response(all_done=False), NOW, a_policy())

    assert outcome.alert.state is AlertState.MEDIUM
    assert not [e for e in outcome.effects if isinstance(e, SetStatus)]
    assert [e for e in outcome.effects if isinstance(e, WriteNote)]


def test_a_case_that_came_before_sentry_could_resolve_opens_it_again() -> None:
    responded = respond(a_medium(), a_response(), NOW, a_policy()).alert

    again = reopen_for_more_cases(responded, MoreCases(5, a_snapshot(count=5)), a_policy())

    assert again.alert.state is AlertState.MEDIUM
    [line] = [e for e in again.effects if isinstance(e, Say)]
    assert (line.line, line.values["n"], line.mention) == (Line.RESPONSE_INCOMPLETE, "2", (AIKO,))


def test_a_second_responded_is_told_that_it_is_done() -> None:
    responded = respond(a_medium(), a_response(), NOW, a_policy()).alert

    with pytest.raises(UserError):
        respond(responded, a_response(), NOW, a_policy())


def test_one_more_business_day_twice_at_most_and_the_first_deadline_stays() -> None:
    once = extend(a_medium(), "waiting for the bank", AIKO, "Aiko", NOW, a_policy()).alert
    twice = extend(once, "still", AIKO, "Aiko", NOW, a_policy()).alert

    assert once.respond_by_at == datetime(2026, 11, 9, 19, tzinfo=TOKYO).astimezone(UTC)
    assert twice.respond_by_at == datetime(2026, 11, 10, 19, tzinfo=TOKYO).astimezone(UTC)
    assert twice.first_respond_by_at == datetime(2026, 11, 6, 19, tzinfo=TOKYO).astimezone(UTC)
    with pytest.raises(UserError):
        extend(twice, "again", AIKO, "Aiko", NOW, a_policy())


def test_an_empty_note_is_refused_and_a_note_goes_to_thread_and_sentry() -> None:
    with pytest.raises(UserError):
        add_note(an_alert(), "  ", AIKO, "Aiko", NOW, a_policy())

    outcome = add_note(an_alert(), "looked at the queue", AIKO, "Aiko", NOW, a_policy())

    assert {type(e) for e in outcome.effects} == {Say, WriteNote}


def test_handing_over_mentions_the_new_owner_and_keeps_the_deadline() -> None:
    outcome = hand_over(a_medium(), BEN, "Ben", AIKO, "Aiko", NOW, a_policy())

    assert outcome.alert.owner == BEN
    assert outcome.alert.respond_by_at == a_medium().respond_by_at
    [line] = [e for e in outcome.effects if isinstance(e, Say)]
    assert line.mention == (BEN,)
    assert [e.user_id for e in outcome.effects if isinstance(e, Assign)] == [BEN]


def test_taking_it_oneself_mentions_nobody() -> None:
    outcome = hand_over(an_alert(), BEN, "Ben", BEN, "Ben", NOW, a_policy())

    [line] = [e for e in outcome.effects if isinstance(e, Say)]
    assert line.mention == ()
