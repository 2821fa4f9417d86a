"""The rules of staying true: what Sentry says becomes of the alert, once, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import AlertState, Return, Suspicion
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.domain.effects import PostCard, Say, effect_id
from bot.domain.following import follow, status_confirmed, tell_cases
from bot.domain.lines import Line
from bot.domain.match import Reason, ReasonKind
from bot.domain.rate import DAY, HOUR, Bucket, Past
from bot.domain.receipts import IssueSnapshot
from tests.builders import (
    AIKO,
    MONDAY_1140,
    TOKYO,
    a_choice,
    a_policy,
    a_snapshot,
    an_act,
    an_alert,
    facts_of_a,
)

LATER = MONDAY_1140 + timedelta(hours=1)


def a_medium(**changes: object):
    return replace(press(an_alert(), a_choice(), MONDAY_1140, a_policy()).alert, **changes)


def an_archived_small(**changes: object):
    small = press(an_alert(facts=facts_of_a()), a_choice(Verdict.SMALL), MONDAY_1140, a_policy()).alert
    return replace(status_confirmed(small, "ignored", "archived_until_escalating", LATER).alert, **changes)


def lines(outcomes) -> list[Line]:
    return [e.line for outcome in outcomes for e in outcome.effects if isinstance(e, Say)]


def test_a_first_answer_completes_the_card_and_says_nothing() -> None:
    bare = an_alert(short_id=None, count=None, issue_status=None, issue_substatus=None)

    [outcome] = follow(bare, a_snapshot(count=7, user_count=4), None, LATER, a_policy())

    assert (outcome.alert.short_id, outcome.alert.count, outcome.alert.user_count) == ("KYC-API-1B", 7, 4)
    assert lines([outcome]) == []


def test_the_same_answer_twice_changes_nothing() -> None:
    [once] = follow(an_alert(), a_snapshot(count=9), None, LATER, a_policy())
    [twice] = follow(once.alert, a_snapshot(count=9), None, LATER, a_policy())

    assert twice.alert == once.alert
    assert twice.effects == ()


def test_resolved_in_sentry_by_a_person_closes_the_round_and_names_them() -> None:
    issue = a_snapshot(status="resolved", substatus=None, activity=(an_act("set_resolved", LATER, "Hiro"),))

    [outcome] = follow(a_medium(), issue, None, LATER, a_policy())

    assert outcome.alert.state is AlertState.CLOSED
    assert outcome.alert.closing.by_name == "Hiro"
    assert lines([outcome]) == [Line.RESOLVED_IN_SENTRY]


def test_our_own_archive_is_no_news() -> None:
    [outcome] = follow(an_archived_small(), a_snapshot(status="ignored"), None, LATER, a_policy())

    assert outcome.alert.state is AlertState.SMALL
    assert lines([outcome]) == []


def test_archived_by_a_person_in_sentry_closes_an_open_alert() -> None:
    issue = a_snapshot(
        status="ignored", substatus="archived_forever", activity=(an_act("set_ignored", LATER, "Hiro"),)
    )

    [outcome] = follow(an_alert(), issue, None, LATER, a_policy())

    assert outcome.alert.state is AlertState.CLOSED
    assert lines([outcome]) == [Line.ARCHIVED_IN_SENTRY]


@pytest.mark.parametrize(
    ("substatus", "why"),
    [("escalating", Return.ESCALATING), ("ongoing", Return.UNARCHIVED), ("regressed", Return.REGRESSED)],
)
def test_an_archived_issue_that_comes_back_opens_a_round_that_shows_the_old_decision(
    substatus: str, why: Return
) -> None:
    small = an_archived_small()

    old, new = follow(small, a_snapshot(substatus=substatus, count=932), None, LATER, a_policy())

    assert old.alert.state is AlertState.CLOSED
    assert new.alert.round == 2
    assert new.alert.comeback.why is why
    assert new.alert.comeback.level == "small"
    assert PostCard(new.alert.id) in new.effects
    assert bool(new.alert.suspicions) is (why is Return.ESCALATING)


def test_while_our_archive_is_on_its_way_an_unresolved_answer_opens_nothing() -> None:
    outcomes = follow(an_archived_small(), a_snapshot(), None, LATER, a_policy(), acting=True)

    assert len(outcomes) == 1
    assert outcomes[0].alert.state is AlertState.SMALL


def test_a_small_one_that_was_never_archived_does_not_come_back_for_being_unresolved() -> None:
    small = press(an_alert(facts=facts_of_a()), a_choice(Verdict.SMALL), MONDAY_1140, a_policy()).alert

    [outcome] = follow(small, a_snapshot(), None, LATER, a_policy())

    assert outcome.alert.state is AlertState.SMALL


def test_a_second_escalation_after_a_new_judgement_is_called_out_anew() -> None:
    policy = a_policy()
    [first] = follow(an_alert(), a_snapshot(substatus="escalating"), None, LATER, policy)
    judged = press(first.alert, a_choice(), LATER, policy).alert
    [calmer] = follow(judged, a_snapshot(substatus="ongoing"), None, LATER, policy)
    [second] = follow(
        calmer.alert, a_snapshot(substatus="escalating"), None, LATER + timedelta(hours=1), policy
    )

    called = [
        {effect_id(e) for e in outcome.effects if isinstance(e, Say) and e.line is Line.MAY_BE_LARGE}
        for outcome in (first, second)
    ]
    assert [len(each) for each in called] == [1, 1]
    assert called[0] != called[1]


def test_an_open_alert_that_escalates_is_suspected_large_once() -> None:
    [once] = follow(an_alert(), a_snapshot(substatus="escalating"), None, LATER, a_policy())
    [twice] = follow(once.alert, a_snapshot(substatus="escalating"), None, LATER, a_policy())

    assert once.alert.suspicions == (Suspicion.ESCALATING,)
    assert lines([once]) == [Line.MAY_BE_LARGE]
    assert lines([twice]) == []


def test_new_cases_are_told_to_the_responder_at_most_once_per_half_business_day() -> None:
    medium = a_medium()

    [first] = follow(medium, a_snapshot(count=5), None, LATER, a_policy())
    [soon] = follow(first.alert, a_snapshot(count=6), None, LATER + timedelta(hours=1), a_policy())
    [later] = follow(soon.alert, a_snapshot(count=6), None, LATER + timedelta(hours=5), a_policy())

    [line] = [e for e in first.effects if isinstance(e, Say)]
    assert (line.line, line.values["n"], line.values["total"], line.mention) == (
        Line.NEW_CASES,
        "2",
        "5",
        (AIKO,),
    )
    assert lines([soon]) == []
    assert lines([later]) == [Line.NEW_CASES]


def test_new_cases_at_night_wait_for_the_morning() -> None:
    night = datetime(2026, 11, 2, 23, tzinfo=TOKYO).astimezone(UTC)
    morning = datetime(2026, 11, 4, 10, 1, tzinfo=TOKYO).astimezone(UTC)

    [silent] = follow(a_medium(), a_snapshot(count=5), None, night, a_policy())
    told = tell_cases(silent.alert, morning, a_policy())

    assert lines([silent]) == []
    assert lines([told]) == [Line.NEW_CASES]


def test_responded_is_closed_quietly_when_sentry_confirms() -> None:
    responded = a_medium(state=AlertState.RESPONDED)

    closed = status_confirmed(responded, "resolved", None, LATER).alert
    back = follow(closed, a_snapshot(substatus="regressed", count=4), None, LATER, a_policy())

    assert closed.state is AlertState.CLOSED
    assert back[1].alert.comeback.why is Return.REGRESSED


def test_assigned_in_sentry_by_a_person_is_said_once() -> None:
    issue = a_snapshot(assignee="Hiro", activity=(an_act("assigned", LATER, "Mei"),))

    [once] = follow(an_alert(), issue, None, LATER, a_policy())
    [twice] = follow(once.alert, issue, None, LATER, a_policy())

    assert lines([once]) == [Line.ASSIGNED_IN_SENTRY]
    assert lines([twice]) == []


def a_loud_snapshot(count: int, **changes: object) -> IssueSnapshot:
    """An issue of ninety days that has one event an hour, and so many in the hour under way."""
    hours = tuple(Bucket(LATER - HOUR * back, 1) for back in range(23, 0, -1))
    days = tuple(Bucket(LATER - DAY * back, 24) for back in range(29, -1, -1))
    past = Past((*hours, Bucket(LATER, count)), days)
    return a_snapshot(past=past, first_seen_at=LATER - 90 * DAY, **changes)


def test_a_rate_far_above_its_own_past_is_suspected_once_with_its_number() -> None:
    [once] = follow(an_alert(), a_loud_snapshot(30), None, LATER, a_policy())
    [twice] = follow(once.alert, a_loud_snapshot(31), None, LATER, a_policy())

    assert (once.alert.suspicions, once.alert.times_usual) == ((Suspicion.UNUSUAL_RATE,), 30)
    assert Reason(ReasonKind.RATE, "", value="30") in once.alert.suggestion.because
    assert lines([once]) == [Line.MAY_BE_LARGE]
    assert (lines([twice]), twice.alert.times_usual) == ([], 30)


def test_a_rate_that_a_person_has_judged_is_said_again_only_when_twice_as_loud() -> None:
    [loud] = follow(an_alert(), a_loud_snapshot(30), None, LATER, a_policy())
    judged = press(loud.alert, a_choice(), LATER, a_policy()).alert

    [same] = follow(judged, a_loud_snapshot(40), None, LATER, a_policy())
    [louder] = follow(judged, a_loud_snapshot(60), None, LATER, a_policy())

    assert same.alert.suspicions == ()
    assert (louder.alert.suspicions, louder.alert.times_usual) == ((Suspicion.UNUSUAL_RATE,), 60)


def test_a_large_one_that_is_being_handled_is_not_suspected_when_sentry_sees_it_escalate() -> None:
    judged = press(an_alert(), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert

    [outcome] = follow(judged, a_snapshot(substatus="escalating"), None, LATER, a_policy())

    assert not [e for e in outcome.effects if isinstance(e, Say)]
    assert outcome.alert.issue_substatus == "escalating"
    assert outcome.alert.acknowledged_at == judged.acknowledged_at


@pytest.mark.parametrize("verdict", [Verdict.LARGE, Verdict.SMALL])
def test_what_is_large_or_archived_is_not_suspected_for_its_rate(verdict: Verdict) -> None:
    judged = press(an_alert(facts=facts_of_a()), a_choice(verdict), MONDAY_1140, a_policy()).alert

    [outcome] = follow(judged, a_loud_snapshot(500), None, LATER, a_policy())

    assert outcome.alert.suspicions == ()
