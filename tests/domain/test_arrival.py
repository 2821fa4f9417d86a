"""The rule of arrival: one occurrence, one alert, whatever is told how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.alert import AlertState, Source, Suspicion
from bot.domain.arrival import arrive, richer
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.domain.effects import PostCard, ReadIssue, Say
from bot.domain.lines import Line
from tests.builders import (
    AIKO,
    BEN,
    MONDAY_1140,
    TOKYO,
    a_choice,
    a_policy,
    an_alert,
    an_occurrence,
    facts_of_a,
    some_facts,
)


def test_a_first_occurrence_opens_an_alert_with_owner_deadline_suggestion_and_card() -> None:
    outcome = arrive(an_occurrence(), None, MONDAY_1140, a_policy())

    alert = outcome.alert
    assert alert.state is AlertState.OPEN
    assert alert.owner == AIKO
    assert alert.judge_by_at == datetime(2026, 11, 4, 19, tzinfo=TOKYO).astimezone(UTC)
    assert alert.suggestion.step == "check"
    assert PostCard(alert.id) in outcome.effects
    assert ReadIssue(alert.issue_id) in outcome.effects


def test_two_issues_with_the_same_title_are_two_alerts_with_different_steps() -> None:
    a = arrive(an_occurrence(issue_id="6100000101", facts=facts_of_a()), None, MONDAY_1140, a_policy()).alert
    b = arrive(an_occurrence(), None, MONDAY_1140, a_policy()).alert

    assert a.id != b.id
    assert (a.suggestion.step, b.suggestion.step) == ("submission", "check")


def test_a_second_delivery_of_an_open_alert_opens_nothing_and_asks_for_the_counts() -> None:
    outcome = arrive(an_occurrence(), an_alert(), MONDAY_1140, a_policy())

    assert outcome.alert.id == an_alert().id
    assert not [e for e in outcome.effects if isinstance(e, PostCard)]
    assert ReadIssue("6100000102") in outcome.effects
    assert not outcome.entries


@pytest.mark.parametrize("state", [AlertState.SMALL, AlertState.CLOSED, AlertState.RESPONDED])
def test_an_event_alert_never_opens_a_round_itself_but_asks_sentry(state: AlertState) -> None:
    outcome = arrive(an_occurrence(), an_alert(state=state), MONDAY_1140, a_policy())

    assert outcome.alert.state is state
    assert outcome.effects == (ReadIssue("6100000102", with_event=True),)


def test_a_metric_alert_that_fires_again_opens_a_new_round_for_it_has_no_issue_to_ask() -> None:
    old = an_alert(issue_id="metric-412", state=AlertState.CLOSED, source=Source.METRIC_ALERT)

    again = arrive(
        an_occurrence(issue_id="metric-412", source=Source.METRIC_ALERT), old, MONDAY_1140, a_policy()
    )

    assert again.alert.round == 2
    assert not [e for e in again.effects if isinstance(e, ReadIssue)]


def test_a_suspected_large_one_is_said_loudly_to_responder_and_backup() -> None:
    outcome = arrive(an_occurrence(suspicions=(Suspicion.OUTAGE,)), None, MONDAY_1140, a_policy())

    [line] = [e for e in outcome.effects if isinstance(e, Say) and e.line is Line.MAY_BE_LARGE]
    assert line.mention == (AIKO, BEN)
    assert line.broadcast


@pytest.mark.parametrize("verdict", [Verdict.LARGE, Verdict.MEDIUM])
def test_a_monitor_that_goes_on_failing_after_it_was_judged_calls_nobody_again(verdict: Verdict) -> None:
    down = an_occurrence(suspicions=(Suspicion.OUTAGE,))
    judged = press(
        arrive(down, None, MONDAY_1140, a_policy()).alert, a_choice(verdict), MONDAY_1140, a_policy()
    ).alert

    again = arrive(down, judged, MONDAY_1140, a_policy())

    assert not [e for e in again.effects if isinstance(e, Say)]
    assert not again.alert.is_suspected_large
    assert again.alert.acknowledged_at == judged.acknowledged_at


def test_after_hours_the_next_business_days_responder_owns_it() -> None:
    saturday_night = datetime(2026, 11, 7, 2, tzinfo=TOKYO).astimezone(UTC)

    alert = arrive(an_occurrence(), None, saturday_night, a_policy()).alert

    assert alert.after_hours
    assert alert.owner == AIKO
    assert alert.judge_by_at == datetime(2026, 11, 10, 19, tzinfo=TOKYO).astimezone(UTC)


def test_a_bare_issue_learns_its_frame_from_an_event_and_never_loses_it() -> None:
    bare = some_facts(frame=None, exceptions=(), tags=(), transaction=None)

    learned = richer(bare, some_facts())
    kept = richer(learned, bare)

    assert learned.frame == some_facts().frame
    assert kept == learned


def test_an_older_delivery_that_comes_late_does_not_shrink_the_count() -> None:
    outcome = arrive(an_occurrence(count=2), replace(an_alert(), count=5), MONDAY_1140, a_policy())

    assert outcome.alert.count == 5
