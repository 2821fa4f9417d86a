"""Use case: a delivery from Sentry, or an issue found by the poll, becomes an alert, a bell, or nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.domain.alert import Alert, AlertState, Closing, Occurrence, Source
from bot.domain.arrival import arrive
from bot.domain.effects import EditCard, Outcome, ReadIssue, Say, Screen
from bot.domain.facts import Facts
from bot.domain.lines import Line
from bot.domain.notice import Bell, MetricResolved, Nothing, Notice
from bot.ports import Change
from bot.services.desk import Desk
from bot.services.drill_register import Invention, invention, is_on
from bot.services.likeness import guarded
from bot.services.watching import note_heard

INSTALLATION = "installation_id"
"""Under this name the store keeps the uuid of the Sentry integration's installation, learned from a webhook."""


class Received(StrEnum):
    """What became of a delivery; a label of the metric `triage_webhooks_total`."""

    NEW = "new"
    KNOWN = "known"
    BELL = "bell"
    SCREENING = "screening"
    REPEATED = "repeated"
    UNWATCHED = "unwatched"
    NOTHING = "nothing"
    DRILL = "drill"
    """Of a drill: counted nowhere."""


def receive(desk: Desk, notice: Notice) -> tuple[Received, Alert | None]:
    """Take one delivery, once. When this returns, what follows from it is durable. Raises StoreUnavailable."""
    if isinstance(notice.tells, Nothing):
        return Received.NOTHING, None
    if is_own(desk, notice.project):
        return Received.NOTHING, None
    with desk.change() as change:
        if not change.first_time(f"sentry:{notice.key}", desk.clock.machine()):
            return Received.REPEATED, None
        if notice.installation_id and change.value(INSTALLATION) != notice.installation_id:
            change.set_value(INSTALLATION, notice.installation_id)
        match notice.tells:
            case Bell(issue_id):
                return _ring(desk, change, issue_id), None
            case MetricResolved(issue_id):
                return _end_metric(desk, change, issue_id), None
            case Occurrence() as occurrence:
                return take(desk, change, occurrence)


def take(desk: Desk, change: Change, occurrence: Occurrence) -> tuple[Received, Alert | None]:
    """Take one occurrence within a transaction, if it is watched, or invented by a drill."""
    invented = invention(change, occurrence.issue_id)
    if invented is not None:
        return _play(desk, change, occurrence, invented)
    if not is_watched(desk, occurrence.facts, occurrence.source):
        return Received.UNWATCHED, None
    note_heard(change, occurrence, desk.clock.machine())
    latest = change.latest_round(occurrence.issue_id)
    if latest is None and _needs_environment(desk, occurrence):
        change.add(Screen(occurrence), desk.clock.machine(), urgent=bool(occurrence.suspicions))
        return Received.SCREENING, None
    return admit(desk, change, occurrence)


def _play(
    desk: Desk, change: Change, occurrence: Occurrence, invented: Invention
) -> tuple[Received, Alert | None]:
    """An alert of a drill, as long as that is on. Only the register makes it one: no body can."""
    if not is_on(change, invented.drill_id):
        return Received.DRILL, None
    marked = replace(occurrence, drill=invented.drill_id, short_id=invented.name)
    return Received.DRILL, admit(desk, change, marked)[1]


def is_own(desk: Desk, project: str | None) -> bool:
    """Whether it is the project of the bot's own errors, which is never an alert: that would be a feedback loop."""
    own = desk.policy().rules.sentry.bot_project
    return own is not None and project == own


def is_watched(desk: Desk, facts: Facts, source: Source) -> bool:
    """Whether `sentry.watch` takes it; an alert rule of Sentry has judged an `event_alert` already."""
    if is_own(desk, facts.project):
        return False
    watch = desk.policy().rules.sentry.watch
    if source is Source.EVENT_ALERT:
        return watch.admits_project(facts.project)
    return watch.admits(facts.project, facts.environment, facts.level, facts.category)


def admit(desk: Desk, change: Change, occurrence: Occurrence) -> tuple[Received, Alert]:
    """The occurrence is an alert: open it, or renew the one that is there."""
    latest = change.latest_round(occurrence.issue_id)
    outcome = arrive(occurrence, latest, desk.clock.now(), desk.policy())
    alert = desk.keep(change, guarded(change, outcome, desk.policy()))
    is_new = latest is None or latest.id != alert.id
    return (Received.NEW if is_new else Received.KNOWN), alert


def _needs_environment(desk: Desk, occurrence: Occurrence) -> bool:
    """`issue.created` does not say its environment; where only some are watched, its newest event is asked first."""
    restricted = bool(desk.policy().rules.sentry.watch.environments)
    return restricted and occurrence.source is Source.ISSUE_CREATED and occurrence.facts.environment is None


def _ring(desk: Desk, change: Change, issue_id: str) -> Received:
    """A state webhook asks the API, also about an issue that we do not know: it may have come back."""
    if invention(change, issue_id) is not None:
        return Received.DRILL
    latest = change.latest_round(issue_id)
    with_event = latest is None or latest.is_over or latest.facts.frame is None
    change.add(ReadIssue(issue_id, with_event=with_event), desk.clock.machine())
    return Received.BELL


def _end_metric(desk: Desk, change: Change, issue_id: str) -> Received:
    """A metric alert has no issue to read: its own word ends it, unless a person has answered for it already."""
    alert = change.latest_round(issue_id)
    if alert is None or alert.state is AlertState.CLOSED:
        return Received.NOTHING
    now = desk.clock.now()
    line = Say(alert.id, Line.METRIC_RESOLVED, about=alert.id, values={"at": now.isoformat()})
    if alert.is_waiting_for_response:
        desk.keep(change, Outcome(alert, (line,)))
        return Received.BELL
    closed = replace(
        alert, state=AlertState.CLOSED, suspicions=(), closing=Closing(why="metric_resolved", at=now)
    )
    desk.keep(change, Outcome(closed, (EditCard(alert.id), line)))
    return Received.BELL
