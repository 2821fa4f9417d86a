"""Events in the API's own spelling (camelCase, `entries`), made from the webhook's spelling; used by the Web API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.sandbox.sentry.answers import release_answer
from bot.sandbox.sentry.records import Event, Issue, Json, iso


def event_answer(issue: Issue, event: Event) -> Json:
    """The whole event as `events/latest/` answers it, with its neighbours' ids."""
    body = event.body
    position = issue.events.index(event)
    after = issue.events[position + 1] if position + 1 < len(issue.events) else None
    before = issue.events[position - 1] if position else None
    received = body.get("received")
    sdk: Json = body.get("sdk") or {}
    return _head(issue, event) | {
        "dateReceived": iso(datetime.fromtimestamp(received, UTC)) if received else iso(event.at),
        "contexts": body.get("contexts") or {},
        "size": 18231,
        "entries": _entries(body),
        "dist": body.get("dist"),
        "sdk": {key: sdk.get(key) for key in ("name", "version")},
        "context": body.get("extra") or {},
        "packages": {},
        "type": body.get("type", "error"),
        "metadata": body.get("metadata") or {},
        "errors": [],
        "occurrence": body.get("occurrence"),
        "_meta": {},
        "crashFile": None,
        "fingerprints": list(body.get("hashes") or []),
        "groupingConfig": body.get("grouping_config"),
        "release": release_answer(body["release"]) if body.get("release") else None,
        "userReport": None,
        "sdkUpdates": [],
        "resolvedWith": [],
        "nextEventID": after.id if after else None,
        "previousEventID": before.id if before else None,
    }


DETAILS = ("release", "userReport", "sdkUpdates", "resolvedWith", "nextEventID", "previousEventID")
"""What only one event alone tells, not a list of whole ones [S api/serializers/models/event.py EventSerializer]."""


def whole_event(issue: Issue, event: Event) -> Json:
    """The event as the list of events answers it with `full`; its time is told in whole seconds."""
    whole = {key: value for key, value in event_answer(issue, event).items() if key not in DETAILS}
    return whole | {"dateCreated": iso(event.at.replace(microsecond=0))}


def event_row(issue: Issue, event: Event) -> Json:
    """The event as the list of events answers it without `full`: no frames, no contexts."""
    body = event.body
    return _head(issue, event) | {
        "event.type": body.get("type", "error"),
        "crashFile": None,
        "metadata": body.get("metadata") or {},
    }


def _head(issue: Issue, event: Event) -> Json:
    body = event.body
    return {
        "id": event.id,
        "groupID": issue.id,
        "eventID": event.id,
        "projectID": str(issue.project.id),
        "message": body.get("message") or "",
        "title": body.get("title"),
        "location": body.get("location"),
        "culprit": body.get("culprit"),
        "user": _user(body.get("user")),
        "tags": [{"key": key, "value": value} for key, value in event.tags.items()],
        "platform": body.get("platform"),
        "dateCreated": iso(event.at),
    }


def _user(given: Json | None) -> Json | None:
    if not given:
        return None
    keys = ("id", "email", "username", "ip_address", "name")
    return {key: given.get(key) for key in keys} | {"geo": None, "data": None}


def _entries(body: Json) -> list[Json]:
    entries: list[Json] = []
    exception: Json = body.get("exception") or {}
    values: list[Json] = exception.get("values") or []
    if values:
        exceptions = [_exception(item) for item in values]
        has_system = any(item["stacktrace"] and item["stacktrace"]["hasSystemFrames"] for item in exceptions)
        data = {"values": exceptions, "hasSystemFrames": has_system, "excOmitted": None}
        entries.append({"type": "exception", "data": data})
    if logentry := body.get("logentry"):
        entries.append({"type": "message", "data": {"formatted": logentry.get("formatted")}})
    if request := body.get("request"):
        entries.append({"type": "request", "data": _request(request)})
    return entries


def _request(request: Json) -> Json:
    return {
        "apiTarget": None,
        "method": request.get("method"),
        "url": request.get("url"),
        "query": request.get("query_string") or [],
        "fragment": None,
        "data": request.get("data"),
        "headers": request.get("headers") or [],
        "cookies": request.get("cookies") or [],
        "env": request.get("env"),
        "inferredContentType": None,
    }


def _exception(item: Json) -> Json:
    return {
        "type": item.get("type"),
        "value": item.get("value"),
        "mechanism": item.get("mechanism"),
        "threadId": None,
        "module": item.get("module"),
        "stacktrace": _stacktrace(item.get("stacktrace")),
        "rawStacktrace": None,
    }


def _stacktrace(given: Json | None) -> Json | None:
    if given is None:
        return None
    given_frames: list[Json] = given.get("frames") or []
    frames = [_frame(frame) for frame in given_frames]
    return {
        "frames": frames,
        "framesOmitted": None,
        "registers": None,
        "hasSystemFrames": any(not frame["inApp"] for frame in frames),
    }


def _frame(frame: Json) -> Json:
    line: Any = frame.get("context_line")
    return {
        "filename": frame.get("filename"),
        "absPath": frame.get("abs_path"),
        "module": frame.get("module"),
        "package": None,
        "platform": None,
        "instructionAddr": None,
        "symbolAddr": None,
        "function": frame.get("function"),
        "rawFunction": None,
        "symbol": None,
        "context": [[frame.get("lineno"), line]] if line is not None else [],
        "lineNo": frame.get("lineno"),
        "colNo": frame.get("colno"),
        "inApp": frame.get("in_app"),
        "trust": None,
        "errors": None,
        "lock": None,
        "vars": frame.get("vars"),
    }
