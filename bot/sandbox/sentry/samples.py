"""Makes whole events, as webhooks spell them, from the short descriptions that tests, demo and drills write."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from bot.sandbox.sentry.records import Json, Project, iso

TITLE_TYPE_LENGTH = 128
TITLE_VALUE_LENGTH = 100
"""A title is the type, a colon and the first line of the value, cut to these lengths [S sentry/eventtypes/error.py]."""
METADATA_VALUE_LENGTH = 1024
OCCURRENCES = {"monitor_check_in_failure": 4001, "uptime_domain_failure": 7001}
"""Numbers of the issue types that are no errors [S sentry/issues/grouptype.py]."""
OTHER_OCCURRENCE = 8001


@dataclass(frozen=True)
class Frame:
    """One frame of a stack; the application's own unless said otherwise."""

    filename: str | None
    function: str | None = None
    lineno: int | None = None
    in_app: bool = True
    context_line: str | None = None
    colno: int | None = None
    abs_path: str | None = None
    module: str | None = None


@dataclass(frozen=True)
class Raised:
    """One exception of a chain; frames oldest first, as Sentry keeps them."""

    type: str | None
    value: str | None = ""
    frames: tuple[Frame, ...] = ()
    handled: bool = False
    mechanism: str = "rails"


@dataclass(frozen=True)
class EventDescription:
    """What a test says about an event, the rest by default. `exceptions` runs from first cause to raised one.

    `issue_id` puts the event into that issue whatever its frames say; `at` (aware, UTC) defaults to now.
    """

    project: str = "kyc-api"
    exceptions: tuple[Raised, ...] = ()
    message: str | None = None
    title: str | None = None
    transaction: str | None = None
    culprit: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    release: str | None = None
    environment: str | None = "production"
    level: str = "error"
    platform: str | None = None
    user: Mapping[str, Any] | None = None
    request: Mapping[str, Any] | None = None
    contexts: Mapping[str, Any] | None = None
    fingerprint: tuple[str, ...] = ()
    issue_id: str | None = None
    short_id: str | None = None
    event_id: str | None = None
    issue_type: str = "error"
    issue_category: str = "error"
    logger: str = ""
    triggered_rule: str | None = None
    at: datetime | None = None


def describe(given: EventDescription | Mapping[str, Any]) -> EventDescription:
    """Read a description given as a dict: `exceptions` and `frames` as lists of dicts, or one exception's keys flat.

    Raises ValueError for a key that no description has.
    """
    if isinstance(given, EventDescription):
        return given
    values = dict(given)
    single = {key: values.pop(key) for key in ("type", "value", "frames", "handled") if key in values}
    exceptions = [_raised(item) for item in values.pop("exceptions", ())]
    if single:
        exceptions.append(_raised(single))
    if unknown := values.keys() - {item.name for item in fields(EventDescription)}:
        raise ValueError(f"no such key in an event description: {', '.join(sorted(unknown))}")
    if isinstance(values.get("at"), str):
        values["at"] = datetime.fromisoformat(values["at"])
    values["fingerprint"] = tuple(values.get("fingerprint", ()))
    return EventDescription(**values, exceptions=tuple(exceptions))


def _raised(item: Raised | Mapping[str, Any]) -> Raised:
    if isinstance(item, Raised):
        return item
    frames = tuple(
        frame if isinstance(frame, Frame) else Frame(**dict(frame)) for frame in item.get("frames", ())
    )
    values: dict[str, Any] = {"type": None, **item, "frames": frames}
    return Raised(**values)


def title_of(description: EventDescription) -> str:
    """The title that Sentry would give: type and first line of the raised exception, else of the message."""
    if description.title is not None:
        return description.title
    if not description.exceptions:
        return _first_line(description.message) or "<unlabeled event>"
    raised = description.exceptions[-1]
    if not raised.type:
        return "<unlabeled event>"
    value = _first_line(raised.value)
    kind = raised.type[:TITLE_TYPE_LENGTH]
    return f"{kind}: {value}" if value else kind


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0].strip()[:TITLE_VALUE_LENGTH]


def hash_of(description: EventDescription) -> str:
    """The grouping hash: the given fingerprint, else exception types with in-app frames, else message and place."""
    parts: list[str] = [description.project, *description.fingerprint]
    if not description.fingerprint:
        for raised in description.exceptions:
            parts += [str(raised.type), *(f"{f.filename}:{f.function}" for f in raised.frames if f.in_app)]
        if not description.exceptions or not any(raised.frames for raised in description.exceptions):
            parts += [title_of(description), str(description.transaction), str(description.culprit)]
    return hashlib.md5("\n".join(parts).encode(), usedforsecurity=False).hexdigest()


def deciding_frame(description: EventDescription) -> Frame | None:
    """The last in-app frame of the raised exception, else its last frame."""
    frames = description.exceptions[-1].frames if description.exceptions else ()
    own = [frame for frame in frames if frame.in_app]
    return (own or list(frames) or [None])[-1]


