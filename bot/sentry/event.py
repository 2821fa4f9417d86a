"""What an event says, in either of its two spellings: webhooks' and the API's. Used by the webhook and the client.

Everything personal is masked here, before anything else of the bot sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.code_names import route
from bot.domain.facts import Facts, Frame
from bot.domain.privacy import mask_mapping
from bot.sentry.stack import stack_of
from bot.sentry.untrusted import (
    LOOKED_AT,
    MESSAGE_LIMIT,
    NAME_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Json,
    line,
    mapping,
    moment,
    private,
    private_line,
    sequence,
    text,
    word,
)

TAGS_LIMIT = 60
"""Tags kept of one event; ours: an event may carry hundreds, and the log keeps an alert for ever."""
TAGS_LOOKED_AT = 1000
"""Tags looked at; ours."""
EVIDENCE_LOOKED_AT = 20
"""Lines of a monitor's evidence looked at; ours."""
CONTEXTS_LOOKED_AT = 50
"""Contexts looked at for a job's name; ours."""
FIRST_TAGS = ("journey_step", "environment", "level", "release", "transaction", "handled", "queue")
"""Kept before all others when there are too many: what rules and people ask for first."""

UNTITLED = "<untitled>"
"""Sentry's own word for an event without a title."""

OUTAGE_TYPES = {"4001": "monitor_check_in_failure", "7001": "uptime_domain_failure"}
"""The numbers of Sentry's issue types (sentry: `issues/grouptype.py`) by which a monitor says that a check failed."""
OUTAGE = "outage"
OUTAGE_CATEGORIES = (OUTAGE, "cron", "uptime")
"""Sentry's category for monitors; `cron` and `uptime` are its older words, which self-hosted ones still use."""

_PROJECT = re.compile(r"/projects/[^/?#]+/([^/?#]+)/events/")
_SLUG = re.compile(r"[a-z0-9_-]{1,100}")


def facts_from_event(event: Json) -> Facts:
    """The facts of an event as webhooks spell it (`data.event`). Never raises."""
    stack, tags = stack_of(event), list(_tags(event.get("tags")))
    first = dict(reversed(tags))
    issue_type = OUTAGE_TYPES.get(text(mapping(event.get("occurrence")).get("type")) or "")
    return Facts(
        title=private_line(event.get("title"), TITLE_LIMIT) or UNTITLED,
        project=_project(event),
        culprit=private_line(event.get("culprit"), TITLE_LIMIT),
        transaction=private_line(first.get("transaction") or event.get("transaction"), TITLE_LIMIT),
        environment=line(first.get("environment") or event.get("environment")),
        release=line(first.get("release") or event.get("release")),
        level=word(event.get("level")) or word(first.get("level")),
        category=_category(event, issue_type),
        issue_type=issue_type,
        exceptions=stack.exceptions,
        message=_message(event) or private(stack.message, MESSAGE_LIMIT),
        frame=stack.frame,
        frames=stack.frames,
        tags=_kept(tags),
        event_id=line(event.get("event_id")),
        values=stack.values,
        hint=hint_of(event),
        job=_job(mapping(event.get("contexts"))),
        platform=word(event.get("platform")),
        request=_request(mapping(event.get("request"))),
    )


def facts_from_api_event(event: Json) -> Facts:
    """The facts of an event as the API spells it (`GET issues/ID/events/latest/`). Never raises.

    The API does not tell the project's slug: read it from the issue.
    """
    return facts_from_event(_as_webhook(event))


def occurred_at(event: Json) -> datetime | None:
    """When the event happened, by its own word or else by Sentry's; None when neither says."""
    keys = ("datetime", "dateCreated", "timestamp", "received", "dateReceived")
    return next(filter(None, (moment(event.get(key)) for key in keys)), None)


def category(value: object) -> str | None:
    """An issue's category in today's words."""
    found = word(value)
    return OUTAGE if found in OUTAGE_CATEGORIES else found


def slug(value: object) -> str | None:
    """A project's slug; a bare number is the project's id, which is not its slug."""
    found = text(value)
    return found if found and _SLUG.fullmatch(found) and not found.isdecimal() else None


def _project(event: Json) -> str | None:
    """The slug, which a webhook tells only inside the event's address."""
    found = _PROJECT.search((text(event.get("url")) or "")[: TITLE_LIMIT * 2])
    return slug(found[1]) if found else None


def _category(event: Json, issue_type: str | None) -> str | None:
    if issue_type:
        return OUTAGE
    return "error" if word(event.get("type")) in ("error", "default") else None


def hint_of(holder: Json) -> Frame | None:
    """Where `metadata` of an event or an issue says that it broke."""
    metadata = mapping(holder.get("metadata"))
    filename, function = line(metadata.get("filename")), line(metadata.get("function"))
    if filename is None and function is None:
        return None
    return Frame(filename=filename or "", function=function)


