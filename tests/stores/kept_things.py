"""Things to keep, for the tests of the stores: defaults for all that a test does not speak of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alert import (
    Alert,
    AlertState,
    Closing,
    Comeback,
    MessageRef,
    Return,
    Source,
    Suspicion,
    alert_id,
)
from bot.domain.cause import Cause
from bot.domain.checklist import Checklist, Item, Touch
from bot.domain.decision import Answers, Decision, Verdict
from bot.domain.entries import Entry, EntryKind
from bot.domain.facts import Facts, Frame
from bot.domain.impact import Affected, Impact, MatrixRow
from bot.domain.incident import Happened, Incident, Moment, Tick
from bot.domain.match import Reason, ReasonKind, Suggestion

AT = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)


class StoppedClock:
    """Both hands stand."""

    def now(self) -> datetime:
        return AT

    def machine(self) -> datetime:
        return AT


def an_alert(issue: str = "7", round_number: int = 1, **changes: object) -> Alert:
    alert = Alert(
        id=alert_id(issue, round_number),
        issue_id=issue,
        round=round_number,
        state=AlertState.OPEN,
        source=Source.EVENT_ALERT,
        facts=Facts("Deadlocked"),
        arrived_at=AT,
        judge_by_at=AT + timedelta(days=1),
    )
    return replace(alert, **changes)  # type: ignore[arg-type]


def a_full_alert() -> Alert:
    """An alert in which nothing has its default."""
    frame = Frame("app/models/document.rb", 42, "finalize!", in_app=False)
    decision = Decision(
        id="7-2.1",
        verdict=Verdict.SMALL,
        answers=Answers("submission", Affected.FEW, True),
        row="request+submission/few/yes",
        reason='二重送信のため <b>"&\u0000',
        by="U1",
        by_name="佐藤",
        at=AT + timedelta(microseconds=1),
        shown_count=3,
        shown_step="check",
        shown_level="medium",
        against_matrix=True,
        tell="#team-billing",
        part_of="8-1",
    )
    return an_alert(
        round_number=2,
        facts=Facts(
            title="ActiveRecord::Deadlocked",
            project="kyc-api",
            culprit="DocumentsController#create",
            transaction="DocumentsController#create",
            environment="production",
            release="kyc-api@2026.10.30",
            level="error",
            category="error",
            issue_type="error",
            exceptions=("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked"),
            message="Process 4127 waits for ShareLock",
            frame=frame,
            frames=(frame, Frame("a.rb")),
            tags=(("journey_step", "2"), ("journey_step", "3")),
            event_id="e" * 32,
        ),
        owner="U1",
        backups=("U2", "U3"),
        after_hours=True,
        short_id="KYC-API-1A",
        link_path="/alerts/1",
        count=12,
        user_count=0,
        first_seen_at=AT,
        last_seen_at=AT,
        issue_status="ignored",
        issue_substatus="archived_until_escalating",
        assignee="team:kyc",
        step="submission",
        step_by="U1",
        suggestion=Suggestion(
            step="check",
            level=Impact.MEDIUM,
            rule_name="async-worker",
            runbook="async-worker.md",
            row=MatrixRow(("any",), Affected.FEW, False, Impact.MEDIUM, line=12),
            affected=Affected.FEW,
            workaround=False,
            because=(Reason(ReasonKind.MATCHED, "async-worker", "transaction", "Sidekiq/*", "Sidekiq/Job"),),
        ),
        suspicions=(Suspicion.ESCALATING, Suspicion.OUTAGE),
        decision=decision,
        history=(decision, replace(decision, id="7-2.0", verdict=Verdict.NOT_OURS)),
        respond_by_at=AT,
        first_respond_by_at=AT,
        extensions=2,
        cases_told=3,
        cases_told_at=AT,
        responded_at=AT,
        responded_by="U2",
        cases_done=4,
        comeback=Comeback(
            Return.OTHER_CAUSE,
            "small",
            AT,
            "last time",
            Cause("A#b"),
            Cause("", "a.rb:1", "check", "502"),
            3,
            AT,
        ),
        closing=Closing("resolved", AT, "Tanaka"),
        card=MessageRef("C1", "1700000000.000100"),
        maybe_repeated=True,
        sentry_silent_since=AT,
        incident=Incident(
            declared_at=AT,
            message="say:7-2:large:7-2.1",
            next_word_at=AT,
            called=("U1", "U2"),
            lead="U1",
            communicator="U2",
            support="U3",
            ticks=(Tick.REACH, Tick.ROLES),
            timeline=(Moment(Happened.ROLE, AT, "U1", "佐藤", "lead", "U2"),),
            joined=("8-1",),
            word_asks=2,
            word_asked_at=AT,
            restored_at=AT,
            ended_at=AT,
            fix_owner="U3",
            fix_done_at=AT,
        ),
        checklists=(
            Checklist(
                number=1,
                title="Stuck worker",
                heading="Checklist",
                words="*first*",
                items=(Item("count", "U1", "佐藤", AT), Item("repair")),
                version=2,
                touches=(Touch("U1", 0, 1, (0,)),),
            ),
        ),
        times_usual=12,
        state=AlertState.SMALL,
    )


def an_entry(number: int, issue: str = "7", at: datetime = AT) -> Entry:
    return Entry(
        f"e{number}", EntryKind.NOTED, at, alert_id(issue, 1), issue, "U1", "佐藤", None, {"text": "続"}
    )