def event_body(description: EventDescription, project: Project, event_id: str, at: datetime) -> Json:
    """The event in the spelling of `data.event`, without what depends on its issue (links and `issue_id`)."""
    frame = deciding_frame(description)
    body: Json = {
        "event_id": event_id,
        "project": project.id,
        "release": description.release,
        "dist": None,
        "platform": description.platform or project.platform,
        "message": description.message or "",
        "datetime": iso(at),
        "tags": _tags(description),
        "_metrics": {"bytes.ingested.event": 18231},
        "_ref": project.id,
        "_ref_version": 2,
        "contexts": dict(
            description.contexts or {"runtime": {"name": "ruby", "type": "runtime", "version": "3.3.4"}}
        ),
        "culprit": description.culprit if description.culprit is not None else description.transaction,
        "environment": description.environment,
        "fingerprint": list(description.fingerprint) or ["{{ default }}"],
        "grouping_config": {"enhancements": "KLUv_SAY", "id": "newstyle:2023-01-11"},
        "hashes": [hash_of(description)],
        "key_id": "771122",
        "level": description.level,
        "location": frame.filename if frame else None,
        "logger": description.logger,
        "metadata": _metadata(description, frame),
        "received": at.timestamp() + 0.8,
        "sdk": {
            "integrations": [],
            "name": f"sentry.{project.platform}",
            "packages": [],
            "version": "5.22.1",
        },
        "time_spent": None,
        "timestamp": at.timestamp(),
        "title": title_of(description),
        "transaction": description.transaction,
        "type": _event_type(description),
        "version": "7",
    }
    body |= _optional_parts(description, project, event_id, at)
    return body


def _event_type(description: EventDescription) -> str:
    if description.issue_category != "error":
        return "generic"
    return "error" if description.exceptions else "default"


def _optional_parts(description: EventDescription, project: Project, event_id: str, at: datetime) -> Json:
    parts: Json = {}
    if description.exceptions:
        parts["exception"] = {"values": [_exception(raised) for raised in description.exceptions]}
    elif description.message and description.issue_category == "error":
        parts["logentry"] = {"message": description.message, "params": None, "formatted": description.message}
    if description.issue_category != "error":
        parts["occurrence"] = _occurrence(description, project, event_id, at)
    if description.request is not None:
        parts["request"] = dict(description.request)
    if description.user is not None:
        parts["user"] = dict(description.user)
    return parts


def _occurrence(description: EventDescription, project: Project, event_id: str, at: datetime) -> Json:
    return {
        "id": event_id[::-1],
        "projectId": project.id,
        "eventId": event_id,
        "fingerprint": list(description.fingerprint) or [hash_of(description)],
        "issueTitle": title_of(description),
        "subtitle": description.message or "",
        "resourceId": None,
        "evidenceData": {},
        "evidenceDisplay": [
            {"name": "Failure reason", "value": description.message or "", "important": True}
        ],
        "type": OCCURRENCES.get(description.issue_type, OTHER_OCCURRENCE),
        "detectionTime": at.timestamp(),
        "level": description.level,
        "culprit": description.culprit or "",
        "assignee": None,
        "priority": 75,
    }


def _tags(description: EventDescription) -> list[list[str]]:
    handled = bool(description.exceptions) and description.exceptions[-1].handled
    tags: dict[str, str] = {
        "handled": "yes" if handled else "no",
        "level": description.level,
        **description.tags,
    }
    for key in ("environment", "release", "transaction"):
        if value := getattr(description, key):
            tags[key] = value
    if key := user_key(description.user):
        tags["user"] = key
    return [[key, tags[key]] for key in sorted(tags)]


def user_key(user: Mapping[str, Any] | None) -> str | None:
    """How Sentry tells users apart: id, else username, e-mail, address."""
    for key, prefix in (("id", "id"), ("username", "username"), ("email", "email"), ("ip_address", "ip")):
        if user and user.get(key):
            return f"{prefix}:{user[key]}"
    return None


def _metadata(description: EventDescription, frame: Frame | None) -> Json:
    if not description.exceptions:
        return {"title": title_of(description)}
    if not description.exceptions[-1].type:
        return {}
    raised = description.exceptions[-1]
    metadata: Json = {"type": raised.type, "value": (raised.value or "")[:METADATA_VALUE_LENGTH]}
    if frame:
        metadata |= {"filename": frame.filename, "function": frame.function}
    return metadata | {"in_app_frame_mix": "mixed"}


def _exception(raised: Raised) -> Json:
    return {
        "type": raised.type,
        "value": raised.value,
        "module": None,
        "stacktrace": {"frames": [_frame(frame) for frame in raised.frames]} if raised.frames else None,
        "mechanism": {"type": raised.mechanism, "handled": raised.handled},
    }


def _frame(frame: Frame) -> Json:
    return {
        "function": frame.function,
        "filename": frame.filename,
        "abs_path": frame.abs_path or (f"/srv/app/{frame.filename}" if frame.filename else None),
        "lineno": frame.lineno,
        "colno": frame.colno,
        "module": frame.module,
        "in_app": frame.in_app,
        "context_line": frame.context_line,
        "pre_context": None,
        "post_context": None,
        "vars": None,
        "data": {"orig_in_app": int(frame.in_app)},
    }
