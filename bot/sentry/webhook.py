"""The door's interpreter: whether a delivery is Sentry's, and what it means. Called by `bot.web` for `/sentry/webhook`.

The resource stands in a header, the action in the body; the pair of them names a line of `READERS` or of `IGNORED`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.alert import Occurrence, Source, Suspicion
from bot.domain.facts import Facts
from bot.domain.notice import Bell, MetricResolved, Nothing, Notice
from bot.sentry.event import OUTAGE, UNTITLED, facts_from_event, occurred_at, slug
from bot.sentry.issue import facts_of_issue, issue_id_of, project_of, snapshot, suspicions_of
from bot.sentry.untrusted import (
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    BadBody,
    Json,
    line,
    load,
    mapping,
    moment,
    number_id,
    private,
    private_line,
    sequence,
    text,
)

__all__ = ["IGNORED", "READERS", "BadBody", "facts_from_body", "parse", "verify"]

IDEMPOTENCY_HEADER = "Idempotency-Key"
"""The same on every attempt of one delivery; since mid-2026, absent on older and self-hosted versions."""
TIMESTAMP_HEADER = "Sentry-Hook-Timestamp"
"""When Sentry sent it, in epoch seconds. Not signed."""

METRIC = "metric-"
"""How our id of a metric alert's incident begins: it is no issue, so its number must never be taken for one."""

_KEY = re.compile(r"[0-9A-Za-z_-]{8,128}")
_UUID = re.compile(r"[0-9A-Fa-f-]{32,36}")


def verify(raw: bytes, signature_header: str | bytes | None, secret: str) -> bool:
    """Whether these exact bytes were signed with the integration's client secret; compared in constant time.

    Never raises: a missing header, one that is not ASCII, or an empty secret is a plain no.
    """
    if not secret or signature_header is None:
        return False
    given = (
        signature_header.encode("utf-8", "replace") if isinstance(signature_header, str) else signature_header
    )
    expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode("ascii")
    return hmac.compare_digest(given, expected)


class Headers(Protocol):
    """The headers of a delivery: a plain mapping, or what a web framework makes of them."""

    def items(self) -> Iterable[tuple[str, str]]: ...


def parse(resource: str, raw: bytes, *, headers: Headers, received_at: datetime | None = None) -> Notice:
    """What a verified delivery means. Raises BadBody for bytes that cannot mean anything; never another error.

    `received_at` (aware UTC) stands in for the time of a body that tells none.
    """
    body = load(raw)
    action = line(body.get("action"))
    if action is None:
        raise BadBody("no action")
    lower = {name.lower(): value for name, value in headers.items()}
    sent = _header_time(lower.get(TIMESTAMP_HEADER.lower())) or received_at
    delivery = Delivery(resource, action, mapping(body.get("data")), sent)
    meaning = _meaning(delivery)
    return Notice(
        key=_key(delivery, meaning, lower.get(IDEMPOTENCY_HEADER.lower())),
        tells=meaning.tells,
        installation_id=_installation(body),
        project=meaning.project,
    )


def facts_from_body(raw: bytes) -> Facts:
    """The facts in a saved body of any resource that tells some; for `triage rules try`. Raises BadBody."""
    data = mapping(load(raw).get("data"))
    for key, read in (("event", facts_from_event), ("error", facts_from_event), ("issue", facts_of_issue)):
        if mapping(data.get(key)):
            return read(mapping(data.get(key)))
    if mapping(data.get("metric_alert")):
        return _metric_facts(Delivery("metric_alert", "", data, None))
    raise BadBody("no event, issue or metric alert")


@dataclass(frozen=True)
class Delivery:
    """One body, opened: what it says it is, what it carries, and when it was sent."""

    resource: str
    action: str
    data: Json
    sent_at: datetime | None


@dataclass(frozen=True)
class Meaning:
    """What a delivery tells, of which project, and what sets it apart from others of its kind."""

    tells: Occurrence | Bell | MetricResolved | Nothing
    project: str | None = None
    apart: str = ""


def _event_alert(delivery: Delivery) -> Meaning:
    """An alert rule's action: the whole event, and nothing of the issue's counts or short id."""
    event = mapping(delivery.data.get("event"))
    issue_id = number_id(event.get("issue_id"))
    if issue_id is None:
        raise BadBody("no issue id")
    facts = facts_from_event(event)
    happened = _time(occurred_at(event), delivery)
    suspicions = (Suspicion.OUTAGE,) if facts.category == OUTAGE else ()
    occurrence = Occurrence(issue_id, Source.EVENT_ALERT, facts, happened, suspicions=suspicions)
    return Meaning(occurrence, facts.project, facts.event_id or happened.isoformat())


def _issue_created(delivery: Delivery) -> Meaning:
    """A new issue, of any category: counts and state, but neither environment nor frames."""
    issue = mapping(delivery.data.get("issue"))
    known = snapshot(issue)
    happened = _time(known.last_seen_at or known.first_seen_at, delivery)
    occurrence = Occurrence(
        known.issue_id,
        Source.ISSUE_CREATED,
        facts_of_issue(issue),
        happened,
        short_id=known.short_id,
        count=known.count,
        user_count=known.user_count,
        status=known.status,
        substatus=known.substatus,
        first_seen_at=known.first_seen_at,
        last_seen_at=known.last_seen_at,
        suspicions=suspicions_of(known),
    )
    return Meaning(occurrence, known.project, happened.isoformat())


