"""The rules of silence: an archive is for one cause, and every other one behind it is heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState, Comeback, Return
from bot.domain.cause import Cause
from bot.domain.deciding import change, complete, decide
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import EditCard, PostCard, Say, SetStatus
from bot.domain.facts import Facts, Frame
from bot.domain.following import follow, status_confirmed
from bot.domain.impact import Affected
from bot.domain.likeness import Difference, Feature
from bot.domain.lines import Line
from bot.domain.receipts import IssueEvent
from bot.domain.silencing import (
    causes_apart,
    is_counting,
    is_silenced,
    is_silent,
    judge,
    silence_of,
    unread_since,
)
from tests.builders import MONDAY_1140, a_choice, a_policy, a_snapshot, an_alert, facts_of_a, some_facts

POLICY = a_policy()
UNTIL_ESCALATING = ("ignored", "archived_until_escalating")
LATER = MONDAY_1140 + timedelta(hours=1)
THIRD = some_facts(
    transaction="Console::ReviewsController#update",
    culprit=None,
    frame=Frame("app/models/review.rb", 12, "approve!"),
    tags=(("journey_step", "3"),),
)


def a_round(facts: Facts, verdict: Verdict | None = Verdict.SMALL, number: int = 1, **changes: object):
    """A round of one issue, decided so; after a Small the issue is archived."""
    alert = an_alert(facts=facts, round=number)
    if verdict is not None:
        choice = a_choice(verdict, answers=Answers("submission"), reason="sent again")
        alert = decide(alert, choice, MONDAY_1140, POLICY).alert
    if verdict is Verdict.SMALL:
        alert = status_confirmed(alert, *UNTIL_ESCALATING, MONDAY_1140).alert
    return replace(alert, **changes)  # type: ignore[arg-type]


def events(*facts: Facts, at=LATER) -> list[IssueEvent]:
    """Events of these facts as the API lists them: newest first, a minute apart, without the project."""
    listed = [
        IssueEvent(f"e{number}", at + timedelta(minutes=number), replace(known, project=None))
        for number, known in enumerate(facts)
    ]
    return listed[::-1]


def new_round(outcomes) -> Alert:
    return outcomes[-1].alert


def test_an_event_of_another_cause_ends_the_silent_round_and_opens_one_that_says_why() -> None:
    small = a_round(facts_of_a())

    old, new = judge([small], events(facts_of_a(), some_facts(), some_facts()), LATER, POLICY)

    assert (old.alert.state, old.alert.closing and old.alert.closing.why) == (
        AlertState.CLOSED,
        "other_cause",
    )
    assert (new.alert.id, new.alert.state) == (f"{small.issue_id}-2", AlertState.OPEN)
    assert new.alert.comeback == Comeback(
        Return.OTHER_CAUSE,
        level="small",
        decided_at=MONDAY_1140,
        reason="sent again",
        old=Cause(
            "Applicant::DocumentsController#create", "submission.rb:118 attach_documents!", "submission"
        ),
        new=Cause("Sidekiq/DocumentFinalizeJob", "submission.rb:164 promote_to_review!", "check"),
        cases=2,
        since=LATER + timedelta(minutes=1),
    )
    assert new.alert.facts.project == small.facts.project
    assert isinstance(new.effects[0], PostCard)
    [line] = [e for e in old.effects if isinstance(e, Say)]
    assert (line.alert_id, line.line, line.about, line.values["n"]) == (
        small.id,
        Line.OTHER_CAUSE,
        new.alert.id,
        "2",
    )
    assert EditCard(small.id) in old.effects


def test_the_new_round_leaves_the_issue_archived_and_takes_part_in_no_status() -> None:
    _, new = judge([a_round(facts_of_a())], events(some_facts()), LATER, POLICY)

    assert (new.alert.issue_status, new.alert.issue_substatus) == UNTIL_ESCALATING
    assert not [e for e in new.effects if isinstance(e, SetStatus)]
    assert is_counting(new.alert)
    for substatus in ("archived_until_escalating", "archived_forever", None):
        answer = a_snapshot(status="ignored", substatus=substatus)
        [followed] = follow(new.alert, answer, None, LATER, POLICY)
        assert followed.alert.state is AlertState.OPEN


@pytest.mark.parametrize(
    "facts",
    [
        facts_of_a(),
        replace(facts_of_a(), frame=Frame("app/models/submission.rb", 121, "attach_documents!")),
        replace(facts_of_a(), release="kyc-api@2026.11.1"),
        Facts("ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR:  deadlock detected"),
        Facts("<unlabeled event>"),
        replace(facts_of_a(), frame=None, frames=(), transaction=None, culprit=None, tags=()),
    ],
    ids=["the same", "a line further", "another release", "a title only", "nothing", "without frames"],
)
def test_the_same_cause_and_what_says_too_little_call_nobody(facts: Facts) -> None:
    assert judge([a_round(facts_of_a())], events(facts), LATER, POLICY) == []


def test_an_archive_decided_on_a_bare_issue_silences_what_does_not_contradict_it() -> None:
    bare = a_round(Facts(some_facts().title, project="kyc-api"))

    assert judge([bare], events(some_facts()), LATER, POLICY) == []


def test_of_two_other_causes_the_one_that_spoke_first_opens_the_round() -> None:
    outcomes = judge([a_round(facts_of_a())], events(THIRD, some_facts(), THIRD), LATER, POLICY)

    assert new_round(outcomes).facts.transaction == THIRD.transaction
    assert new_round(outcomes).comeback.cases == 2  # type: ignore[union-attr]


def test_both_causes_are_silent_after_the_second_small_and_a_third_is_not() -> None:
    rounds = [a_round(facts_of_a(), state=AlertState.CLOSED), a_round(some_facts(), number=2)]

    assert judge(rounds, events(facts_of_a(), some_facts()), LATER, POLICY) == []
    third = new_round(judge(rounds, events(THIRD), LATER, POLICY))
    assert (third.round, third.comeback.old.transaction) == (3, "Sidekiq/DocumentFinalizeJob")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("verdict", "silent"),
    [(Verdict.SMALL, True), (Verdict.NOT_OURS, True), (Verdict.MEDIUM, False), (Verdict.LARGE, False)],
)
def test_the_newest_decision_on_a_cause_says_whether_it_is_silent(verdict: Verdict, silent: bool) -> None:
    rounds = [
        a_round(facts_of_a()),
        a_round(facts_of_a(), verdict, number=2),
        a_round(some_facts(), number=3),
    ]

    assert is_silenced(rounds, facts_of_a(), POLICY) is silent


def test_a_cause_that_nobody_has_decided_on_is_not_silent() -> None:
    assert not is_silenced([a_round(facts_of_a(), None)], facts_of_a(), POLICY)


def test_more_events_of_the_waiting_cause_are_counted_and_others_are_not() -> None:
    small = a_round(facts_of_a())
    old, new = judge([small], events(some_facts()), LATER, POLICY)

    [counted] = judge(
        [old.alert, new.alert],
        events(some_facts(), facts_of_a(), THIRD, some_facts(), at=LATER - timedelta(minutes=30)),
        LATER,
        POLICY,
    )

    comeback = counted.alert.comeback
    assert comeback is not None
    assert (comeback.cases, comeback.since) == (3, LATER - timedelta(minutes=30))
    assert counted.effects == (EditCard(new.alert.id),)
    assert judge([old.alert, new.alert], events(facts_of_a(), THIRD), LATER, POLICY) == []


@pytest.mark.parametrize(
    "newest",
    [
        a_round(facts_of_a(), None),
        a_round(facts_of_a(), Verdict.MEDIUM),
        a_round(facts_of_a(), issue_status="unresolved"),
        a_round(facts_of_a(), state=AlertState.CLOSED),
    ],
    ids=["open", "medium", "not archived", "closed"],
)
def test_only_a_small_that_is_archived_is_read_behind(newest: Alert) -> None:
    assert not is_silent(newest)
    assert judge([newest], events(some_facts()), LATER, POLICY) == []


def test_what_happened_while_the_card_waited_belongs_to_the_round() -> None:
    small = a_round(facts_of_a())
    new = new_round(judge([small], events(some_facts()), LATER + timedelta(hours=3), POLICY))

    assert unread_since(small) == small.arrived_at
    assert unread_since(new) == LATER


def test_a_silence_begins_anew_with_a_small_after_another_level_and_not_with_an_answer_given_later() -> None:
    small = a_round(facts_of_a())
    quick = decide(an_alert(facts=facts_of_a()), a_choice(Verdict.SMALL), MONDAY_1140, POLICY).alert
    completed = complete(quick, Affected.FEW, True, "U1", "A", LATER, POLICY).alert
    medium = change(small, a_choice(Verdict.MEDIUM), small.decision.id, LATER, POLICY).alert  # type: ignore[union-attr]
    again = change(medium, a_choice(Verdict.SMALL), medium.decision.id, LATER, POLICY).alert  # type: ignore[union-attr]

    assert completed.decision != quick.decision
    assert silence_of(completed) == silence_of(quick) == quick.decision.id  # type: ignore[union-attr]
    assert silence_of(small) == small.decision.id  # type: ignore[union-attr]
    assert silence_of(again) == again.decision.id  # type: ignore[union-attr]
    assert silence_of(medium) == ""


@pytest.mark.parametrize(
    ("differs", "old", "new"),
    [
        ([Difference(Feature.STEP, "submission", "check")], Cause(step="submission"), Cause(step="check")),
        ([Difference(Feature.CULPRIT, "A", "B")], Cause("A"), Cause("B")),
        (
            [Difference(Feature.JOB, "J", "K"), Difference(Feature.TRANSACTION, "A", "B")],
            Cause("A"),
            Cause("B"),
        ),
        ([Difference(Feature.STATUS, "502", "403")], Cause(otherwise="502"), Cause(otherwise="403")),
        (
            [Difference(Feature.STEP, "tag 2", "tag 3"), Difference(Feature.PLACE, "a.rb:1", "b.rb:2")],
            Cause(place="a.rb:1"),
            Cause(place="b.rb:2"),
        ),
        ([], Cause(), Cause()),
    ],
    ids=["step", "culprit", "transaction before job", "otherwise", "a bare tag is no step", "nothing"],
)
def test_two_causes_are_named_by_what_differs(differs: list[Difference], old: Cause, new: Cause) -> None:
    assert causes_apart(differs) == (old, new)
