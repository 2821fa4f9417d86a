"""Restored: responded to, the review is a precedent, the permanent fix has an owner until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import Alert, AlertState
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.domain.effects import Announce, Outcome, Say, SetStatus, WriteNote
from bot.domain.entries import EntryKind
from bot.domain.errors import UserError
from bot.domain.handling import Doer
from bot.domain.lines import Line
from bot.domain.restoring import Review, finish_fix, respond_as_part, restore
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, TOKYO, a_choice, a_policy, an_alert

NOW = MONDAY_1140 + timedelta(hours=1)
AT_NIGHT = datetime(2026, 11, 7, 3, 0, tzinfo=TOKYO).astimezone(UTC)
REVIEW = Review("certificate ran out", "a new one", "120", "support", CHIKA, "Chika Sato")


def large() -> Alert:
    return press(an_alert(), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert


def restored(alert: Alert | None = None, at: datetime = NOW, by: str = BEN) -> Outcome:
    return restore(alert or large(), REVIEW, Doer(by, "Ben Mori", at), a_policy())


def the_line(outcome: Outcome) -> Say:
    [line] = [e for e in outcome.effects if isinstance(e, Say)]
    return line


def test_restored_responds_and_keeps_the_review_as_a_precedent() -> None:
    outcome = restored()

    assert outcome.alert.state is AlertState.RESPONDED
    assert [entry.kind for entry in outcome.entries] == [EntryKind.RESTORED, EntryKind.RESPONDED]
    kept = outcome.entries[0].details
    assert (kept["happened"], kept["helped"], kept["cases"]) == ("certificate ran out", "a new one", "120")
    assert [e.status for e in outcome.effects if isinstance(e, SetStatus)] == ["resolve"]


def test_nothing_is_said_twice() -> None:
    outcome = restored()

    assert the_line(outcome).line is Line.RESTORED
    assert [e.line for e in outcome.effects if isinstance(e, Announce)] == [Line.SUPPORT_RESTORED]
    [note] = [e for e in outcome.effects if isinstance(e, WriteNote)]
    assert "What helped: a new one" in note.text and "Business: support asked" in note.text


def test_more_events_than_the_form_showed_do_not_lose_a_review() -> None:
    assert restored(replace(large(), count=10_000)).alert.cases_done == 10_000


@pytest.mark.parametrize(
    ("at", "by", "mention"), [(NOW, BEN, (CHIKA,)), (NOW, CHIKA, ()), (AT_NIGHT, BEN, ())]
)
def test_the_owner_of_the_fix_is_mentioned_in_business_hours_and_never_by_oneself(
    at: datetime, by: str, mention: tuple[str, ...]
) -> None:
    assert the_line(restored(at=at, by=by)).mention == mention


def test_an_alert_that_was_resolved_in_sentry_meanwhile_still_takes_its_review() -> None:
    closed = replace(large(), state=AlertState.CLOSED)

    outcome = restored(closed)

    assert outcome.alert.state is AlertState.CLOSED
    assert outcome.alert.incident and outcome.alert.incident.awaits_fix


def test_a_second_review_is_told_that_it_is_over() -> None:
    with pytest.raises(UserError, match="incident_over"):
        restored(restored().alert)


def test_a_part_is_responded_to_with_what_helped() -> None:
    outcome = respond_as_part(large(), REVIEW, Doer(BEN, "Ben Mori", NOW), a_policy())

    assert outcome.alert.state is AlertState.RESPONDED
    assert the_line(outcome).values["done"] == "a new one"


def test_the_fix_is_done_once_by_anyone_and_logged() -> None:
    first = finish_fix(restored().alert, Doer(AIKO, "Aiko Tanaka", NOW))
    second = finish_fix(first.alert, Doer(BEN, "Ben Mori", NOW))

    assert first.alert.incident and first.alert.incident.fix_done_at == NOW
    assert [(e.by_name, e.details["what"]) for e in first.entries] == [("Aiko Tanaka", "fixed")]
    assert the_line(first).line is Line.FIXED
    assert (second.alert, second.effects, second.entries) == (first.alert, (), ())


def test_no_fix_is_awaited_of_an_incident_that_goes_on() -> None:
    with pytest.raises(UserError, match="no_fix"):
        finish_fix(large(), Doer(AIKO, "Aiko Tanaka", NOW))
