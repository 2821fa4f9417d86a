"""What stands where a call stood: what came of it, never by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState, Closing, Consultation
from bot.domain.calls import called_again, came_of, taken_away
from bot.domain.chasing import acted, clear_calls
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.domain.effects import Outcome, Remove, Revise
from bot.domain.entries import Entry, EntryKind
from tests.builders import AIKO, MONDAY_1140, a_choice, a_policy, an_alert

CALL = "say:6100000102-1:chase:x"
LATER = MONDAY_1140 + timedelta(hours=1)


def called(**changes: object) -> Alert:
    return an_alert(**{"last_call": CALL, **changes})


def an_entry(kind: EntryKind) -> Entry:
    return Entry("e", kind, LATER, "6100000102-1", "6100000102", by=AIKO, by_name="Aiko Tanaka")


def medium() -> Alert:
    return replace(press(an_alert(), a_choice(Verdict.MEDIUM), MONDAY_1140, a_policy()).alert, last_call=CALL)


@pytest.mark.parametrize(
    ("alert", "kinds", "how"),
    [
        (replace(medium(), state=AlertState.RESPONDED), (EntryKind.RESPONDED,), "responded"),
        (medium(), (EntryKind.RESPONDED,), "seen"),
        (medium(), (EntryKind.EXTENDED,), "extended"),
        (called(), (EntryKind.HANDED_OVER,), "handed_over"),
        (called(consultation=Consultation("q", AIKO, "Aiko Tanaka", LATER)), (), "discussed"),
        (medium(), (EntryKind.NOTED,), "seen"),
        (called(), (), "seen"),
    ],
)
def test_what_someone_did_stands_there_without_their_name(
    alert: Alert, kinds: tuple[EntryKind, ...], how: str
) -> None:
    outcome = acted(Outcome(alert, entries=tuple(map(an_entry, kinds))), AIKO, LATER)

    [revised] = [effect for effect in outcome.effects if isinstance(effect, Revise)]
    assert (revised.of, revised.values["how"], outcome.alert.last_call) == (CALL, how, None)
    assert "Aiko" not in str(revised.values)
    assert AIKO not in str(revised.values)


def test_a_judgement_says_its_level_and_when() -> None:
    outcome = press(called(), a_choice(Verdict.MEDIUM), LATER, a_policy())

    [revised] = [effect for effect in outcome.effects if isinstance(effect, Revise)]
    assert revised.values == {"how": "judged", "level": "medium", "at": LATER.isoformat()}


def test_what_ended_in_sentry_is_closed_also_when_it_had_been_judged() -> None:
    closed = replace(medium(), state=AlertState.CLOSED, closing=Closing("resolved", LATER, "Aiko Tanaka"))

    [revised] = clear_calls(closed).effects

    assert isinstance(revised, Revise)
    assert revised.values == {"how": "closed", "at": LATER.isoformat()}


def test_what_was_put_off_says_until_when() -> None:
    [revised] = came_of(medium(), (an_entry(EntryKind.EXTENDED),), LATER)

    due = medium().respond_by_at
    assert due
    assert isinstance(revised, Revise)
    assert revised.values["at"] == due.isoformat()


def test_a_chase_goes_when_a_newer_one_stands_and_a_nudge_leads_on_to_the_newer_one() -> None:
    assert taken_away(called()) == (Remove(CALL, "6100000102-1"),)
    [revised] = called_again(called(), LATER)
    assert isinstance(revised, Revise)
    assert revised.values == {"how": "again", "at": LATER.isoformat()}


def test_where_no_call_stands_nothing_is_said() -> None:
    quiet = an_alert()

    assert (taken_away(quiet), called_again(quiet, LATER), came_of(quiet), clear_calls(quiet).effects) == (
        (),
        (),
        (),
        (),
    )
