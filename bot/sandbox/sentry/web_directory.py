"""The Web API beyond issues: organisation, people, projects, short ids, external issues; mounted by `server.py`."""

from __future__ import annotations

from html import escape
from typing import Any, cast

from flask import Blueprint, Response, request

from bot.sandbox.sentry import answers
from bot.sandbox.sentry.gate import Denied
from bot.sandbox.sentry.records import Issue, Json, Link
from bot.sandbox.sentry.search import page_of
from bot.sandbox.sentry.web_api import MISSING, WRITE, Desk, arguments, reply

DEPRECATED_AT = "2026-05-15T00:00:00+00:00"


def directory_routes(desk: Desk) -> list[Blueprint]:
    """All endpoints beside the issues, and the page that links lead to."""
    rooms = [_organization_routes, _people_routes, _project_routes, _installation_routes, _page_routes]
    return [*(room(desk) for room in rooms), _unscoped_routes()]


def _organization_routes(desk: Desk) -> Blueprint:
    room = Blueprint("organization", __name__, url_prefix="/api/0/organizations/")

    @room.get("")
    def list_organizations() -> Response:
        return reply([])  # an integration token sees none

    @room.get("<org>/")
    def read_organization(org: str) -> Response:
        desk.gate.need("org:read")
        desk.check_org(org)
        answer = {"id": "5", "slug": org, "name": org, "status": {"id": "active", "name": "active"}}
        return reply(
            answer | {"dateCreated": answers.STARTED, "openMembership": desk.changes.open_membership}
        )

    @room.get("<org>/projects/")
    def list_projects(org: str) -> Response:
        desk.gate.need("org:read", "project:read")
        desk.check_org(org)
        return _page(desk, [_project(desk, slug) for slug in sorted(desk.book.directory.projects)])

    @room.get("<org>/shortids/<short_id>/")
    def read_short_id(org: str, short_id: str) -> Response:
        desk.gate.need("org:read", "event:read")
        with desk.book.lock:
            issue = desk.issue(org, short_id)
            return reply(_short_id(issue, desk))

    @room.get("<org>/sentry-app-installations/")
    def list_installations(org: str) -> Response:
        desk.check_org(org)
        raise Denied(403, "You do not have permission to perform this action.")

    return room


def _people_routes(desk: Desk) -> Blueprint:
    room = Blueprint("people", __name__, url_prefix="/api/0/organizations/<org>/")

    @room.get("members/")
    def list_members(org: str) -> Response:
        desk.gate.need("member:read", "member:write", "member:admin")
        desk.check_org(org)
        rows = [answers.member_answer(person) for person in desk.book.directory.people]
        return _page(desk, rows)

    @room.get("teams/")
    def list_teams(org: str) -> Response:
        desk.gate.need("org:read", "team:read")
        desk.check_org(org)
        directory = desk.book.directory
        return _page(
            desk,
            [answers.team_answer(team, len(directory.members_of(team))) for team in directory.teams.values()],
        )

    return room


def _project_routes(desk: Desk) -> Blueprint:
    room = Blueprint("project", __name__, url_prefix="/api/0/projects/<org>/<slug>/")

    @room.get("")
    def read_project(org: str, slug: str) -> Response:
        desk.gate.need("project:read")
        desk.check_org(org)
        return reply(_project(desk, slug) | {"organization": {"id": "5", "slug": org, "name": org}})

    @room.get("ownership/")
    def read_ownership(org: str, slug: str) -> Response:
        desk.gate.need("project:read")
        desk.check_org(org)
        _project(desk, slug)
        answer: Json = {"raw": None, "fallthrough": True, "dateCreated": None, "lastUpdated": None}
        return reply(
            answer | {"isActive": True, "autoAssignment": "Turn off Auto-Assignment", "schema": None}
        )

    @room.get("events/<event_id>/committers/")
    def read_committers(org: str, slug: str, event_id: str) -> Response:
        desk.gate.need("project:read")
        raise Denied(404, "No committers found")

    return room


