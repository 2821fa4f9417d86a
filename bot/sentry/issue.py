"""What Sentry says of an issue, in webhooks and in the API alike. Used by the webhook and the client."""

from __future__ import annotations

from bot.domain.alert import Suspicion
from bot.domain.facts import Facts
from bot.domain.rate import Bucket, Past
from bot.domain.receipts import Activity, IssueSnapshot
from bot.sentry.event import OUTAGE, UNTITLED, category, hint_of, slug
from bot.sentry.untrusted import (
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    BadBody,
    Json,
    line,
    mapping,
    moment,
    number_id,
    private,
    private_line,
    sequence,
    whole,
    word,
)

ACTIVITY_LIMIT = 100
"""Entries of an issue's history that are kept, newest first; Sentry tells at most 100."""

PROXY_ADDRESS = "@proxy-user.sentry.io"
"""How the address of the user behind an integration ends (sentry: `sentry_apps/logic.py`): not a person."""

UNRESOLVED = "unresolved"

HOURS, DAYS = "24h", "30d"
"""Under these names of `stats` Sentry tells events by hour and by day (GET issues/{id}/)."""
BUCKETS_LIMIT = 100
"""Buckets that are looked at, newest last; Sentry tells 24 hours and 30 days."""


def snapshot(issue: Json) -> IssueSnapshot:
    """An issue as it stands, masked. Raises BadBody when it has no id, which nothing can be done without."""
    assignee = mapping(issue.get("assignedTo"))
    return IssueSnapshot(
        issue_id=issue_id_of(issue),
        short_id=line(issue.get("shortId")),
        project=project_of(issue),
        title=private_line(issue.get("title"), TITLE_LIMIT) or UNTITLED,
        status=word(issue.get("status")) or UNRESOLVED,
        substatus=word(issue.get("substatus")),
        count=whole(issue.get("count")),
        user_count=whole(issue.get("userCount")),
        first_seen_at=moment(issue.get("firstSeen")),
        last_seen_at=moment(issue.get("lastSeen")),
        level=word(issue.get("level")),
        category=category(issue.get("issueCategory")),
        issue_type=word(issue.get("issueType")),
        culprit=private_line(issue.get("culprit"), TITLE_LIMIT),
        assignee=private_line(assignee.get("name")) or private_line(assignee.get("email")),
        assignee_email=line(assignee.get("email")),
        activity=_activity(issue.get("activity")),
        past=_past(mapping(issue.get("stats"))),
    )


def facts_of_issue(issue: Json) -> Facts:
    """The little that an issue says of its newest event: no environment, no frame, no tags. Raises BadBody as above."""
    known = snapshot(issue)
    return Facts(
        title=known.title,
        project=known.project,
        culprit=known.culprit,
        level=known.level,
        category=known.category,
        issue_type=known.issue_type,
        exceptions=tuple(filter(None, (_exception(issue, known.title),))),
        message=private(mapping(issue.get("metadata")).get("value"), MESSAGE_LIMIT),
        hint=hint_of(issue),
        platform=word(issue.get("platform")),
    )


def suspicions_of(known: IssueSnapshot) -> tuple[Suspicion, ...]:
    """Why an issue may be Large by Sentry's own word: a monitor failed, or it escalates."""
    found = {
        Suspicion.OUTAGE: known.category == OUTAGE,
        Suspicion.ESCALATING: known.substatus == "escalating",
    }
    return tuple(suspicion for suspicion, holds in found.items() if holds)


def issue_id_of(issue: Json) -> str:
    """The issue's number. Raises BadBody when there is none: without it nothing can be done."""
    found = number_id(issue.get("id"))
    if found is None:
        raise BadBody("no issue id")
    return found


def project_of(issue: Json) -> str | None:
    """The slug of the issue's project."""
    return slug(mapping(issue.get("project")).get("slug"))


def _exception(issue: Json, title: str) -> str | None:
    """The exception's type. The title begins with it and has it whole; `metadata` may have it cut."""
    kind = private_line(mapping(issue.get("metadata")).get("type"))
    if kind and title.startswith(kind):
        return title.partition(": ")[0]
    return kind


def _activity(value: object) -> tuple[Activity, ...]:
    found = [_act(mapping(entry)) for entry in sequence(value)]
    known = sorted(filter(None, found), key=lambda act: act.at, reverse=True)
    return tuple(known[:ACTIVITY_LIMIT])


def _past(stats: Json) -> Past:
    """Both rows of counts. A row without the other is as good as it is: what is missing is not known."""
    return Past(_buckets(stats.get(HOURS)), _buckets(stats.get(DAYS)))


def _buckets(row: object) -> tuple[Bucket, ...]:
    """Pairs of epoch seconds and count, oldest first; a pair that is none is passed over."""
    found: list[Bucket] = []
    for pair in sequence(row)[-BUCKETS_LIMIT:]:
        at, count = (*sequence(pair), None, None)[:2]
        began, counted = moment(at), whole(count)
        if began is not None and counted is not None:
            found.append(Bucket(began, counted))
    return tuple(sorted(found, key=lambda bucket: bucket.at))


def _act(entry: Json) -> Activity | None:
    kind, at = word(entry.get("type")), moment(entry.get("dateCreated"))
    if kind is None or at is None:
        return None
    user = mapping(entry.get("user"))
    email = line(user.get("email")) or ""
    if entry.get("sentry_app") or user.get("isSentryApp") is True or email.endswith(PROXY_ADDRESS):
        return Activity(kind, at)
    name = next(filter(None, map(private_line, (user.get("name"), user.get("username"), email))), "")
    return Activity(kind, at, by_name=name, by_email=email)
