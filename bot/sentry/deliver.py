"""Carries the effects of Sentry's queue out: `ports.Deliverer` for `Service.SENTRY`. Called by the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.alert import Alert
from bot.domain.effects import (
    Assign,
    LinkIssue,
    ReadEvents,
    ReadIssue,
    SavedEffect,
    Screen,
    Service,
    SetStatus,
    WriteNote,
)
from bot.domain.facts import Facts
from bot.domain.notes import PERMALINK
from bot.domain.receipts import (
    Done,
    Dropped,
    IssueRead,
    IssueSnapshot,
    MoreCases,
    NotAssigned,
    Receipt,
    Screened,
    StatusSet,
)
from bot.ports import Refused, TryLater
from bot.sentry.caller import NotAllowed
from bot.sentry.client import IssueGone, NoteAnswer, SentryClient
from bot.sentry.webhook import METRIC

UNTIL_ESCALATING = "archived_until_escalating"
WISHES: Mapping[str, Mapping[str, str]] = {
    "archive": {"status": "ignored", "substatus": UNTIL_ESCALATING},
    "resolve": {"status": "resolved"},
    "reopen": {"status": "unresolved"},
}
"""What is sent for each act. `ignored` alone would archive for ever."""

STATE_ACTS = ("set_resolved", "set_ignored", "set_unresolved")
"""How the kinds of activity begin by which a person changes an issue's state (sentry: `types/activity.py`)."""

EVENT_ATTEMPTS = 3
"""How often an issue's newest event is asked for before it is taken for absent: Sentry's index lags its webhooks."""
EVENT_AFTER = timedelta(seconds=3)
"""How long the index is given between two attempts; ours."""
LINK_PROJECT = "Slack"
"""Sentry shows the link as `Slack#<identifier>`."""


