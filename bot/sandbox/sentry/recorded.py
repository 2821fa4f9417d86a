"""Teaches the local Sentry the issue of a recorded webhook body, so that the API answers for it; tests call it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from bot.sandbox.sentry.issues import IssueBook
from bot.sandbox.sentry.records import (
    INTEGRATION,
    SENTRY,
    Actor,
    ActorKind,
    Issue,
    Json,
    Person,
    Status,
    Substatus,
)

CRON_OCCURRENCE = 4001
"""The occurrence type of a missed or failed check-in [S sentry/issues/grouptype.py]."""
ACTIVITIES = {
    Substatus.REGRESSED: "set_regression",
    Substatus.ESCALATING: "set_escalating",
}


def load(book: IssueBook, body: Mapping[str, Any], *, short_id: str | None = None) -> str:
    """Make or update the issue of the body and return its id; raises ValueError when the body names no issue."""
    data = cast("Json", body.get("data") or {})
    with book.lock:
        if event := data.get("event") or data.get("error"):
            issue = _load_event(book, event, short_id)
        elif given := data.get("issue"):
            issue = _load_issue(book, given, str(body.get("action")), _actor(book, body.get("actor") or {}))
        elif data.get("issue_id"):
            issue = _known(
                book, str(data["issue_id"]), str(data.get("project_slug") or "kyc-api"), book.now()
            )
        else:
            raise ValueError("this body names no issue")
        book.touch()
        return issue.id


def _known(book: IssueBook, issue_id: str, project: str, at: datetime, short_id: str | None = None) -> Issue:
    issue = book.issues.get(issue_id)
    if issue is None:
        return book.new_issue(book.directory.project(project), at, issue_id=issue_id, short_id=short_id)
    if short_id:
        book.rename(issue, short_id)
    return issue


def _load_event(book: IssueBook, event: Json, short_id: str | None) -> Issue:
    at = datetime.fromisoformat(event["datetime"])
    project = book.directory.project_by_id(int(event["project"]))
    issue = _known(book, str(event["issue_id"]), project.slug, at, short_id)
    occurrence: Json = event.get("occurrence") or {}
    if occurrence.get("type") == CRON_OCCURRENCE:
        issue.issue_type, issue.issue_category = "monitor_check_in_failure", "outage"
    book.add_event(issue, dict(event), at)
    return issue


def _load_issue(book: IssueBook, given: Json, action: str, actor: Actor) -> Issue:
    project: Json = given["project"]
    if project["slug"] not in book.directory.projects:
        book.directory.add_project(project["slug"], project["name"], int(project["id"]), project["platform"])
    first_at, last_at = datetime.fromisoformat(given["firstSeen"]), datetime.fromisoformat(given["lastSeen"])
    issue = _known(book, given["id"], project["slug"], first_at, given["shortId"])
    if not issue.events:
        book.add_event(issue, _event_of(given), last_at)
    issue.first_seen_at, issue.last_seen_at = first_at, last_at
    for key in ("title", "culprit", "level", "platform", "type", "metadata", "logger", "priority"):
        setattr(issue, key, given[key])
    issue.issue_type, issue.issue_category = given["issueType"], given["issueCategory"]
    issue.is_unhandled = given["isUnhandled"]
    issue.count = int(given["count"])
    issue.unnamed_users = max(int(given["userCount"]) - len(issue.users), 0)
    issue.assignee = _assignee(book, given["assignedTo"])
    _take_state(book, issue, given, action, actor)
    return issue


def _take_state(book: IssueBook, issue: Issue, given: Json, action: str, actor: Actor) -> None:
    """The state as the body has it, with the line of history that such a change leaves."""
    issue.status = Status(given["status"])
    issue.substatus = Substatus(given["substatus"]) if given["substatus"] else None
    issue.status_details = dict(given["statusDetails"])
    kind = {
        "resolved": "set_resolved",
        "ignored": "set_ignored",
        "archived": "set_ignored",
        "assigned": "assigned",
    }
    if action == "unresolved":
        manual = actor.kind is ActorKind.USER
        line = (
            "set_unresolved" if manual else ACTIVITIES.get(issue.substatus or Substatus.NEW, "set_unresolved")
        )
        book.note_activity(issue, line, actor, {})
    elif action in kind:
        who: Json = given["assignedTo"] or {}
        data: Json = (
            {"assignee": who.get("id"), "assigneeType": who.get("type")} if action == "assigned" else {}
        )
        book.note_activity(issue, kind[action], actor, data)


def _assignee(book: IssueBook, given: Json | None) -> Any:
    if not given:
        return None
    if given["type"] == "team":
        return book.directory.team(given["name"])
    return _person(book, int(given["id"]), given["name"], given.get("email"))


def _person(book: IssueBook, user_id: int, name: str, email: str | None = None) -> Person:
    known = next((person for person in book.directory.people if person.id == user_id), None)
    return known or Person(user_id, 0, name, email or f"user{user_id}@acme-kyc.example")


def _actor(book: IssueBook, given: Json) -> Actor:
    if given.get("type") == "user":
        return Actor(ActorKind.USER, _person(book, int(given["id"]), given["name"]))
    return SENTRY if given.get("id") == "sentry" else INTEGRATION


def _event_of(given: Json) -> Json:
    """An event such as the issue may have had: all that an issue body does not tell stays empty."""
    event_id = hashlib.md5(f"event of {given['id']}".encode(), usedforsecurity=False).hexdigest()
    at = datetime.fromisoformat(given["lastSeen"])
    metadata: Json = given["metadata"]
    body: Json = {
        "event_id": event_id,
        "project": int(given["project"]["id"]),
        "release": None,
        "dist": None,
        "platform": given["platform"],
        "message": "",
        "datetime": given["lastSeen"],
        "tags": [["environment", "production"], ["level", given["level"]]],
        "contexts": {},
        "culprit": given["culprit"],
        "environment": "production",
        "fingerprint": ["{{ default }}"],
        "grouping_config": {"enhancements": "KLUv_SAY", "id": "newstyle:2023-01-11"},
        "hashes": [hashlib.md5(given["id"].encode(), usedforsecurity=False).hexdigest()],
        "level": given["level"],
        "location": metadata.get("filename"),
        "logger": given["logger"] or "",
        "metadata": metadata,
        "received": at.timestamp(),
        "sdk": {"name": "sentry.ruby.rails", "version": "5.22.1"},
        "timestamp": at.timestamp(),
        "title": given["title"],
        "transaction": None,
        "type": given["type"],
        "version": "7",
    }
    if metadata.get("type"):
        frame = {"function": metadata.get("function"), "filename": metadata.get("filename"), "in_app": True}
        stack = {"frames": [frame]} if metadata.get("filename") else None
        raised = {
            "type": metadata["type"],
            "value": metadata.get("value"),
            "module": None,
            "stacktrace": stack,
        }
        body["exception"] = {"values": [raised | {"mechanism": {"type": "generic", "handled": False}}]}
    return body
