"""Use case: what the world answered to an effect, written back into the alert. Called by the outbox."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert, AlertState, Closing, Occurrence, Source, Suspicion
from bot.domain.effects import (
    EditCard,
    EffectState,
    HearSilence,
    Outcome,
    PostCard,
    ReadEvents,
    ReadIssue,
    SavedEffect,
    Screen,
    Service,
    SetStatus,
    alert_of,
    effect_id,
    ref_key,
    service_of,
)
from bot.domain.facts import Facts
from bot.domain.following import ENDED, follow, status_confirmed, tell_cases
from bot.domain.receipts import (
    Dropped,
    EventsRead,
    IssueRead,
    IssueSnapshot,
    MoreCases,
    NotAssigned,
    Posted,
    Receipt,
    Screened,
    StatusSet,
)
from bot.domain.responding import reopen_for_more_cases
from bot.ports import Change
from bot.services.desk import Desk
from bot.services.likeness import guarded
from bot.services.receive import admit, is_watched
from bot.services.silencing import take_events

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=20)
"""After this long without an answer from Sentry the card says that the decision is saved but not yet there."""

WATERMARK = "watermark"
"""Under this name the store keeps the instant of the first start: older issues get no card."""

BASELINE = "baseline"
"""Under this name the store keeps which issues were unresolved at the first start, with their substatus: JSON."""


def apply(desk: Desk, change: Change, saved: SavedEffect, receipt: Receipt) -> None:
    """Write one receipt back, within the transaction that also marks the effect as done."""
    match receipt:
        case Posted():
            _stands(desk, change, saved, receipt)
        case IssueRead(snapshot=issue) if issue is not None:
            _read(desk, change, issue, receipt)
        case IssueRead() if isinstance(saved.effect, ReadIssue):
            _gone(desk, change, saved.effect.issue_id)
        case EventsRead(events) if isinstance(saved.effect, ReadEvents):
            if (
                events is None
            ):  # the issue itself says whether it is gone: a list alone must not end an archive's watch
                change.add(ReadIssue(saved.effect.issue_id), desk.clock.machine())
            else:
                take_events(desk, change, saved.effect, receipt)
        case Screened():
            _screened(desk, change, saved.effect, receipt)
        case StatusSet(status, substatus):
            alert = _alert(change, saved)
            if alert:
                desk.keep(change, status_confirmed(alert, status, substatus, desk.clock.now()))
        case MoreCases():
            alert = _alert(change, saved)
            if alert:
                desk.keep(change, reopen_for_more_cases(alert, receipt, desk.policy()))
        case Dropped(why) | NotAssigned(why):
            log.info("effect not needed", extra={"effect": saved.id, "why": why})
        case _:
            pass
    if service_of(saved.effect) is Service.SENTRY:
        _answered_again(desk, change, saved)


def fail(desk: Desk, change: Change, saved: SavedEffect) -> None:
    """An effect failed once more: after a while the card says that Sentry does not answer."""
    alert = _alert(change, saved)
    if alert is None or service_of(saved.effect) is not Service.SENTRY or saved.failed_since is None:
        return
    silent_for = desk.clock.machine() - saved.failed_since
    if alert.decision is not None and alert.sentry_silent_since is None and silent_for >= SILENT_AFTER:
        since = desk.clock.now() - silent_for
        desk.keep(change, Outcome(replace(alert, sentry_silent_since=since), (EditCard(alert.id),)))


def tell_due_cases(desk: Desk) -> None:
    """New cases that came at night or within the last half day are told when their time has come."""
    for alert in desk.store.alerts():
        if tell_cases(alert, desk.clock.now(), desk.policy()).effects:
            with desk.change() as change:
                fresh = change.alert(alert.id)
                if fresh:
                    desk.keep(change, tell_cases(fresh, desk.clock.now(), desk.policy()))


def _alert(change: Change, saved: SavedEffect) -> Alert | None:
    alert_id = alert_of(saved.effect)
    return change.alert(alert_id) if alert_id else None


def _stands(desk: Desk, change: Change, saved: SavedEffect, posted: Posted) -> None:
    """A message of ours stands in Slack: remember whose it is; a card is from now on edited in place."""
    if not isinstance(saved.effect, PostCard | EditCard):
        of = saved.effect.line if isinstance(saved.effect, HearSilence) else saved.effect
        change.set_value(ref_key(effect_id(of)), f"{posted.ref.channel}:{posted.ref.ts}")
    alert = _alert(change, saved)
    if alert is None:
        return
    change.place(posted.ref, alert.id)
    if saved.effect.kind in ("post_card", "edit_card"):
        repeated = alert.maybe_repeated or posted.maybe_repeated
        change.save(replace(alert, card=posted.ref, maybe_repeated=repeated))
        _release(change, alert.id, desk.clock.machine())


def _release(change: Change, alert_id: str, at: datetime) -> None:
    """What waited for the card may go now."""
    for saved in change.effects_of(alert_id):
        if saved.state is EffectState.WAITING and saved.failed_since is None and saved.due_at > at:
            change.update_effect(replace(saved, due_at=at))


def _read(desk: Desk, change: Change, issue: IssueSnapshot, read: IssueRead) -> None:
    alert = change.latest_round(issue.issue_id)
    now = desk.clock.now()
    if alert is None:
        _meet(desk, change, issue, read, now)
        return
    outcomes = follow(alert, issue, read.facts, now, desk.policy(), acting=_is_acting(change, issue.issue_id))
    for outcome in outcomes:
        desk.keep(change, guarded(change, outcome, desk.policy()))


def _gone(desk: Desk, change: Change, issue_id: str) -> None:
    """Sentry has removed or merged the issue: its card says that it is closed, and it is not asked about again."""
    alert = change.latest_round(issue_id)
    if alert is None or alert.state is AlertState.CLOSED or not alert.has_issue:
        return
    closing = Closing(why="gone", at=desk.clock.now())
    gone = replace(alert, state=AlertState.CLOSED, closing=closing, suspicions=())
    desk.keep(change, Outcome(gone, (EditCard(alert.id),)))


def _is_acting(change: Change, issue_id: str) -> bool:
    """Whether an act of ours on this issue's status is on its way. One that keeps failing hides nothing of Sentry's."""
    return any(
        saved.state is EffectState.WAITING
        and saved.failed_since is None
        and isinstance(saved.effect, SetStatus)
        for alert in change.rounds(issue_id)
        for saved in change.effects_of(alert.id)
    )


def _meet(desk: Desk, change: Change, issue: IssueSnapshot, read: IssueRead, now: datetime) -> None:
    """An issue that we do not know rang: it is an alert when it came, or came back, after the first start."""
    if issue.status in ENDED:
        _no_longer_old(change, issue.issue_id)
        return
    if not has_come_since(issue, _watermark(change, now)):
        return
    occurrence = occurrence_of(issue, Source.POLL, now)
    if read.facts:
        occurrence = replace(
            occurrence,
            facts=replace(read.facts, project=issue.project or read.facts.project, category=issue.category),
        )
    if is_watched(desk, occurrence.facts, occurrence.source):
        admit(desk, change, occurrence)


def _no_longer_old(change: Change, issue_id: str) -> None:
    """An issue of the first start has ended: when it is unresolved again, it has come back."""
    older: dict[str, str] = json.loads(change.value(BASELINE) or "{}")
    if older.pop(issue_id, None) is not None:
        change.set_value(BASELINE, json.dumps(older))


def _watermark(change: Change, now: datetime) -> datetime:
    kept = change.value(WATERMARK)
    return datetime.fromisoformat(kept) if kept else now


def has_come_since(issue: IssueSnapshot, watermark: datetime) -> bool:
    """First seen, regressed, escalated or un-archived after the first start (design, section 2)."""
    if issue.first_seen_at and issue.first_seen_at >= watermark:
        return True
    back = ("set_regression", "set_escalating", "set_unresolved")
    return any(act.at >= watermark for act in issue.activity if act.kind.startswith(back))


def occurrence_of(issue: IssueSnapshot, source: Source, now: datetime) -> Occurrence:
    """An occurrence made from what the API says of an issue."""
    return Occurrence(
        issue_id=issue.issue_id,
        source=source,
        facts=Facts(
            title=issue.title,
            project=issue.project,
            culprit=issue.culprit,
            level=issue.level,
            category=issue.category,
            issue_type=issue.issue_type,
        ),
        occurred_at=issue.last_seen_at or now,
        short_id=issue.short_id,
        count=issue.count,
        user_count=issue.user_count,
        status=issue.status,
        substatus=issue.substatus,
        first_seen_at=issue.first_seen_at,
        last_seen_at=issue.last_seen_at,
        suspicions=_suspicions(issue),
    )


def _suspicions(issue: IssueSnapshot) -> tuple[Suspicion, ...]:
    found: list[Suspicion] = []
    if issue.substatus == "escalating":
        found.append(Suspicion.ESCALATING)
    if issue.category == "outage":
        found.append(Suspicion.OUTAGE)
    return tuple(found)


def _screened(desk: Desk, change: Change, effect: object, receipt: Screened) -> None:
    """The environment is known now, or cannot be learned: in doubt an alert is shown."""
    if not isinstance(effect, Screen):
        return
    occurrence = effect.occurrence
    if receipt.facts:
        project = occurrence.facts.project or receipt.facts.project
        facts = replace(receipt.facts, project=project, category=occurrence.facts.category)
        occurrence = replace(occurrence, facts=facts)
    if is_watched(desk, occurrence.facts, occurrence.source):
        admit(desk, change, occurrence)


def _answered_again(desk: Desk, change: Change, saved: SavedEffect) -> None:
    """Sentry answers: the card no longer says that it does not, once nothing of this alert is failing."""
    alert = _alert(change, saved)
    if alert is None or alert.sentry_silent_since is None:
        return
    failing = any(
        other.id != saved.id
        and other.failed_since
        and other.state in (EffectState.WAITING, EffectState.GIVEN_UP)
        for other in change.effects_of(alert.id)
        if service_of(other.effect) is Service.SENTRY
    )
    if not failing:
        desk.keep(change, Outcome(replace(alert, sentry_silent_since=None), (EditCard(alert.id),)))