class SentryDeliverer:
    """Does each effect once, and looks first where an earlier attempt may have happened."""

    service = Service.SENTRY

    def __init__(
        self,
        client: SentryClient,
        *,
        email_of: Callable[[str], str | None],
        permalink: Callable[[Alert], str | None],
        installation_id: Callable[[], str | None],
        notes_ail: Callable[[str | None], None] = lambda _why: None,
    ) -> None:
        """`notes_ail` is told why notes are not taken (the links carry the decisions then), or None when they are."""
        self._client = client
        self._email_of = email_of
        self._permalink = permalink
        self._installation_id = installation_id
        self._notes_ail = notes_ail

    def ready_in(self, saved: SavedEffect) -> timedelta:
        """How long the pace of requests asks every effect of Sentry to wait."""
        return timedelta(seconds=self._client.pace.ready_in())

    def deliver(self, saved: SavedEffect, alert: Alert | None) -> Receipt:
        """Do it. Raises TryLater, or Refused for an issue that is gone and for what Sentry will never take."""
        match saved.effect:
            case ReadIssue() as effect:
                return self._read_issue(effect, saved)
            case ReadEvents() as effect:
                return self._client.events(effect.issue_id, since=effect.since, before=effect.before)
            case Screen() as effect:
                return self._screen(effect, saved)
            case SetStatus() | Assign() | WriteNote() | LinkIssue() as effect:
                return self._write(effect, saved, alert)
            case other:
                raise Refused(f"{other.kind} is no effect of Sentry's")

    def _write(
        self, effect: SetStatus | Assign | WriteNote | LinkIssue, saved: SavedEffect, alert: Alert | None
    ) -> Receipt:
        if alert is None:
            return Dropped("the alert is unknown")
        if not alert.has_issue or alert.issue_id.startswith(METRIC):
            return Dropped("no issue stands behind the alert")
        try:
            match effect:
                case SetStatus():
                    return self._set_status(effect, alert)
                case Assign():
                    return self._assign(effect, alert)
                case WriteNote():
                    return self._write_note(effect, saved, alert)
                case LinkIssue():
                    return self._link(alert)
        except IssueGone as gone:
            return Dropped(str(gone))

    # --- reading ---

    def _read_issue(self, effect: ReadIssue, saved: SavedEffect) -> Receipt:
        if effect.issue_id.startswith(METRIC):
            return Dropped("a metric alert is no issue")
        issue = self._client.issue(effect.issue_id)
        if issue is None or not effect.with_event:
            return IssueRead(issue)
        facts = self._client.latest_event(effect.issue_id)
        if facts is None and saved.attempts < EVENT_ATTEMPTS:
            raise TryLater("Sentry has not indexed the event yet", EVENT_AFTER, sent=False)
        return IssueRead(issue, _of_issue(facts, issue) if facts else None)

    def _screen(self, effect: Screen, saved: SavedEffect) -> Receipt:
        """A Sentry that does not answer, or refuses, must not hide an alert: in doubt it is shown."""
        try:
            facts = self._client.latest_event(effect.occurrence.issue_id)
        except (TryLater, Refused) as silent:
            facts, why = None, str(silent)
        else:
            why = "Sentry has not indexed the event yet"
        if facts is None and saved.attempts < EVENT_ATTEMPTS:
            raise TryLater(why, EVENT_AFTER, sent=False)
        return Screened(facts)

    # --- writing ---

    def _set_status(self, effect: SetStatus, alert: Alert) -> Receipt:
        """Sentry's state converges to the last act of a person: one in Sentry after this act has the last word."""
        issue = self._client.issue(alert.issue_id)
        if issue is None:
            raise IssueGone
        wish = WISHES[effect.status]
        if _stands(issue, wish):
            return StatusSet(issue.status, issue.substatus)
        newer = _overtaking(issue, effect)
        if newer:
            return Dropped(f"overtaken in Sentry by a newer act ({newer})")
        if effect.status == "resolve" and _has_more_cases(issue, effect):
            return MoreCases(issue.count or 0, issue)
        if issue.status == wish["status"]:
            # Sentry leaves the substatus of an issue that has the status already: out of the archive, and in again.
            self._client.set_status(alert.issue_id, WISHES["reopen"])
        status, substatus = self._client.set_status(alert.issue_id, wish)
        if status != wish["status"]:
            raise Refused(f"Sentry left the issue {status}")
        return StatusSet(status, substatus)

    def _assign(self, effect: Assign, alert: Alert) -> Receipt:
        address = self._email_of(effect.user_id)
        if not address:
            return NotAssigned("no e-mail address in Slack")
        try:
            user_id = self._client.members().get(address.strip().lower())
        except NotAllowed:
            # Without the scope to read members Sentry finds the member by the address itself.
            assignee = address.strip()
        else:
            if user_id is None:
                return NotAssigned("no member of the Sentry organisation has this address")
            assignee = f"user:{user_id}"
        issue = self._client.issue(alert.issue_id)
        if issue is None:
            raise IssueGone
        newer = [
            act for act in issue.activity if act.by_name and act.kind == "assigned" and act.at > effect.act_at
        ]
        if newer:
            return Dropped("assigned in Sentry by a newer act")
        refusal = self._client.assign(alert.issue_id, assignee)
        return NotAssigned(refusal) if refusal else Done()

    def _write_note(self, effect: WriteNote, saved: SavedEffect, alert: Alert) -> Receipt:
        if saved.begun_at is not None and self._is_written(effect, alert):
            return Done()
        link = self._permalink(alert)
        note = effect.text.replace(f"{PERMALINK} ", f"{link} " if link else "")
        if self._client.add_note(alert.issue_id, note) is NoteAnswer.CLOSED:
            self._notes_ail(
                "Sentry takes no notes from this integration; the links on its issues carry the decisions"
            )
            return Dropped("notes refused")
        self._notes_ail(None)
        return Done()

    def _is_written(self, effect: WriteNote, alert: Alert) -> bool:
        """Whether an earlier attempt arrived although its answer was lost: its mark ends one of the notes."""
        notes = self._client.notes(alert.issue_id) or ()
        return any(note.rstrip().endswith(f"[{effect.mark}]") for note in notes)

    def _link(self, alert: Alert) -> Receipt:
        installation_id, web_url = self._installation_id(), self._permalink(alert)
        if not installation_id:
            return Dropped("installation unknown")
        if not web_url:
            return Dropped("the alert has no card")
        self._client.add_external_issue(
            installation_id,
            alert.issue_id,
            web_url=web_url,
            project=LINK_PROJECT,
            identifier=link_name(alert),
        )
        return Done()


def link_name(alert: Alert) -> str:
    """What the link on the issue says: which round, and what was decided, for where notes are not taken."""
    decided = f" {alert.decision.verdict.value}" if alert.decision else ""
    return f"{alert.display_id}-{alert.round}{decided}"


def _of_issue(facts: Facts, issue: IssueSnapshot) -> Facts:
    """What the API tells of the issue only."""
    return replace(
        facts,
        project=issue.project or facts.project,
        category=issue.category or facts.category,
        issue_type=issue.issue_type or facts.issue_type,
        level=facts.level or issue.level,
    )


def _stands(issue: IssueSnapshot, wish: Mapping[str, str]) -> bool:
    """Whether it is already so. A Sentry without substatuses answers none."""
    substatus = wish.get("substatus")
    return issue.status == wish["status"] and (substatus is None or issue.substatus in (None, substatus))


def _overtaking(issue: IssueSnapshot, effect: SetStatus) -> str | None:
    """The kind of the newest act of a person on the issue's state after the act that this effect carries out."""
    acts = (act for act in issue.activity if act.by_name and act.kind.startswith(STATE_ACTS))
    newer = [act for act in acts if act.at > effect.act_at]
    return max(newer, key=lambda act: act.at).kind if newer else None


def _has_more_cases(issue: IssueSnapshot, effect: SetStatus) -> bool:
    return effect.cases is not None and issue.count is not None and issue.count > effect.cases
