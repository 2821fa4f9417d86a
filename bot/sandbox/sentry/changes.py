"""What people and integrations change: the PUT of an issue, checked and applied as Sentry does, and comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from bot.sandbox.sentry import lifecycle
from bot.sandbox.sentry.issues import IssueBook
from bot.sandbox.sentry.put_body import NUMBERS, Refused, checked
from bot.sandbox.sentry.records import (
    ARCHIVED,
    OPEN,
    YOUNG_FOR,
    Activity,
    Actor,
    ActorKind,
    Bell,
    Issue,
    Json,
    Person,
    Project,
    Snooze,
    Status,
    Substatus,
    Team,
    iso,
)

SAME_NOTE_AFTER = timedelta(hours=1)
"""The same author cannot post the same text again within the hour [S issues/endpoints/group_notes.py]."""

NO_ACTOR = "Could not parse actor. Format should be `type:id` where type is `team` or `user`."

Assignee = Person | Team | None


class Changes:
    """Applies changes to issues; `open_membership` lets anybody be assigned to anything, as in Sentry's settings."""

    def __init__(self, book: IssueBook) -> None:
        self._book = book
        self.open_membership = False

    def put(self, issues: Sequence[Issue], given: object, actor: Actor) -> list[Bell]:
        """Apply a PUT body to these issues; raises Refused. The bells are the webhooks that it causes."""
        with self._book.lock:
            data = checked(given)
            assignee: Assignee = None
            if "assignedTo" in data:
                for issue in issues:
                    assignee = self._assignee(data["assignedTo"], issue.project)
            bells: list[Bell] = []
            for issue in issues:
                bells += self._change(issue, data, actor, assignee, is_bulk=len(issues) > 1)
            self._book.touch()
            return bells

    def _change(
        self, issue: Issue, data: Json, actor: Actor, assignee: Assignee, *, is_bulk: bool
    ) -> list[Bell]:
        bells: list[Bell] = []
        if "priority" in data and data["priority"] != issue.priority:
            issue.priority = data["priority"]
            self._book.note_activity(issue, "set_priority", actor, {"priority": issue.priority})
        status = data.get("status")
        details: Json = dict(data.get("statusDetails") or {})
        if status in ("resolved", "resolvedInNextRelease"):
            bells += self._resolve(issue, status, details, actor)
        elif status == "ignored":
            bells += self._archive(issue, data.get("substatus"), details, actor)
        elif status == "unresolved":
            bells += self._reopen(issue, data.get("substatus"), actor, is_bulk=is_bulk)
        if "assignedTo" in data:
            bells += self._assign(issue, assignee, actor)
        issue.has_seen = data.get("hasSeen", issue.has_seen)
        issue.is_bookmarked = data.get("isBookmarked", issue.is_bookmarked)
        return bells

    def _resolve(self, issue: Issue, status: str, details: Json, actor: Actor) -> list[Bell]:
        releases = self._book.releases.get(issue.project.slug, [])
        kind, activity, data, kept = "now", "set_resolved", {}, {}
        if status == "resolvedInNextRelease" or details.get("inNextRelease"):
            kind, activity, data = "in_next_release", "set_resolved_in_release", {"version": ""}
            kept = {"inNextRelease": True, "_after": len(releases) - 1, **_by(actor)}
        elif release := details.get("inRelease"):
            version = releases[-1] if release == "latest" and releases else release
            kind, activity, data = "in_release", "set_resolved_in_release", {"version": version}
            kept = {"inRelease": version, **_by(actor)}
        issue.status, issue.substatus, issue.status_details, issue.snooze = Status.RESOLVED, None, kept, None
        self._book.note_activity(issue, activity, actor, data)
        return [Bell("issue", "resolved", issue.id, actor, {"resolution_type": kind})]

    def _archive(self, issue: Issue, substatus: str | None, details: Json, actor: Actor) -> list[Bell]:
        kind = _archived_kind(substatus, details)
        issue.snooze = None if kind is Substatus.UNTIL_ESCALATING else self._snooze(issue, details)
        issue.status_details = _snooze_answer(issue.snooze, actor)
        if issue.status is Status.IGNORED:  # Sentry changes neither substatus nor history, and tells nobody
            return []
        issue.status, issue.substatus = Status.IGNORED, kind
        issue.forecast = lifecycle.forecast_of(issue)
        data = {key: details.get(key) for key in NUMBERS} | {
            "ignoreUntil": issue.status_details.get("ignoreUntil")
        }
        data["ignoreUntilEscalating"] = kind is Substatus.UNTIL_ESCALATING or None
        self._book.note_activity(issue, "set_ignored", actor, data)
        return [Bell("issue", "ignored", issue.id, actor)]

    def _snooze(self, issue: Issue, details: Json) -> Snooze | None:
        if not any(details.get(key) for key in ("ignoreDuration", "ignoreCount", "ignoreUserCount")):
            return None
        duration = details.get("ignoreDuration")
        return Snooze(
            until_at=self._book.now() + timedelta(minutes=duration) if duration else None,
            count=details.get("ignoreCount"),
            window=details.get("ignoreWindow"),
            user_count=details.get("ignoreUserCount"),
            user_window=details.get("ignoreUserWindow"),
            times_seen=issue.count,
            users_seen=issue.user_count,
        )

    def _reopen(self, issue: Issue, substatus: str | None, actor: Actor, *, is_bulk: bool) -> list[Bell]:
        was = issue.status
        issue.status_details = {}
        if was is Status.UNRESOLVED:
            return []
        issue.status, issue.snooze = Status.UNRESOLVED, None
        issue.substatus = _open_kind(substatus, was, issue.first_seen_at, self._book.now(), is_bulk=is_bulk)
        self._book.note_activity(issue, "set_unresolved", actor, {})
        return [Bell("issue", "unresolved", issue.id, actor)] if was is Status.RESOLVED else []

    def _assignee(self, text: object, project: Project) -> Assignee:
        if text in (None, ""):
            return None
        who = self._named(str(text))
        if who is None:
            raise Refused(
                {
                    "assignedTo": [
                        "Could not parse actor. Format should be `type:id` where type is `team` or `user`."
                    ]
                }
            )
        if self.open_membership:
            return who
        if isinstance(who, Person) and not who.teams & project.teams:
            raise Refused({"assignedTo": ["Cannot assign to non-team member"]})
        if isinstance(who, Team) and who.slug not in project.teams:
            raise Refused({"assignedTo": ["Cannot assign to a team without access to the project"]})
        return who

    def _named(self, text: str) -> Person | Team | None:
        directory = self._book.directory
        kind, _, number = text.rpartition(":")
        if kind == "team":
            return next((team for team in directory.teams.values() if str(team.id) == number), None)
        if kind == "user" or text.isdigit():
            found = next((p for p in directory.people if str(p.id) == number and not p.pending), None)
            return found or (
                Person(int(number), 0, "", "") if number.isdigit() and not self.open_membership else None
            )
        return next((p for p in directory.people if p.email == text and not p.pending), None)

    def _assign(self, issue: Issue, who: Assignee, actor: Actor) -> list[Bell]:
        if who == issue.assignee:
            return []
        issue.assignee = who
        if who is None:
            self._book.note_activity(issue, "unassigned", actor, {})
            return []
        kind = "team" if isinstance(who, Team) else "user"
        email = None if isinstance(who, Team) else who.email
        data = {"assignee": str(who.id), "assigneeEmail": email, "assigneeType": kind}
        self._book.note_activity(issue, "assigned", actor, data)
        return [Bell("issue", "assigned", issue.id, actor, {"assignee": who})]

    def comment(self, issue: Issue, given: object, actor: Actor) -> tuple[Activity, list[Bell]]:
        """Add a comment; raises Refused when it is empty or the author's same text within the hour."""
        text = cast("Json", given).get("text") if isinstance(given, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise Refused(
                {"text": ["This field is required." if text is None else "This field may not be blank."]}
            )
        with self._book.lock:
            since_at = self._book.now() - SAME_NOTE_AFTER
            if any(n.actor == actor and n.data["text"] == text and n.at >= since_at for n in issue.notes):
                raise Refused({"detail": "You have already posted that comment."})
            note = self._book.note_activity(issue, "note", actor, {"text": text})
            return note, [comment_bell(issue, note, "created")]


def comment_bell(issue: Issue, note: Activity, action: str, actor: Actor | None = None) -> Bell:
    """The webhook of a comment; by its author unless another actor is named."""
    data = {"comment": note.data["text"], "project_slug": issue.project.slug, "comment_id": note.id}
    return Bell("comment", action, issue.id, actor or note.actor, {**data, "timestamp": note.at.isoformat()})


def _archived_kind(substatus: str | None, details: Mapping[str, Any]) -> Substatus:
    """`ignored` alone is for ever; a substatus of an open issue does not fit and is dropped."""
    if substatus is not None and Substatus(substatus) in ARCHIVED:
        return Substatus(substatus)
    return Substatus.UNTIL_CONDITION if any(details.get(key) for key in NUMBERS) else Substatus.FOREVER


def _open_kind(
    substatus: str | None, was: Status, first_seen_at: datetime, now: datetime, *, is_bulk: bool
) -> Substatus:
    if substatus is not None and Substatus(substatus) in OPEN:
        return Substatus(substatus)
    if is_bulk:
        return Substatus.ONGOING
    if was is Status.RESOLVED:
        return Substatus.REGRESSED
    return Substatus.NEW if now - first_seen_at < YOUNG_FOR else Substatus.ONGOING


def _snooze_answer(snooze: Snooze | None, actor: Actor) -> Json:
    if snooze is None:
        return {}
    return {
        "ignoreCount": snooze.count,
        "ignoreUntil": iso(snooze.until_at) if snooze.until_at else None,
        "ignoreUserCount": snooze.user_count,
        "ignoreUserWindow": snooze.user_window,
        "ignoreWindow": snooze.window,
        **_by(actor),
    }


def _by(actor: Actor) -> Json:
    if actor.kind is not ActorKind.USER or actor.person is None:
        return {}
    who = actor.person
    return {"actor": {"id": str(who.id), "name": who.name, "username": who.email, "email": who.email}}