def _issue_changed(delivery: Delivery) -> Meaning:
    """A change of state is only a bell: bodies come in any order, and what they carry may be newer than the action."""
    issue = mapping(delivery.data.get("issue"))
    return Meaning(Bell(issue_id_of(issue)), project_of(issue), _sent(delivery))


def _metric_alert(delivery: Delivery) -> Meaning:
    """A metric alert's incident is an alert without an issue; only a critical one suspects a large impact."""
    metric = mapping(delivery.data.get("metric_alert"))
    facts = _metric_facts(delivery)
    times = (metric.get("date_detected"), metric.get("date_started"), metric.get("date_created"))
    occurrence = Occurrence(
        _incident(metric),
        Source.METRIC_ALERT,
        facts,
        _time(next(filter(None, map(moment, times)), None), delivery),
        suspicions=(Suspicion.ERROR_RATE,) if delivery.action == "critical" else (),
        link_path=_metric_link(metric),
    )
    return Meaning(occurrence, facts.project, _sent(delivery))


def _metric_facts(delivery: Delivery) -> Facts:
    """No category: it is none of an issue, and a rule over issues' categories must not keep it out."""
    metric = mapping(delivery.data.get("metric_alert"))
    titles = (metric.get("title"), delivery.data.get("description_title"), "Metric alert")
    return Facts(
        title=next(filter(None, (private_line(title, TITLE_LIMIT) for title in titles)), UNTITLED),
        project=_only_project(metric),
        environment=line(mapping(metric.get("alert_rule")).get("environment")),
        level="warning" if delivery.action == "warning" else "error",
        issue_type="metric_alert",
        message=private(delivery.data.get("description_text"), MESSAGE_LIMIT),
    )


def _metric_resolved(delivery: Delivery) -> Meaning:
    metric = mapping(delivery.data.get("metric_alert"))
    return Meaning(MetricResolved(_incident(metric)), _only_project(metric), _sent(delivery))


READERS: Mapping[str, Callable[[Delivery], Meaning]] = {
    "event_alert.triggered": _event_alert,
    "issue.created": _issue_created,
    "issue.resolved": _issue_changed,
    "issue.assigned": _issue_changed,
    "issue.ignored": _issue_changed,
    "issue.archived": _issue_changed,
    "issue.unresolved": _issue_changed,
    "metric_alert.critical": _metric_alert,
    "metric_alert.warning": _metric_alert,
    "metric_alert.open": _metric_alert,
    "metric_alert.resolved": _metric_resolved,
}
"""What we read, and how. `issue.archived` is what subscriptions older than `issue.ignored` call the same."""

IGNORED: Mapping[str, str] = {
    "error": "every single event; issues and alert rules tell what matters",
    "comment": "notes are read when they are needed; ours would come back",
    "installation": "the installation is learned from what it sends",
    "activity_alert": "Seer's own activity",
    "seer": "Seer's own activity",
    "preprod_artifact": "mobile builds",
}
"""Resources that are answered and left alone, each with its reason."""


def _meaning(delivery: Delivery) -> Meaning:
    reader = READERS.get(f"{delivery.resource}.{delivery.action}")
    if reader:
        return reader(delivery)
    return Meaning(Nothing(IGNORED.get(delivery.resource, "unknown resource or action")))


def _time(told: datetime | None, delivery: Delivery) -> datetime:
    found = told or delivery.sent_at
    if found is None:
        raise BadBody("no time")
    return found


def _header_time(value: str | None) -> datetime | None:
    """The instant that the timestamp header names, when it names one."""
    seconds = number_id((value or "").strip())
    return moment(int(seconds)) if seconds else None


def _sent(delivery: Delivery) -> str:
    """State may go back and forth without a new event, so that only the time of sending tells two bells apart."""
    return delivery.sent_at.isoformat() if delivery.sent_at else ""


def _key(delivery: Delivery, meaning: Meaning, idempotency_key: str | None) -> str:
    """Sentry's own key of the delivery, or else a hash of what it is: equal for repeats, and for nothing else."""
    if idempotency_key and _KEY.fullmatch(idempotency_key):
        return idempotency_key
    subject = getattr(meaning.tells, "issue_id", "")
    told = "\n".join((delivery.resource, delivery.action, subject, meaning.apart))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _installation(body: Json) -> str | None:
    """The uuid of the integration's installation, which later stands in a path."""
    found = text(mapping(body.get("installation")).get("uuid"))
    return found if found and _UUID.fullmatch(found) else None


def _incident(metric: Json) -> str:
    found = number_id(metric.get("identifier"))
    if found is None:
        raise BadBody("no incident number")
    return f"{METRIC}{found}"


def _only_project(metric: Json) -> str | None:
    """The project's slug; a rule over several belongs to none of them."""
    projects = sequence(metric.get("projects"))
    return slug(projects[0]) if len(projects) == 1 else None


def _metric_link(metric: Json) -> str | None:
    """Where Sentry shows the incident, made of numbers alone: no address of the payload is ever used."""
    rule_id = number_id(mapping(metric.get("alert_rule")).get("id"))
    incident = number_id(metric.get("identifier"))
    return f"alerts/rules/details/{rule_id}/?alert={incident}" if rule_id and incident else None
