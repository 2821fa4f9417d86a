"""What happens in the local Sentry's world: events, and acts of people in Sentry; `SentrySandbox` builds on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.sentry import recorded
from bot.sandbox.sentry.changes import Changes, comment_bell
from bot.sandbox.sentry.issues import IssueBook
from bot.sandbox.sentry.metric_alerts import metric_alert_data
from bot.sandbox.sentry.records import SENTRY, Activity, Actor, ActorKind, Bell, Issue, Json, Status
from bot.sandbox.sentry.samples import EventDescription, describe
from bot.sandbox.sentry.site import Site
from bot.sandbox.sentry.webhooks import Delivery, Sender, envelope

ACTING = "Aiko Tanaka"


class World:
    """Each method sends its webhooks in the caller's thread before it returns; nothing while there is no receiver."""

    def __init__(self, site: Site, now: Callable[[], datetime]) -> None:
        self.site = site
        self.book = IssueBook(now)
        self.changes = Changes(self.book)
        self.sender = Sender(self.book, site)

    def event(
        self, description: EventDescription | Mapping[str, Any], *, deliver: Collection[str] | None = None
    ) -> str:
        """A new event arrives; returns the issue's id.

        `deliver` None: all webhooks that Sentry would send. Else the names of those that get through (`event_alert`,
        `issue.created`, `issue.unresolved`); a named `event_alert` comes for any event, unless archived.
        """
        issue, bells = self.book.record(describe(description))
        self._deliver(issue, bells, deliver)
        return issue.id

    def occur(self, issue_id: str, *, times: int = 1, deliver: Collection[str] | None = None) -> str:
        """The issue's latest event happens again; `deliver` as in `event`."""
        issue = self.book.get(issue_id)
        for _ in range(times):
            self._deliver(issue, self.book.repeat(issue), deliver)
        return issue.id

    def escalate(self, issue_id: str, *, deliver: Collection[str] | None = None) -> str:
        """One more event, which Sentry judges to be an escalation; archived forever stays archived."""
        issue = self.book.get(issue_id)
        self._deliver(issue, self.book.repeat(issue, forced=True), deliver)
        return issue.id

    def load_webhook_issue(self, body: Mapping[str, Any], *, short_id: str | None = None) -> str:
        """Make the API know the issue and the latest event that a recorded body speaks of; nothing is sent."""
        return recorded.load(self.book, body, short_id=short_id)

    def resolve(self, issue_id: str, by: str = ACTING, *, in_next_release: bool = False) -> str:
        """A person resolves the issue in Sentry."""
        return self._put(issue_id, {"status": "resolvedInNextRelease" if in_next_release else "resolved"}, by)

    def archive(
        self,
        issue_id: str,
        by: str = ACTING,
        substatus: str | None = "archived_until_escalating",
        details: Mapping[str, Any] | None = None,
    ) -> str:
        """A person archives the issue in Sentry; `details` are the API's statusDetails."""
        change = {"status": "ignored", "substatus": substatus, "statusDetails": dict(details or {})}
        return self._put(issue_id, change, by)

    def unarchive(self, issue_id: str, by: str = ACTING) -> str:
        """A person takes the issue out of the archive, which Sentry tells nobody, or reopens a resolved one, told."""
        return self._put(issue_id, {"status": "unresolved"}, by)

    def assign(self, issue_id: str, email: str, by: str = ACTING) -> str:
        """A person assigns the issue; an empty e-mail takes the assignment away. Raises `changes.Refused`."""
        return self._put(issue_id, {"assignedTo": email}, by)

    def comment(self, issue_id: str, text: str, by: str = ACTING) -> str:
        """A person comments on the issue; returns the comment's id."""
        note, bells = self.changes.comment(self.book.get(issue_id), {"text": text}, self._person(by))
        for bell in bells:
            self.sender.ring(bell)
        return str(note.id)

    def edit_comment(self, issue_id: str, comment_id: str, text: str, by: str = ACTING) -> None:
        """A person changes a comment."""
        issue, note = self._note(issue_id, comment_id)
        with self.book.lock:
            edited = Activity(note.id, "note", note.actor, {"text": text}, note.at)
            issue.activity[issue.activity.index(note)] = edited
            self.book.touch()
        self.sender.ring(comment_bell(issue, edited, "updated", self._person(by)))

    def delete_comment(self, issue_id: str, comment_id: str, by: str = ACTING) -> None:
        """A person removes a comment."""
        issue, note = self._note(issue_id, comment_id)
        with self.book.lock:
            issue.activity.remove(note)
            self.book.touch()
        self.sender.ring(comment_bell(issue, note, "deleted", self._person(by)))

    def metric_alert(
        self, action: str, name: str, *, project: str = "kyc-api", text: str = ""
    ) -> Delivery | None:
        """A metric alert changes to `critical`, `warning`, `resolved` or `open`; it belongs to no issue."""
        if not self.sender.webhook_url:
            return None
        with self.book.lock:
            slug = self.book.directory.project(project).slug
            data = metric_alert_data(action, name, slug, text, self.book.now(), self.site)
            body = envelope(action, data, SENTRY, self.site)
        return self.sender.send("metric_alert", body)

    def _note(self, issue_id: str, comment_id: str) -> tuple[Issue, Activity]:
        issue = self.book.get(issue_id)
        for note in issue.notes:
            if str(note.id) == comment_id:
                return issue, note
        raise LookupError(f"issue {issue_id} has no comment {comment_id}")

    def _put(self, issue_id: str, change: Json, by: str) -> str:
        issue = self.book.get(issue_id)
        for bell in self.changes.put([issue], change, self._person(by)):
            self.sender.ring(bell)
        return issue.id

    def _person(self, name: str) -> Actor:
        with self.book.lock:
            return Actor(ActorKind.USER, self.book.directory.person(name))

    def _deliver(self, issue: Issue, bells: list[Bell], deliver: Collection[str] | None) -> None:
        if deliver is None:
            chosen = bells
        else:
            by_name = {
                b.resource if b.resource == "event_alert" else f"{b.resource}.{b.action}": b for b in bells
            }
            if "event_alert" in deliver and issue.status is not Status.IGNORED:
                by_name.setdefault("event_alert", self.book.alert_bell(issue, issue.events[-1]))
            chosen = [by_name[name] for name in deliver if name in by_name]
        for bell in chosen:
            self.sender.ring(bell)
