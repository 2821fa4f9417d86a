"""The shapes in which the local Sentry answers: issues, history, people, projects; for the Web API and webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.sandbox.sentry.records import (
    Activity,
    ActorKind,
    Event,
    Issue,
    Json,
    Link,
    Person,
    Project,
    Status,
    Substatus,
    Team,
    iso,
)
from bot.sandbox.sentry.site import Site

ACTIVITY_COUNT = 100
"""An issue tells at most its latest hundred lines of history [S group_index ACTIVITIES_COUNT]."""
STARTED = "2024-01-05T00:00:00Z"
STATUS_TEXTS = {
    Substatus.UNTIL_ESCALATING: "archived until escalating",
    Substatus.UNTIL_CONDITION: "archived until a condition is met",
    Substatus.FOREVER: "archived forever",
}


def issue_answer(issue: Issue, site: Site) -> Json:
    """An issue as lists and PUT answer it."""
    return {
        "id": issue.id,
        "shareId": None,
        "shortId": issue.short_id,
        "title": issue.title,
        "culprit": issue.culprit,
        "permalink": site.issue_page(issue.id),
        "logger": issue.logger,
        "level": issue.level,
        "status": issue.status.value,
        "statusDetails": {key: value for key, value in issue.status_details.items() if key != "_after"},
        "substatus": issue.substatus.value if issue.substatus else None,
        "isPublic": False,
        "platform": issue.platform,
        "project": project_stub(issue.project),
        "type": issue.type,
        "metadata": dict(issue.metadata),
        "numComments": len(issue.notes),
        "assignedTo": assignee_answer(issue.assignee),
        "isBookmarked": issue.is_bookmarked,
        "isSubscribed": False,
        "subscriptionDetails": None,
        "hasSeen": issue.has_seen,
        "annotations": [],
        "issueType": issue.issue_type,
        "issueCategory": issue.issue_category,
        "priority": issue.priority,
        "priorityLockedAt": None,
        "seerFixabilityScore": None,
        "seerAutofixLastTriggered": None,
        "seerExplorerAutofixLastTriggered": None,
        "isUnhandled": issue.is_unhandled,
        "count": str(issue.count),
        "userCount": issue.user_count,
        "firstSeen": iso(issue.first_seen_at),
        "lastSeen": iso(issue.last_seen_at),
    }


def issue_detail(issue: Issue, site: Site, now: datetime) -> Json:
    """An issue as GET answers it: with counts over time, history and tags."""
    releases = [str(event.body["release"]) for event in issue.events if event.body.get("release")]
    return issue_answer(issue, site) | {
        "firstRelease": release_answer(releases[0]) if releases else None,
        "lastRelease": release_answer(releases[-1]) if releases else None,
        "tags": [
            {"key": key, "name": key.title() if key == "environment" else key, "totalValues": len(events)}
            for key, events in tag_events(issue).items()
        ],
        "stats": {"24h": counts(issue, now, 3600, 24), "30d": counts(issue, now, 86400, 30)},
        "activity": history(issue, site),
        "seenBy": [],
        "userReportCount": 0,
        "participants": [],
    }


def counts(issue: Issue, now: datetime, seconds: int, buckets: int) -> list[list[int]]:
    """Events a bucket, oldest first: pairs of epoch seconds and number."""
    last = int(now.timestamp()) // seconds * seconds
    found = {last - seconds * back: 0 for back in range(buckets - 1, -1, -1)}
    for event in issue.events:
        start = int(event.at.timestamp()) // seconds * seconds
        if start in found:
            found[start] += 1
    return [[start, number] for start, number in found.items()]


def tag_events(issue: Issue) -> dict[str, list[Event]]:
    """The events that carry each tag, by key in order of the alphabet."""
    found: dict[str, list[Event]] = {}
    for event in issue.events:
        for key in event.tags:
            found.setdefault(key, []).append(event)
    return dict(sorted(found.items()))


def history(issue: Issue, site: Site) -> list[Json]:
    """Newest first, repetitions told once, `first_seen` last, cut to a hundred as Sentry does."""
    lines: list[Activity] = []
    for item in reversed(issue.activity):
        last = lines[-1] if lines else None
        repeated = last and (item.type, item.actor, item.data) == (last.type, last.actor, last.data)
        if item.type == "note" or not repeated:
            lines.append(item)
    first: Json = {"id": "0", "user": None, "sentry_app": None, "type": "first_seen"}
    first |= {"data": {"priority": issue.priority}, "dateCreated": iso(issue.first_seen_at)}
    return [*(activity_answer(item, site) for item in lines), first][:ACTIVITY_COUNT]


def activity_answer(item: Activity, site: Site) -> Json:
    """One line of history; what an integration did has no user."""
    app = {"name": site.app_name} if item.actor.kind is ActorKind.INTEGRATION else None
    return {
        "id": str(item.id),
        "user": user_stub(item.actor.person) if item.actor.person else None,
        "sentry_app": app,
        "type": item.type,
        "data": dict(item.data),
        "dateCreated": iso(item.at),
    }


def note_answer(item: Activity, site: Site) -> Json:
    """A comment as the notes endpoint answers it."""
    answer = activity_answer(item, site)
    if item.actor.kind is ActorKind.USER:
        answer["data"]["comment_id"] = item.id
    return answer | {"source": None}


def user_stub(person: Person) -> Json:
    """A person beside an activity."""
    return {"id": str(person.id), "name": person.name, "email": person.email}


def assignee_answer(who: Person | Team | None) -> Json | None:
    """`assignedTo` of an issue."""
    if who is None:
        return None
    if isinstance(who, Team):
        return {"type": "team", "id": str(who.id), "name": who.slug}
    return {"type": "user", **user_stub(who)}


def project_stub(project: Project) -> Json:
    """A project inside an issue."""
    return {"id": str(project.id), "name": project.name, "slug": project.slug, "platform": project.platform}


def release_answer(version: str) -> Json:
    """A release, as far as it is known."""
    return {"id": 1, "version": version, "shortVersion": version, "status": "open", "dateCreated": STARTED}


def link_answer(link: Link, issue: Issue) -> Json:
    """An external issue."""
    return {
        "id": str(link.id),
        "issueId": issue.id,
        "serviceType": link.service_type,
        "displayName": link.display_name,
        "webUrl": link.web_url,
    }


def tag_answer(key: str, events: Sequence[Event]) -> Json:
    """One tag of an issue with its values, the most frequent first."""
    values: dict[str, list[Event]] = {}
    for event in events:
        values.setdefault(event.tags[key], []).append(event)
    top = [
        {
            "key": key,
            "name": value,
            "value": value,
            "count": len(seen),
            "lastSeen": iso(max(event.at for event in seen).replace(microsecond=0)),
            "firstSeen": iso(min(event.at for event in seen).replace(microsecond=0)),
        }
        for value, seen in sorted(values.items(), key=lambda pair: -len(pair[1]))
    ]
    name = key.title() if key == "environment" else key
    return {
        "key": key,
        "name": name,
        "uniqueValues": len(top),
        "totalValues": len(events),
        "topValues": top[:9],
    }


def member_answer(person: Person) -> Json:
    """A member; `user` is null while the invitation is pending."""
    name = person.email if person.pending else person.name
    flags = ("idp:provisioned", "idp:role-restricted", "sso:linked", "sso:invalid")
    flags += ("member-limit:restricted", "partnership:restricted")
    return {
        "id": str(person.member_id),
        "email": person.email,
        "name": name,
        "user": None if person.pending else _user_answer(person),
        "orgRole": "member",
        "pending": person.pending,
        "expired": False,
        "flags": {flag: flag == "sso:linked" for flag in flags},
        "dateCreated": STARTED,
        "inviteStatus": "invited" if person.pending else "approved",
        "inviterName": None,
    }


def _user_answer(person: Person) -> Json:
    return {
        **user_stub(person),
        "username": person.email,
        "avatarUrl": "",
        "isActive": True,
        "isSuspended": False,
        "hasPasswordAuth": False,
        "isManaged": False,
        "dateJoined": STARTED,
        "lastLogin": STARTED,
        "has2fa": True,
        "lastActive": STARTED,
        "isSuperuser": False,
        "isStaff": False,
        "experiments": {},
        "emails": [{"id": str(900000 + person.id), "email": person.email, "is_verified": True}],
    }


def team_answer(team: Team, member_count: int) -> Json:
    """A team."""
    return {
        "id": str(team.id),
        "slug": team.slug,
        "name": team.slug,
        "dateCreated": STARTED,
        "isMember": False,
        "teamRole": None,
        "flags": {"idp:provisioned": False},
        "access": [],
        "hasAccess": True,
        "isPending": False,
        "memberCount": member_count,
        "avatar": {"avatarType": "letter_avatar", "avatarUuid": None},
    }


def project_answer(project: Project, teams: Sequence[Team]) -> Json:
    """A project as the projects endpoints answer it."""
    return project_stub(project) | {
        "status": "active",
        "isMember": True,
        "hasAccess": True,
        "isBookmarked": False,
        "dateCreated": STARTED,
        "firstEvent": None,
        "features": [],
        "environments": ["production"],
        "teams": [{"id": str(team.id), "slug": team.slug, "name": team.slug} for team in teams],
        "team": {"id": str(teams[0].id), "slug": teams[0].slug, "name": teams[0].slug} if teams else None,
    }


def status_text(issue: Issue) -> str:
    """The state in words, for the demo's page."""
    if issue.status is Status.IGNORED and issue.substatus:
        return STATUS_TEXTS[issue.substatus]
    return f"{issue.status.value} ({issue.substatus.value})" if issue.substatus else issue.status.value


def page_row(issue: Issue, site: Site) -> Json:
    """What the demo's page shows of an issue: its answer with state in words, comments, links and history."""
    return issue_answer(issue, site) | {
        "status_text": status_text(issue),
        "notes": [note_answer(note, site) for note in issue.notes],
        "links": [link_answer(link, issue) for link in issue.links],
        "activity": history(issue, site),
    }
