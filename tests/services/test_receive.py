"""A delivery is taken once, and becomes an alert, a bell, or nothing on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.alert import AlertState, Source, Suspicion
from bot.domain.effects import ReadIssue, Screen, Service
from bot.domain.notice import Bell, MetricResolved, Nothing, Notice
from bot.services.receive import INSTALLATION, Received, receive
from tests.builders import an_alert, an_occurrence, some_facts, the_rules
from tests.services.desks import a_desk, waiting


def told(**changes: object) -> Notice:
    return Notice("key-1", an_occurrence(**changes), project="kyc-api")


def test_a_first_occurrence_opens_an_alert_with_its_card_on_the_way() -> None:
    desk = a_desk()

    result, alert = receive(desk, told())

    assert result is Received.NEW
    assert alert is not None
    assert desk.store.alerts() == [alert]
    assert "post_card" in waiting(desk)


def test_the_same_delivery_twice_changes_nothing_the_second_time() -> None:
    desk = a_desk()
    receive(desk, told())
    before = desk.store.alerts()

    assert receive(desk, told(count=99)) == (Received.REPEATED, None)
    assert desk.store.alerts() == before


def test_another_delivery_of_the_same_occurrence_renews_the_open_alert() -> None:
    desk = a_desk()
    receive(desk, told())

    result, alert = receive(desk, replace(told(count=5), key="key-2"))

    assert result is Received.KNOWN
    assert alert is not None
    assert (len(desk.store.alerts()), alert.count) == (1, 5)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"source": Source.EVENT_ALERT, "facts": some_facts(environment="staging")}, Received.NEW),
        ({"source": Source.ISSUE_CREATED, "facts": some_facts(environment="staging")}, Received.UNWATCHED),
        ({"source": Source.ISSUE_CREATED, "facts": some_facts(level="info")}, Received.UNWATCHED),
        ({"source": Source.ISSUE_CREATED, "facts": some_facts(category="feedback")}, Received.UNWATCHED),
        ({"source": Source.ISSUE_CREATED, "facts": some_facts(environment=None)}, Received.SCREENING),
        ({"source": Source.METRIC_ALERT, "facts": some_facts(environment=None)}, Received.NEW),
    ],
)
def test_an_alert_rule_has_judged_already_and_everything_else_obeys_watch(
    changes: dict[str, object], expected: Received
) -> None:
    assert receive(a_desk(), told(**changes))[0] is expected


def test_an_outage_is_screened_at_the_front_of_the_queue() -> None:
    desk = a_desk()
    facts = some_facts(environment=None, category="outage")
    receive(desk, told(source=Source.ISSUE_CREATED, facts=facts, suspicions=(Suspicion.OUTAGE,)))

    [saved] = desk.store.due(Service.SENTRY, desk.clock.machine(), 9)
    assert isinstance(saved.effect, Screen)
    assert saved.urgent


def test_the_bots_own_project_and_what_means_nothing_leave_no_trace() -> None:
    desk = a_desk()
    own = the_rules().sentry.bot_project

    assert receive(desk, replace(told(), project=own)) == (Received.NOTHING, None)
    assert receive(desk, Notice("key-9", Nothing("comments"))) == (Received.NOTHING, None)
    assert desk.store.alerts() == []
    # Their keys were not used up either: a real delivery under the same key is taken.
    assert receive(desk, replace(told(), key="key-9"))[0] is Received.NEW


def test_a_bell_asks_the_api_also_about_an_issue_never_heard_of() -> None:
    desk = a_desk()

    assert receive(desk, Notice("key-1", Bell("77"))) == (Received.BELL, None)

    [saved] = desk.store.due(Service.SENTRY, desk.clock.machine(), 9)
    assert saved.effect == ReadIssue("77", with_event=True)


def test_the_installation_is_learned_from_what_it_sends() -> None:
    desk = a_desk()
    receive(desk, replace(told(), installation_id="7c1f2a34"))
    assert desk.store.value(INSTALLATION) == "7c1f2a34"


def test_an_issue_that_was_over_is_asked_about_and_opens_no_round_by_itself() -> None:
    desk = a_desk()
    with desk.change() as change:
        change.save(an_alert(state=AlertState.SMALL))

    result, alert = receive(desk, told())

    assert result is Received.KNOWN
    assert alert is not None
    assert alert.round == 1
    assert waiting(desk) == []  # nothing for Slack; the question about the issue is on its way
    [saved] = desk.store.due(Service.SENTRY, desk.clock.machine(), 9)
    assert isinstance(saved.effect, ReadIssue)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (AlertState.OPEN, AlertState.CLOSED),
        (AlertState.MEDIUM, AlertState.MEDIUM),
        (AlertState.LARGE, AlertState.LARGE),
        (AlertState.SMALL, AlertState.CLOSED),
    ],
)
def test_a_metric_alert_ends_by_its_own_word_unless_a_person_answers_for_it(
    state: AlertState, after: AlertState
) -> None:
    desk = a_desk()
    with desk.change() as change:
        change.save(an_alert(issue_id="metric-412", source=Source.METRIC_ALERT, state=state))

    receive(desk, Notice("key-1", MetricResolved("metric-412")))

    assert [a.state for a in desk.store.alerts()] == [after]
    assert "say" in waiting(desk)


def test_the_end_of_a_metric_alert_never_heard_of_is_nothing() -> None:
    assert receive(a_desk(), Notice("k", MetricResolved("metric-1"))) == (Received.NOTHING, None)
