"""Use cases where an old form, a repeat, or a stale answer must do no harm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.alert import AlertState
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import PostCard, ReadIssue, SavedEffect, Say, SetStatus
from bot.domain.errors import UserError
from bot.domain.impact import Affected
from bot.domain.lines import Line
from bot.domain.receipts import IssueRead, IssueSnapshot
from bot.services.decide import answer_open, decide, judge
from bot.services.desk import Actor
from bot.services.follow import apply
from bot.services.reconcile import first_start, poll
from bot.services.respond import extend, hand_over, respond
from tests.builders import AIKO, BEN, MONDAY_1140, a_snapshot, an_alert, facts_of_a, some_facts
from tests.team_desk import Team

ALERT = an_alert().id
BY_AIKO, BY_BEN = Actor(AIKO, "Aiko"), Actor(BEN, "Ben")


def read(team: Team, issue: IssueSnapshot, facts: object = None) -> None:
    """Sentry answered."""
    effect = ReadIssue(issue.issue_id)
    saved = SavedEffect("read", effect, team.clock.at, team.clock.at)
    with team.desk.change() as change:
        apply(team.desk, change, saved, IssueRead(issue, facts))  # type: ignore[arg-type]


@pytest.fixture
def team() -> Team:
    made = Team()
    made.put(an_alert())
    return made


def test_a_comeback_whose_event_is_not_read_yet_shows_nothing_of_the_old_cause() -> None:
    team = Team()
    team.put(an_alert(facts=facts_of_a(), state=AlertState.CLOSED, issue_status="resolved"))

    read(team, a_snapshot(substatus="regressed", culprit="Sidekiq/DocumentFinalizeJob"))

    new = team.store.alert("6100000102-2")
    assert new is not None
    assert new.facts.frame is None
    assert new.facts.transaction is None
    assert new.suggestion.step is None
    assert ReadIssue("6100000102", with_event=True) in team.said(ReadIssue)

    read(team, a_snapshot(substatus="regressed"), some_facts())
    learned = team.store.alert("6100000102-2")
    assert learned is not None and learned.suggestion.step == "check"


def test_a_form_of_an_old_round_is_told_of_the_newer_card(team: Team) -> None:
    decide(team.desk, ALERT, Verdict.MEDIUM, BY_AIKO)
    seen = f"{ALERT}.1"
    with team.store.change() as change:
        old = change.alert(ALERT)
        assert old is not None
        change.save(replace(old, state=AlertState.CLOSED))
        change.save(an_alert(round=2))

    for act in (
        lambda: judge(team.desk, ALERT, Verdict.SMALL, BY_BEN, seen=seen, answers=Answers("submission")),
        lambda: answer_open(team.desk, ALERT, Affected.FEW, False, BY_BEN),
        lambda: hand_over(team.desk, ALERT, BY_BEN, BY_AIKO),
    ):
        with pytest.raises(UserError) as told:
            act()
        assert told.value.key == "error.newer_round"
    assert not [e for e in team.said(SetStatus) if e.status == "archive"]


def test_an_answer_on_a_stale_card_does_not_undo_a_response(team: Team) -> None:
    decide(team.desk, ALERT, Verdict.MEDIUM, BY_AIKO)
    respond(team.desk, ALERT, BY_AIKO, done="repaired", all_done=True, told="yes", cases=3)

    with pytest.raises(UserError):
        answer_open(team.desk, ALERT, Affected.FEW, False, BY_BEN)

    alert = team.store.alert(ALERT)
    assert alert is not None and alert.state is AlertState.RESPONDED


def test_an_answer_given_later_changes_neither_level_nor_deadline_nor_sentrys_state(team: Team) -> None:
    before = decide(team.desk, ALERT, Verdict.MEDIUM, BY_AIKO)
    team.clock.at += timedelta(days=1)

    after = answer_open(team.desk, ALERT, Affected.FEW, False, BY_BEN)

    assert after.respond_by_at == before.respond_by_at
    assert after.decision is not None and after.decision.row == "any/few/no"
    assert not team.said(SetStatus)


def test_a_form_sent_twice_acts_once(team: Team) -> None:
    decide(team.desk, ALERT, Verdict.MEDIUM, BY_AIKO)

    extend(team.desk, ALERT, "waiting for the bank", BY_AIKO, once="V1")
    team.clock.at += timedelta(seconds=1)
    alert = extend(team.desk, ALERT, "waiting for the bank", BY_AIKO, once="V1")

    assert alert.extensions == 1
    assert len([e for e in team.said(Say) if e.line is Line.EXTENDED]) == 1


def test_what_is_judged_before_the_first_answer_of_sentry_has_not_come_back(team: Team) -> None:
    team.put(an_alert(issue_status=None, issue_substatus=None))
    judge(team.desk, ALERT, Verdict.NOT_OURS, BY_AIKO, seen=None, answers=Answers(), reason="the bank's")

    read(team, a_snapshot(substatus="regressed"))

    assert team.store.alert("6100000102-2") is None


class Reader:
    """Sentry's list, as the test says."""

    def __init__(self, *issues: IssueSnapshot) -> None:
        self.issues = issues

    def unresolved(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterable[IssueSnapshot]:
        return [i for i in self.issues if since is None or (i.last_seen_at or since) >= since]

    def issue(self, issue_id: str) -> IssueSnapshot | None:
        return next((i for i in self.issues if i.issue_id == issue_id), None)


def test_the_poll_makes_no_alert_of_the_bots_own_project() -> None:
    team = Team()
    first_start(team.desk, Reader())
    team.clock.at += timedelta(minutes=5)
    own = a_snapshot(
        project=team.rules.sentry.bot_project, first_seen_at=team.clock.at, last_seen_at=team.clock.at
    )

    poll(team.desk, Reader(own))

    assert not team.said(PostCard)


def test_an_issue_that_was_unresolved_but_unwatched_at_the_first_start_is_never_new() -> None:
    team = Team()
    old = a_snapshot(level="info", first_seen_at=MONDAY_1140 - timedelta(days=90))
    assert first_start(team.desk, Reader(old)) == 0

    poll(team.desk, Reader(replace(old, level="error", last_seen_at=team.clock.at)))

    assert not team.said(PostCard)


def test_a_hundred_comebacks_after_an_hour_of_silence_are_all_asked_about() -> None:
    team = Team()
    first_start(team.desk, Reader())
    for number in range(100):
        team.put(an_alert(issue_id=str(number), state=AlertState.CLOSED, issue_status="resolved"))
    back = [
        a_snapshot(issue_id=str(number), substatus="regressed", last_seen_at=MONDAY_1140)
        for number in range(100)
    ]

    poll(team.desk, Reader(*back))

    assert len({effect.issue_id for effect in team.said(ReadIssue)}) == 100
