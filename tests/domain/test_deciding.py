"""The rules of deciding: what a press stores, what follows, who wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import AlertState, Suspicion
from bot.domain.deciding import AlreadyDecided, AskFirst, change, choose_step, press
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import Assign, LinkIssue, Say, SetStatus, WriteNote
from bot.domain.errors import UserError
from bot.domain.impact import Affected
from bot.domain.lines import Line
from bot.domain.match import Suggestion
from bot.domain.policy import Policy
from bot.domain.watch import SentryWrite
from tests.builders import (
    AIKO,
    BEN,
    MONDAY_1140,
    TOKYO,
    a_choice,
    a_policy,
    an_alert,
    facts_of_a,
    the_rules,
)

NOW = MONDAY_1140 + timedelta(minutes=12)


def writing(write: SentryWrite) -> Policy:
    rules = the_rules()
    return a_policy(replace(rules, sentry=replace(rules.sentry, write=write)))


def test_medium_takes_effect_at_once_with_a_deadline_three_business_days_off_and_an_assignee() -> None:
    outcome = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy())

    assert outcome.alert.state is AlertState.MEDIUM
    assert outcome.alert.respond_by_at == datetime(2026, 11, 6, 19, tzinfo=TOKYO).astimezone(UTC)
    assert Assign(outcome.alert.id, AIKO, act=outcome.alert.decision.id, act_at=NOW) in outcome.effects
    assert not [e for e in outcome.effects if isinstance(e, SetStatus)]


def test_small_on_a_step_that_allows_it_archives_until_it_escalates_and_says_so() -> None:
    a = an_alert(issue_id="6100000101", facts=facts_of_a())

    outcome = press(a, a_choice(Verdict.SMALL), NOW, a_policy())

    [status] = [e for e in outcome.effects if isinstance(e, SetStatus)]
    assert status.status == "archive"
    assert [e.line for e in outcome.effects if isinstance(e, Say)] == [Line.SMALL]
    assert outcome.alert.decision.answers == Answers("submission", Affected.FEW, True)
    assert outcome.alert.respond_by_at is None


@pytest.mark.parametrize("step", ["check", "whole", "outside", "unsure", None])
def test_small_where_no_row_allows_it_asks_one_question_first(step: str | None) -> None:
    alert = an_alert(step=step, suggestion=Suggestion())

    with pytest.raises(AskFirst):
        press(alert, a_choice(Verdict.SMALL), NOW, a_policy())


def test_what_level_and_step_leave_open_is_stored_as_not_said() -> None:
    decision = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert.decision

    assert decision.answers == Answers("check", None, None)
    assert decision.row is None
    assert not decision.against_matrix


def test_large_mentions_responder_and_backup_at_once_and_ends_the_suspicion() -> None:
    alert = an_alert(suspicions=(Suspicion.ESCALATING,))

    outcome = press(alert, a_choice(Verdict.LARGE), NOW, a_policy())

    [line] = [e for e in outcome.effects if isinstance(e, Say)]
    assert line.line is Line.LARGE
    assert line.mention == (AIKO, BEN)
    assert outcome.alert.suspicions == ()
    assert outcome.alert.is_urgent


def test_a_double_click_by_the_same_person_changes_nothing() -> None:
    once = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert

    twice = press(once, a_choice(Verdict.MEDIUM), NOW, a_policy())

    assert twice.alert == once
    assert twice.effects == ()
    assert twice.entries == ()


def test_the_second_of_two_people_is_told_by_whom_and_what() -> None:
    once = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert

    with pytest.raises(AlreadyDecided) as told:
        press(once, a_choice(Verdict.LARGE, by=BEN, by_name="Ben Mori"), NOW, a_policy())

    assert told.value.values == {"name": "Aiko Tanaka", "level": Verdict.MEDIUM}


def test_a_change_keeps_the_history_and_reopens_what_small_had_archived() -> None:
    small = press(an_alert(facts=facts_of_a()), a_choice(Verdict.SMALL), NOW, a_policy()).alert

    outcome = change(
        small, a_choice(Verdict.MEDIUM, by=BEN, by_name="Ben"), small.decision.id, NOW, a_policy()
    )

    assert outcome.alert.history == (small.decision,)
    assert outcome.alert.decision.id != small.decision.id
    assert [e.status for e in outcome.effects if isinstance(e, SetStatus)] == ["reopen"]
    assert [e.line for e in outcome.effects if isinstance(e, Say)] == [Line.CHANGED]


def test_a_change_from_an_old_form_is_told_of_the_newer_decision() -> None:
    first = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert
    second = change(first, a_choice(Verdict.LARGE), first.decision.id, NOW, a_policy()).alert

    with pytest.raises(AlreadyDecided):
        change(second, a_choice(Verdict.SMALL, by=BEN), first.decision.id, NOW, a_policy())


def test_answers_added_later_do_not_move_the_deadline() -> None:
    medium = press(an_alert(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert
    answers = Answers("check", Affected.FEW, False)

    later = change(
        medium,
        a_choice(Verdict.MEDIUM, answers=answers),
        medium.decision.id,
        NOW + timedelta(days=1),
        a_policy(),
    ).alert

    assert later.respond_by_at == medium.respond_by_at
    assert later.decision.row == "any/few/no"


@pytest.mark.parametrize(
    ("write", "kinds"),
    [
        (SentryWrite.NONE, set()),
        (SentryWrite.NOTES, {WriteNote, LinkIssue}),
        (SentryWrite.FULL, {WriteNote, LinkIssue, SetStatus}),
    ],
)
def test_sentry_write_is_obeyed(write: SentryWrite, kinds: set[type]) -> None:
    outcome = press(an_alert(facts=facts_of_a()), a_choice(Verdict.SMALL), NOW, writing(write))

    told = {type(e) for e in outcome.effects if isinstance(e, WriteNote | LinkIssue | SetStatus | Assign)}
    assert told == kinds


def test_the_note_is_a_pure_function_of_the_decision_and_ends_with_its_id() -> None:
    one = press(an_alert(), a_choice(Verdict.MEDIUM, reason="three cases stuck"), NOW, a_policy())
    two = press(an_alert(), a_choice(Verdict.MEDIUM, reason="three cases stuck"), NOW, a_policy())

    [note] = [e for e in one.effects if isinstance(e, WriteNote)]
    assert note in two.effects
    assert note.text.endswith(f"[{one.alert.decision.id}]")
    assert "three cases stuck" in note.text


def test_not_ours_has_no_deadline_and_no_archive_and_says_whom_to_tell() -> None:
    outcome = press(an_alert(), a_choice(Verdict.NOT_OURS, tell="payments team"), NOW, a_policy())

    assert outcome.alert.state is AlertState.NOT_OURS
    assert outcome.alert.respond_by_at is None
    assert not [e for e in outcome.effects if isinstance(e, SetStatus | Assign)]
    assert outcome.alert.decision.tell == "payments team"


def test_an_alert_that_ended_in_sentry_cannot_be_pressed() -> None:
    with pytest.raises(UserError):
        press(an_alert(state=AlertState.CLOSED), a_choice(), NOW, a_policy())


def test_a_step_is_chosen_before_the_decision_and_refused_when_the_journey_has_none_such() -> None:
    chosen = choose_step(an_alert(), "result", AIKO, "Aiko", NOW, a_policy())

    assert chosen.alert.effective_step == "result"
    with pytest.raises(UserError):
        choose_step(an_alert(), "no-such-step", AIKO, "Aiko", NOW, a_policy())


@pytest.mark.parametrize("step", ["request", "submission", "check", "result", "whole", "outside", "unsure"])
def test_every_choice_of_the_step_select_is_taken(step: str) -> None:
    chosen = choose_step(an_alert(suggestion=Suggestion()), step, AIKO, "Aiko", NOW, a_policy())

    assert chosen.alert.effective_step == step
