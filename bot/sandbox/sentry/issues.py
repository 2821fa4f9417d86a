"""The local Sentry's state: issues, their events counted and moved by Sentry's own rules; for server and Web API."""

from __future__ import annotations

import copy
import itertools
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.sandbox.sentry import lifecycle
from bot.sandbox.sentry.directory import Directory
from bot.sandbox.sentry.records import (
    SENTRY,
    Activity,
    Actor,
    Bell,
    Event,
    Issue,
    Json,
    Project,
    iso,
)
from bot.sandbox.sentry.samples import EventDescription, event_body, user_key

SHORT_ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Sentry's base 32: no I, L, O, U [S sentry/utils/numbers.py]."""
FIRST_ISSUE_ID = 6100000101
FIRST_SHORT_NUMBER = 42
"""So that issue 6100000101 is 1A and 6100000102 is 1B, as in the recorded payloads."""
FIRST_FREE_ISSUE_ID = 6100000301
FIRST_ACTIVITY_ID = 881200
FIRST_LINK_ID = 4001
PRIORITIES = {"fatal": "high", "error": "high", "warning": "medium", "info": "low", "debug": "low"}


class IssueBook:
    """All issues behind one lock; each change bumps `version` and wakes those who wait."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 0
        self.directory = Directory()
        self.issues: dict[str, Issue] = {}
        self.releases: dict[str, list[str]] = {}
        self.environments: set[str] = {"production", "staging"}
        self.young_escalation_rate: float | None = None
        self.alert_every_event = False
        self._by_hash: dict[tuple[str, str], str] = {}
        self._by_short_id: dict[str, str] = {}
        self._issue_ids = itertools.count(FIRST_FREE_ISSUE_ID)
        self._activity_ids = itertools.count(FIRST_ACTIVITY_ID)
        self._link_ids = itertools.count(FIRST_LINK_ID)

    def touch(self) -> None:
        """Say that something changed."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def find(self, name: str) -> Issue | None:
        """The issue with that id or short id, as time has left it."""
        with self.lock:
            issue = self.issues.get(self._by_short_id.get(name.upper(), name))
            if issue is not None:
                self._settle(issue)
            return issue

    def get(self, name: str) -> Issue:
        """As `find`; raises LookupError when there is none."""
        issue = self.find(name)
        if issue is None:
            raise LookupError(f"the local Sentry has no issue {name}")
        return issue

    def all(self) -> list[Issue]:
        """Every issue, as time has left it."""
        with self.lock:
            for issue in self.issues.values():
                self._settle(issue)
            return list(self.issues.values())

    def _settle(self, issue: Issue) -> None:
        if move := lifecycle.grow_old(issue, self.now()):
            self.note_activity(issue, move.activity, SENTRY, move.data)

    def note_activity(self, issue: Issue, kind: str, actor: Actor, data: Mapping[str, Any]) -> Activity:
        """Add a line to the issue's history."""
        item = Activity(next(self._activity_ids), kind, actor, dict(data), self.now())
        issue.activity.append(item)
        self.touch()
        return item

    def next_link_id(self) -> int:
        """The number of a new external issue."""
        return next(self._link_ids)

    def record(self, description: EventDescription, *, forced: bool = False) -> tuple[Issue, list[Bell]]:
        """A new event: its issue is found or made, counted and moved. The bells are what Sentry would send."""
        with self.lock:
            project = self.directory.project(description.project)
            at = description.at or self.now()
            body = event_body(description, project, description.event_id or uuid4().hex, at)
            issue = self._issue_for(description, project, body, at)
            return issue, self.add_event(issue, body, at, rule=description.triggered_rule, forced=forced)

    def repeat(self, issue: Issue, *, forced: bool = False) -> list[Bell]:
        """The issue's latest event happens once more."""
        with self.lock:
            if not issue.events:
                raise LookupError(f"issue {issue.id} has no event to repeat")
            at = self.now()
            body = copy.deepcopy(issue.events[-1].body)
            body |= {"event_id": uuid4().hex, "datetime": iso(at), "timestamp": at.timestamp()}
            body["received"] = at.timestamp() + 0.8
            return self.add_event(issue, body, at, forced=forced)

    def _issue_for(self, description: EventDescription, project: Project, body: Json, at: datetime) -> Issue:
        known = description.issue_id or self._by_hash.get((project.slug, body["hashes"][0]))
        if known and known in self.issues:
            return self.issues[known]
        issue = self.new_issue(project, at, issue_id=description.issue_id, short_id=description.short_id)
        issue.issue_type, issue.issue_category = description.issue_type, description.issue_category
        issue.priority = PRIORITIES.get(description.level, "high")
        issue.logger = description.logger or None
        return issue

    def new_issue(
        self, project: Project, at: datetime, *, issue_id: str | None = None, short_id: str | None = None
    ) -> Issue:
        """An empty issue, first and last seen at that moment; ids are made up when not given."""
        with self.lock:
            issue_id = issue_id or self._free_issue_id()
            short_id = short_id or self._free_short_id(project, issue_id)
            if short_id.upper() in self._by_short_id:
                raise ValueError(f"the local Sentry already has an issue {short_id}")
            issue = Issue(issue_id, short_id, project, first_seen_at=at, last_seen_at=at)
            self.issues[issue.id] = issue
            self._by_short_id[short_id.upper()] = issue.id
            return issue

    def rename(self, issue: Issue, short_id: str) -> None:
        """Give an issue the short id that a recorded body speaks of."""
        with self.lock:
            self._by_short_id.pop(issue.short_id.upper(), None)
            issue.short_id = short_id
            self._by_short_id[short_id.upper()] = issue.id

    def _free_issue_id(self) -> str:
        return next(number for number in map(str, self._issue_ids) if number not in self.issues)

    def _free_short_id(self, project: Project, issue_id: str) -> str:
        number = FIRST_SHORT_NUMBER
        if issue_id.isdigit():
            number = max(int(issue_id) - FIRST_ISSUE_ID + FIRST_SHORT_NUMBER, 1)
        while (short_id := f"{project.slug.upper()}-{_base32(number)}") in self._by_short_id:
            number += 1
        return short_id

    def add_event(
        self, issue: Issue, body: Json, at: datetime, *, rule: str | None = None, forced: bool = False
    ) -> list[Bell]:
        """Count one event of that issue and move it; as `record`. An event id known already changes nothing."""
        with self.lock:
            if body["event_id"] in issue.event_ids:
                return []
            event = Event(str(body["event_id"]), at, body, user_key(body.get("user")))
            is_new = issue.count == 0
            self._take(issue, event)
            releases = self.releases.setdefault(issue.project.slug, [])
            move = lifecycle.after_event(
                issue,
                event,
                self.now(),
                releases=releases,
                young_rate=self.young_escalation_rate,
                forced=forced,
            )
            if move:
                self.note_activity(issue, move.activity, SENTRY, move.data)
            self.touch()
            return self._bells(issue, event, move, is_new=is_new, rule=rule)

    def _take(self, issue: Issue, event: Event) -> None:
        """Sentry keeps title, culprit, level and metadata of the latest event on the issue."""
        body = event.body
        issue.events.append(event)
        issue.event_ids.add(event.id)
        issue.count += 1
        if event.user_key:
            issue.users.add(event.user_key)
        issue.first_seen_at = min(issue.first_seen_at, event.at)
        if event.at >= issue.last_seen_at:
            issue.last_seen_at = event.at
            issue.title, issue.culprit, issue.level = body["title"], body["culprit"], body["level"]
            issue.platform, issue.type = body["platform"], body["type"]
            issue.metadata = dict(body["metadata"])
            issue.is_unhandled = event.tags.get("handled") == "no" and "exception" in body
        hashes: list[str] = body.get("hashes") or []
        for value in hashes:
            issue.hashes.add(value)
            self._by_hash.setdefault((issue.project.slug, value), issue.id)
        releases = self.releases.setdefault(issue.project.slug, [])
        if body.get("release") and body["release"] not in releases:
            releases.append(body["release"])
        if environment := event.tags.get("environment"):
            self.environments.add(environment)

    def _bells(
        self, issue: Issue, event: Event, move: lifecycle.Move | None, *, is_new: bool, rule: str | None
    ) -> list[Bell]:
        """The project's alert rule fires for a new, regressed or escalating issue; an archived issue rings nothing."""
        bells: list[Bell] = []
        if move and move.told:
            bells.append(Bell("issue", "unresolved", issue.id))
        if is_new:
            bells.append(Bell("issue", "created", issue.id))
        if issue.status == "unresolved" and (is_new or move or self.alert_every_event):
            bells.insert(0, self.alert_bell(issue, event, rule))
        return bells

    def alert_bell(self, issue: Issue, event: Event, rule: str | None = None) -> Bell:
        """The webhook of an alert rule for one event."""
        name = rule or f"{issue.project.slug}: new or escalating issue in production"
        return Bell("event_alert", "triggered", issue.id, data={"triggered_rule": name}, event=event)


def _base32(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(SHORT_ID_ALPHABET))
        digits = SHORT_ID_ALPHABET[digit] + digits
    return digits or "0"