JOB_CONTEXTS = {
    "sidekiq": "class",
    "active_job": "job_class",
    "resque": "job_class",
    "delayed_job": "job_class",
    "celery-job": "task_name",
    "celery": "task_name",
    "rq-job": "func",
    "rq": "func",
}
"""In which context a queue runner's SDK (sentry-ruby, sentry-python) names the job, and under which key."""
JOB_KEYS = ("class", "job_class", "task_name", "task", "job", "func", "wrapped", "jobName", "handler")
"""Keys that other runners' contexts use; looked at in contexts whose name speaks of jobs, tasks or queues."""


def _job(contexts: Json) -> str | None:
    for name, key in JOB_CONTEXTS.items():
        context = mapping(contexts.get(name))
        if found := private_line(context.get("wrapped")) or private_line(context.get(key)):
            return found
    for name, context in list(contexts.items())[:CONTEXTS_LOOKED_AT]:
        if any(mark in str(name).lower() for mark in ("job", "task", "queue", "worker", "consumer", "bull")):
            found = next(filter(None, (private_line(mapping(context).get(key)) for key in JOB_KEYS)), None)
            if found:
                return found
    return None


def _request(request: Json) -> str | None:
    """The verb and the path; host, query and fragment say nothing of the cause, and may be personal."""
    url, method = text(request.get("url")), line(request.get("method"), WORD_LIMIT)
    if url is None:
        return None
    rest = url.partition("://")[2] if "://" in url else url
    path = "/" + rest.partition("/")[2].partition("?")[0].partition("#")[0]
    return private_line(f"{(method or 'GET').upper()} {route(path[:TITLE_LIMIT])}")


def _message(event: Json) -> str | None:
    """What was logged; for a monitor, what it noticed."""
    entry, occurrence = mapping(event.get("logentry")), mapping(event.get("occurrence"))
    told = (entry.get("formatted"), entry.get("message"), event.get("message"), _noticed(occurrence))
    return next(filter(None, (private(value, MESSAGE_LIMIT) for value in told)), None)


def _noticed(occurrence: Json) -> str | None:
    """A monitor's own words and, where it tells one, the reason that it marks as important."""
    shown = [mapping(each) for each in sequence(occurrence.get("evidenceDisplay"))[:EVIDENCE_LOOKED_AT]]
    reasons = (text(each.get("value")) for each in shown if each.get("important") is True)
    return ": ".join(filter(None, (text(occurrence.get("subtitle")), *reasons))) or None


def _tags(value: object) -> Iterator[tuple[str, str]]:
    """Tags as pairs: webhooks send lists of two, the API objects, old versions one object. Others are left out."""
    entries = sequence(value) or [list(item) for item in mapping(value).items()]
    for entry in entries[:TAGS_LOOKED_AT]:
        named = mapping(entry)
        pair = [named.get("key"), named.get("value")] if named else sequence(entry)
        if len(pair) == 2:
            key, told = line(pair[0]), line(pair[1], NAME_LIMIT * LOOKED_AT)
            if key and told:
                yield key, told


def _kept(tags: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The tags worth keeping, in their own order, masked."""
    by_worth = sorted(range(len(tags)), key=lambda place: (tags[place][0] not in FIRST_TAGS, place))
    kept = [tags[place] for place in sorted(by_worth[:TAGS_LIMIT])]
    return tuple((key, value[:NAME_LIMIT]) for key, value in mask_mapping(kept))


def _as_webhook(event: Json) -> Json:
    """The same event as a webhook would spell it."""
    entries = {
        word(mapping(entry).get("type")): mapping(mapping(entry).get("data"))
        for entry in sequence(event.get("entries"))
    }
    release = event.get("release")
    return {
        **event,
        "event_id": event.get("eventID") or event.get("id"),
        "release": mapping(release).get("version") or text(release),
        "exception": {"values": [_in_snake_case(value) for value in _values(entries.get("exception"))]},
        "threads": {"values": [_in_snake_case(value) for value in _values(entries.get("threads"))]},
        "stacktrace": _in_snake_case({"stacktrace": entries.get("stacktrace")})["stacktrace"],
        "logentry": entries.get("message"),
    }


def _values(data: Json | None) -> list[Json]:
    return [mapping(value) for value in sequence(mapping(data).get("values"))]


def _in_snake_case(holder: Json) -> Json:
    """An exception or a thread with its frames' keys as webhooks spell them."""
    frames = sequence(mapping(holder.get("stacktrace")).get("frames"))
    return {**holder, "stacktrace": {"frames": [_frame(mapping(frame)) for frame in frames]}}


def _frame(frame: Json) -> Json:
    return {
        **frame,
        "abs_path": frame.get("absPath"),
        "lineno": frame.get("lineNo"),
        "in_app": frame.get("inApp"),
    }
