"""A drill is known before it starts, comes the real way once, keeps to itself, and is over when it is over."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.config.drills import load_scenarios
from bot.domain.alert import AlertState
from bot.domain.decision import Verdict
from bot.domain.drill import Drill, DrillState, Invented, Played
from bot.domain.drill_plan import DrillPlan, WeekDay
from bot.domain.effects import Announce, Outcome, SavedEffect, Service, SetStatus
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.domain.notice import Bell, Notice
from bot.domain.restoring import Review
from bot.ports import Change, TryLater
from bot.services.decide import decide
from bot.services.desk import Desk
from bot.services.drill import Drills
from bot.services.drill_register import current, keep
from bot.services.incident import end_restored, fixes
from bot.services.receive import Received, receive
from bot.services.respond import respond
from bot.services.watching import alert_rule_findings
from bot.web.knock import knock_in_poll_mode
from tests.builders import MONDAY_1140, an_occurrence, facts_of_a, the_rules
from tests.fakes import FakeClock
from tests.services.desks import AIKO_ACTS, BEN_ACTS, a_desk

MINUTE = timedelta(minutes=1)


class Sent:
    """What was knocked with, by name; takes it in as the door would, unless it is shut."""

    def __init__(self, desk: Desk) -> None:
        self.names: list[str] = []
        self.is_shut = False
        self._take = knock_in_poll_mode(desk)

    def __call__(self, played: Played, event: Invented, at: datetime) -> None:
        if self.is_shut:
            raise TryLater("shut")
        self.names.append(played.name)
        self._take(played, event, at)


def drilling(*plans: DrillPlan) -> tuple[Desk, Drills, Sent, FakeClock]:
    clock = FakeClock()
    desk = a_desk(replace(the_rules(), drills=plans), clock)
    sent, ids = Sent(desk), iter(f"drill-{n}" for n in range(1, 99))
    return desk, Drills(desk, load_scenarios(), sent, lambda: next(ids)), sent, clock


def begun(scenario: str = "a_or_b") -> tuple[Desk, Drills, Sent, FakeClock]:
    desk, drills, sent, clock = drilling()
    drills.plan(scenario)
    drills.tick()
    return desk, drills, sent, clock


def the_drill(desk: Desk) -> Drill:
    drill = current(desk.store)
    assert drill is not None
    return drill


def announced(desk: Desk, line: Line) -> list[SavedEffect]:
    due = desk.store.due(Service.SLACK, desk.clock.machine(), 99)
    return [saved for saved in due if isinstance(saved.effect, Announce) and saved.effect.line is line]


def test_it_is_registered_and_opened_before_its_first_alert_is_sent() -> None:
    desk, drills, sent, _ = drilling()
    sent.is_shut = True
    drills.plan("a_or_b")

    with pytest.raises(TryLater):
        drills.tick()

    assert len(announced(desk, Line.DRILL_OPENED)) == 1
    assert [desk.store.value(f"drill_issue:{p.issue_id}") is not None for p in the_drill(desk).played] == [
        True,
        True,
    ]
    assert desk.store.alerts() == []


def test_an_alert_that_our_own_door_did_not_take_is_sent_again() -> None:
    desk, drills, sent, _ = drilling()
    sent.is_shut = True
    drills.plan("a_or_b")
    with pytest.raises(TryLater):
        drills.tick()
    sent.is_shut = False

    drills.tick()
    drills.tick()

    assert sent.names == ["DRILL-1A"]
    assert len(desk.store.alerts()) == 1


def test_one_that_was_taken_although_its_answer_was_lost_is_one_alert() -> None:
    desk, drills, sent, _ = begun()
    with desk.change() as change:
        fresh = the_drill(desk)
        unsent = replace(fresh, played=tuple(replace(p, sent=False) for p in fresh.played))
        keep(change, unsent)

    drills.tick()

    assert sent.names == ["DRILL-1A", "DRILL-1A"]
    assert len(desk.store.alerts()) == 1


def test_another_drill_that_is_planned_at_that_very_moment_is_the_one_that_begins() -> None:
    desk, drills, *_ = drilling()
    drills.plan("a_or_b")
    meanwhile = [lambda: drills.plan("customer_notice")]

    class Interrupted(Desk):
        """Somebody else is just before each change."""

        @contextmanager
        def change(self) -> Generator[Change]:
            if meanwhile:
                meanwhile.pop()()
            with super().change() as change:
                yield change

    slow = Interrupted(desk.store, desk.clock, desk.policy, desk.wake, desk.refresh_policy)
    replace(drills, desk=slow).tick()

    assert (the_drill(desk).scenario, the_drill(desk).state) == ("customer_notice", DrillState.RUNNING)


def test_the_alerts_bear_the_mark_and_the_name_that_the_register_gives() -> None:
    desk, *_ = begun()

    (alert,) = desk.store.alerts()

    assert (alert.drill, alert.display_id, alert.has_issue) == ("drill-1", "DRILL-1A", False)


def test_the_next_alert_comes_once_the_one_before_it_is_judged() -> None:
    desk, drills, sent, clock = begun()
    clock.advance(MINUTE)
    drills.tick()
    assert sent.names == ["DRILL-1A"]

    decide(desk, desk.store.alerts()[0].id, Verdict.SMALL, AIKO_ACTS)
    drills.tick()

    assert sent.names == ["DRILL-1A", "DRILL-1B"]


def test_it_ends_by_itself_when_everything_is_judged_and_responded_to() -> None:
    desk, drills, _, _ = begun()
    a = desk.store.alerts()[0]
    decide(desk, a.id, Verdict.SMALL, AIKO_ACTS)
    drills.tick()
    b = next(alert for alert in desk.store.alerts() if alert.id != a.id)
    decide(desk, b.id, Verdict.MEDIUM, BEN_ACTS)
    drills.tick()
    assert the_drill(desk).state is DrillState.RUNNING

    respond(desk, b.id, BEN_ACTS, done="done", all_done=True, told="no", cases=None)
    drills.tick()

    assert the_drill(desk).state is DrillState.OVER
    assert len(announced(desk, Line.DRILL_DEBRIEF)) == 1
    assert {alert.state for alert in desk.store.alerts()} == {AlertState.CLOSED}


def test_it_ends_when_its_time_is_over() -> None:
    desk, drills, _, clock = begun()

    clock.advance(59 * MINUTE)
    drills.tick()
    assert the_drill(desk).state is DrillState.RUNNING
    clock.advance(2 * MINUTE)
    drills.tick()

    assert the_drill(desk).state is DrillState.OVER


def test_what_is_over_takes_no_decision_and_no_more_alerts() -> None:
    desk, drills, _, _ = begun()
    drill, alert = the_drill(desk), desk.store.alerts()[0]
    drills.end(drill.id)

    with pytest.raises(UserError, match="drill_over"):
        decide(desk, alert.id, Verdict.SMALL, AIKO_ACTS)
    late = an_occurrence(issue_id=drill.played[1].issue_id)
    assert receive(desk, Notice("late", late)) == (Received.DRILL, None)
    with pytest.raises(UserError, match="drill_ended"):
        drills.end(drill.id)
    assert len(desk.store.alerts()) == 1


def test_nothing_of_it_is_asked_of_sentry_whatever_rings() -> None:
    desk, *_ = begun()
    alert = desk.store.alerts()[0]

    decide(desk, alert.id, Verdict.SMALL, AIKO_ACTS)
    rung = receive(desk, Notice("bell", Bell(alert.issue_id)))

    assert rung == (Received.DRILL, None)
    assert desk.store.due(Service.SENTRY, desk.clock.machine(), 99) == []


def test_what_a_rule_would_ask_of_sentry_is_left_out_when_no_issue_stands_behind_the_alert() -> None:
    desk, *_ = begun()
    alert = desk.store.alerts()[0]

    with desk.change() as change:
        desk.keep(change, Outcome(alert, (SetStatus(alert.id, "archive", "x", MONDAY_1140),)))

    assert desk.store.due(Service.SENTRY, desk.clock.machine(), 99) == []


def test_a_restored_drill_leaves_no_permanent_fix_on_anybody_s_home() -> None:
    desk, *_ = begun("large_at_night")
    alert = desk.store.alerts()[0]
    decide(desk, alert.id, Verdict.LARGE, AIKO_ACTS)
    review = Review("all of it", "restarted", "", "no", AIKO_ACTS.user_id, AIKO_ACTS.name)

    end_restored(desk, alert.id, review, BEN_ACTS, "form-1")

    assert fixes(desk.store) == ()
    assert desk.store.due(Service.SENTRY, desk.clock.machine(), 99) == []


def test_one_drill_at_a_time() -> None:
    _, drills, _, _ = begun()

    with pytest.raises(UserError, match="drill_on"):
        drills.plan("storm")


def test_a_drill_that_is_only_planned_gives_way_to_another() -> None:
    desk, drills, sent, _ = drilling()
    drills.plan("a_or_b", MONDAY_1140 + 30 * MINUTE)

    drills.plan("customer_notice")
    drills.tick()

    assert (the_drill(desk).scenario, the_drill(desk).number) == ("customer_notice", 1)
    assert sent.names == ["DRILL-1A"]


def test_the_same_asking_twice_is_one_drill() -> None:
    _, drills, _, _ = drilling()

    assert drills.plan("storm", once="v1") == drills.plan("storm", once="v1")


@pytest.mark.parametrize(
    ("scenario", "hours", "error"), [("storm", 8, "drill_hours"), ("stom", 0, "drill_unknown")]
)
def test_what_cannot_be_played_is_told(scenario: str, hours: int, error: str) -> None:
    _, drills, _, clock = drilling()
    clock.advance(timedelta(hours=hours))

    with pytest.raises(UserError, match=error):
        drills.plan(scenario)


def test_one_whose_day_has_passed_while_the_bot_was_down_is_let_go() -> None:
    desk, drills, sent, clock = drilling()
    drills.plan("storm", MONDAY_1140 + 30 * MINUTE)
    clock.advance(timedelta(days=2))

    drills.tick()

    assert the_drill(desk).state is DrillState.OVER
    assert sent.names == []
    assert announced(desk, Line.DRILL_OPENED) == []


def test_a_planned_drill_of_the_rules_begins_once_on_its_day() -> None:
    plan = DrillPlan("customer_notice", WeekDay.MONDAY, time(12), weeks=1)
    desk, drills, sent, clock = drilling(plan)
    drills.tick()
    assert sent.names == []

    clock.advance(25 * MINUTE)
    drills.tick()
    drills.end(the_drill(desk).id)
    drills.tick()

    assert sent.names == ["DRILL-1A"]


def test_a_planned_drill_for_which_no_time_is_left_is_let_go_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plan = DrillPlan("customer_notice", WeekDay.MONDAY, time(12), weeks=1)
    desk, drills, sent, clock = drilling(plan)
    clock.advance(timedelta(hours=7))

    with caplog.at_level(logging.INFO):
        drills.tick()
        drills.tick()

    assert (sent.names, current(desk.store)) == ([], None)
    assert sum("no time is left" in record.message for record in caplog.records) == 1


def test_a_project_that_only_a_drill_spoke_of_was_not_heard_of() -> None:
    desk, *_ = begun()

    assert list(alert_rule_findings(desk.store, the_rules(), desk.clock.machine())) == []


def test_a_scenario_that_an_upgrade_took_away_keeps_no_other_from_being_played(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, drills, _, _ = begun()
    rest = {name: found for name, found in drills.scenarios.items() if name != "a_or_b"}
    later = Drills(desk, rest, lambda *_: None, lambda: "next")

    with caplog.at_level(logging.WARNING):
        later.tick()

    assert the_drill(desk).state is DrillState.OVER
    assert {alert.state for alert in desk.store.alerts()} == {AlertState.CLOSED}
    assert later.plan("storm").number == 2


def test_a_drill_is_no_earlier_decision_of_a_real_alert_but_of_its_own_alerts() -> None:
    desk, drills, _, clock = begun()
    decide(desk, desk.store.alerts()[0].id, Verdict.SMALL, AIKO_ACTS)
    drills.tick()
    clock.advance(MINUTE)
    real = an_occurrence(issue_id="6100000101", facts=facts_of_a(), occurred_at=clock.now())
    _, alert = receive(desk, Notice("real", real))

    assert alert is not None
    assert alert.twin is None
    of_drill = {found.display_id: found for found in desk.store.alerts() if found.drill}
    twin = of_drill["DRILL-1B"].twin
    assert twin is not None
    assert twin.alert_id == of_drill["DRILL-1A"].id
