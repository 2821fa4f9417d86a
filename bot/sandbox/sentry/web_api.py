"""The issue endpoints of the local Sentry's Web API; `server.py` puts them behind the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.sentry import answers
from bot.sandbox.sentry.changes import Changes
from bot.sandbox.sentry.envelopes import EnvelopeSink
from bot.sandbox.sentry.event_answers import event_answer, event_row, whole_event
from bot.sandbox.sentry.gate import Denied, Gate
from bot.sandbox.sentry.issues import IssueBook
from bot.sandbox.sentry.put_body import Refused, known_fields
from bot.sandbox.sentry.records import INTEGRATION, Bell, Event, Issue, Json
from bot.sandbox.sentry.search import instant, matching, page_of, period
from bot.sandbox.sentry.site import Site

MISSING = "The requested resource does not exist"
BULK_MAXIMUM = 1000
"""The most issues that one bulk PUT changes [S group_index BULK_MUTATION_LIMIT]."""
READ = ("event:read", "event:write", "event:admin")
WRITE = ("event:write", "event:admin")


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with; `ring` takes the webhooks that a call causes."""

    book: IssueBook
    changes: Changes
    site: Site
    gate: Gate
    sink: EnvelopeSink
    ring: Callable[[Bell], None]

    def check_org(self, org: str) -> None:
        """Raise Denied (404) for another organisation."""
        if org != self.site.org:
            raise Denied(404, MISSING)

    def issue(self, org: str, name: str) -> Issue:
        """The issue of that id or short id; raises Denied (404)."""
        self.check_org(org)
        issue = self.book.find(name)
        if issue is None:
            raise Denied(404, MISSING)
        return issue


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = jsonify(body)
    response.status_code = status
    response.headers.extend(dict(headers or {}))
    return response


def arguments() -> dict[str, list[str]]:
    """The query string, each key with all its values."""
    return {key: request.args.getlist(key) for key in request.args}


def issue_routes(desk: Desk) -> list[Blueprint]:
    """All endpoints below an organisation's issues."""
    return [
        _list_routes(desk),
        _single_routes(desk),
        _note_routes(desk),
        _event_routes(desk),
        _summary_routes(desk),
    ]


def _list_routes(desk: Desk) -> Blueprint:
    room = Blueprint("issues", __name__, url_prefix="/api/0/organizations/<org>/issues/")

    @room.get("")
    def list_issues(org: str) -> Response:
        desk.gate.need(*READ)
        desk.check_org(org)
        with desk.book.lock:
            found = _search(desk)
            page, headers = page_of(found, arguments(), desk.site.url + request.path)
            collapsed = "stats" in request.args.getlist("collapse")
            rows = [answers.issue_answer(issue, desk.site) for issue in page]
            if not collapsed:
                for row, issue in zip(rows, page, strict=True):
                    row["stats"] = {"24h": answers.counts(issue, desk.book.now(), 3600, 24)}
        return reply(rows, headers=headers)

    @room.put("")
    def change_many(org: str) -> Response:
        desk.gate.need(*WRITE)
        desk.check_org(org)
        with desk.book.lock:
            ids = request.args.getlist("id")
            chosen = [desk.book.find(name) for name in ids] if ids else list(_search(desk))
            issues = [issue for issue in chosen if issue is not None][:BULK_MAXIMUM]
            if not issues:
                return Response(status=204)
            return _change(
                desk,
                issues,
                lambda given: known_fields(given) | {"statusDetails": given.get("statusDetails", {})},
            )

    return room


def _single_routes(desk: Desk) -> Blueprint:
    room = Blueprint("issue", __name__, url_prefix="/api/0/organizations/<org>/issues/<name>/")

    @room.get("")
    def read_issue(org: str, name: str) -> Response:
        desk.gate.need(*READ)
        with desk.book.lock:
            return reply(answers.issue_detail(desk.issue(org, name), desk.site, desk.book.now()))

    @room.put("")
    def change_issue(org: str, name: str) -> Response:
        desk.gate.need(*WRITE)
        with desk.book.lock:
            issue = desk.issue(org, name)
            return _change(desk, [issue], lambda _: answers.issue_answer(issue, desk.site))

    return room


def _note_routes(desk: Desk) -> Blueprint:
    room = Blueprint("notes", __name__, url_prefix="/api/0/organizations/<org>/issues/<name>/notes/")

    @room.get("")
    def list_notes(org: str, name: str) -> Response:
        desk.gate.need(*READ)
        with desk.book.lock:
            notes = desk.issue(org, name).notes
            page, headers = page_of(notes, arguments(), desk.site.url + request.path, "per_page")
            return reply([answers.note_answer(note, desk.site) for note in page], headers=headers)

    @room.post("")
    def add_note(org: str, name: str) -> Response:
        desk.gate.need(*WRITE)
        issue = desk.issue(org, name)
        try:
            note, bells = desk.changes.comment(issue, request.get_json(silent=True), INTEGRATION)
        except Refused as refusal:
            return reply(refusal.errors, 400)
        for bell in bells:
            desk.ring(bell)
        return reply(answers.activity_answer(note, desk.site), 201)

    return room