def _installation_routes(desk: Desk) -> Blueprint:
    """The links that the integration shows on issues; one an issue and integration, a second one replaces it."""
    room = Blueprint(
        "installation", __name__, url_prefix="/api/0/sentry-app-installations/<uuid>/external-issues/"
    )

    @room.before_request
    def check() -> None:
        desk.gate.need(*WRITE)
        if (request.view_args or {}).get("uuid") != desk.site.installation_id:
            raise Denied(404, MISSING)

    @room.post("")
    def put_link(uuid: str) -> Response:
        given: Any = request.get_json(silent=True)
        data = cast("Json", given) if isinstance(given, dict) else {}
        issue = desk.book.find(str(data.get("issueId")))
        if issue is None or str(data.get("issueId")) != issue.id:
            return Response(status=404)
        if errors := _wrong_link(data):
            return reply(errors, 400)
        with desk.book.lock:
            name = f"{escape(data['project'])}#{escape(data['identifier'])}"
            old = next((link for link in issue.links if link.service_type == desk.site.app_slug), None)
            link = Link(old.id if old else desk.book.next_link_id(), desk.site.app_slug, name, data["webUrl"])
            issue.links = [*(other for other in issue.links if other is not old), link]
            desk.book.touch()
        return reply(answers.link_answer(link, issue))

    @room.delete("<link_id>/")
    def delete_link(uuid: str, link_id: str) -> Response:
        with desk.book.lock:
            for issue in desk.book.all():
                for link in issue.links:
                    if str(link.id) == link_id:
                        issue.links.remove(link)
                        desk.book.touch()
                        return Response(status=204)
        raise Denied(404, MISSING)

    return room


def _unscoped_routes() -> Blueprint:
    """The old paths without an organisation, which are gone."""
    room = Blueprint("unscoped", __name__, url_prefix="/api/0/issues/")

    @room.route("", defaults={"rest": ""}, methods=["GET", "PUT", "POST", "DELETE"])
    @room.route("<path:rest>", methods=["GET", "PUT", "POST", "DELETE"])
    def gone(rest: str) -> Response:
        headers = {
            "X-Sentry-Deprecation-Date": DEPRECATED_AT,
            "X-Sentry-Replacement-Endpoint": f"/api/0/organizations/:organization_id_or_slug/issues/{rest}",
        }
        return reply({"message": "gone"}, 410, headers)

    return room


def _page_routes(desk: Desk) -> Blueprint:
    """Where links to an issue lead: a plain page for people."""
    room = Blueprint("page", __name__, url_prefix="/organizations/<org>/issues/")

    @room.get("<name>/")
    @room.get("<name>/events/<event_id>/")
    def show_issue(org: str, name: str, event_id: str = "") -> Response:
        with desk.book.lock:
            issue = desk.issue(org, name)
            notes = "".join(f"<li>{escape(str(note.data['text']))}</li>" for note in issue.notes)
            links = "".join(f"<li>{escape(link.display_name)}</li>" for link in issue.links)
            text = f"{issue.count} events · {answers.status_text(issue)} · {escape(issue.culprit or '')}"
            html = f"<!doctype html><meta charset=utf-8><title>{issue.short_id}</title>"
            html += f"<h1>{escape(issue.short_id)} {escape(issue.title)}</h1><p>{text}</p>"
        return Response(f"{html}<h2>Comments</h2><ul>{notes}</ul><h2>Links</h2><ul>{links}</ul>")

    return room


def _page(desk: Desk, rows: list[Json]) -> Response:
    page, headers = page_of(rows, arguments(), desk.site.url + request.path, "per_page")
    return reply(page, headers=headers)


def _project(desk: Desk, slug: str) -> Json:
    directory = desk.book.directory
    project = directory.projects.get(slug)
    if project is None:
        raise Denied(404, MISSING)
    return answers.project_answer(project, [directory.team(team) for team in sorted(project.teams)])


def _short_id(issue: Issue, desk: Desk) -> Json:
    return {
        "organizationSlug": desk.site.org,
        "projectSlug": issue.project.slug,
        "groupId": issue.id,
        "group": answers.issue_answer(issue, desk.site),
        "shortId": issue.short_id,
    }


def _wrong_link(data: Json) -> Json:
    errors: Json = {
        key: ["This field is required."] for key in ("webUrl", "project", "identifier") if not data.get(key)
    }
    if "webUrl" not in errors and not str(data["webUrl"]).startswith(("http://", "https://")):
        errors["webUrl"] = ["Enter a valid URL."]
    return errors