def _event_routes(desk: Desk) -> Blueprint:
    room = Blueprint("events", __name__, url_prefix="/api/0/organizations/<org>/issues/<name>/events/")

    @room.get("")
    def list_events(org: str, name: str) -> Response:
        desk.gate.need(*READ)
        with desk.book.lock:
            issue = desk.issue(org, name)
            found = sorted(_events(desk, issue), key=lambda event: event.at, reverse=True)
            page, headers = page_of(found, arguments(), desk.site.url + request.path, "per_page")
            spell = whole_event if request.args.get("full") in ("1", "true") else event_row
            return reply([spell(issue, event) for event in page], headers=headers)

    @room.get("<which>/")
    def read_event(org: str, name: str, which: str) -> Response:
        desk.gate.need(*READ)
        with desk.book.lock:
            issue = desk.issue(org, name)
            return reply(event_answer(issue, _event(issue, which)))

    return room


def _summary_routes(desk: Desk) -> Blueprint:
    room = Blueprint("summaries", __name__, url_prefix="/api/0/organizations/<org>/issues/<name>/")

    @room.before_request
    def check() -> None:
        desk.gate.need(*READ)

    @room.get("hashes/")
    def list_hashes(org: str, name: str) -> Response:
        rows: list[Json] = [
            {"id": value, "latestEvent": {}, "mergedBySeer": False, "seerMatchDistance": None}
            for value in sorted(desk.issue(org, name).hashes)
        ]
        page, headers = page_of(rows, arguments(), desk.site.url + request.path, "per_page")
        return reply(page, headers=headers)

    @room.get("tags/<key>/")
    def read_tag(org: str, name: str, key: str) -> Response:
        with desk.book.lock:
            events = answers.tag_events(desk.issue(org, name)).get(key)
            if not events:
                raise Denied(404, MISSING)
            return reply(answers.tag_answer(key, events))

    @room.get("external-issues/")
    def list_links(org: str, name: str) -> Response:
        issue = desk.issue(org, name)
        return reply([answers.link_answer(link, issue) for link in issue.links])

    return room


def _search(desk: Desk) -> list[Issue]:
    args = request.args
    now = desk.book.now()
    issues = [issue for issue in desk.book.all() if _in_projects(desk, issue, args.getlist("project"))]
    if environments := set(args.getlist("environment")):
        if environments - desk.book.environments:
            raise Denied(404, MISSING)
        issues = [
            issue for issue in issues if any(_environment(event) in environments for event in issue.events)
        ]
    if since := args.get("statsPeriod"):
        issues = [issue for issue in issues if issue.last_seen_at >= now - period(since)]
    if start := args.get("start"):
        issues = [issue for issue in issues if issue.last_seen_at >= instant(start)]
    return matching(issues, args.get("query"), args.get("sort", "date"), now)


def _in_projects(desk: Desk, issue: Issue, given: list[str]) -> bool:
    if not all(text.lstrip("-").isdigit() for text in given):
        raise Denied(400, "Invalid project parameter. Values must be numbers.")
    if not given or "-1" in given:
        return True
    known = {str(project.id) for project in desk.book.directory.projects.values()}
    if not set(given) <= known:
        raise Denied(403, "You do not have permission to perform this action.")
    return str(issue.project.id) in given


def _environment(event: Event) -> str:
    return event.tags.get("environment") or str(event.body.get("environment") or "")


def _change(desk: Desk, issues: list[Issue], answer: Callable[[dict[str, Any]], Any]) -> Response:
    given: Any = request.get_json(silent=True)
    try:
        bells = desk.changes.put(issues, given, INTEGRATION)
    except Refused as refusal:
        return reply(refusal.errors, 400)
    for bell in bells:
        desk.ring(bell)
    return reply(answer(given))


def _event(issue: Issue, which: str) -> Event:
    events = sorted(issue.events, key=lambda event: event.at)
    if which in ("latest", "recommended", "oldest"):
        if not events:
            raise Denied(404, "No matching event")
        return events[0] if which == "oldest" else events[-1]
    found = next((event for event in events if event.id == which), None)
    if found is None:
        raise Denied(404, "Event not found")
    return found


def _events(desk: Desk, issue: Issue) -> list[Event]:
    args = request.args
    start: datetime | None = instant(args["start"]) if args.get("start") else None
    end: datetime | None = instant(args["end"]) if args.get("end") else None
    if length := args.get("statsPeriod"):
        start = desk.book.now() - period(length)
    elif (start is None) != (end is None):
        raise Denied(400, "start and end are both required")
    elif start and end and start >= end:
        raise Denied(400, "start must be before end")
    environments = set(args.getlist("environment"))
    return [
        event
        for event in issue.events
        if (start is None or event.at >= start)
        and (end is None or event.at < end)
        and (not environments or _environment(event) in environments)
    ]
