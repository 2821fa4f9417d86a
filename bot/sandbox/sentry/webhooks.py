"""Builds, signs and sends Sentry's integration webhooks, one attempt each; the local Sentry's world and API ring it."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import requests

from bot.sandbox.sentry.answers import issue_answer
from bot.sandbox.sentry.issues import IssueBook
from bot.sandbox.sentry.records import Actor, ActorKind, Bell, Event, Issue, Json, Person, Team
from bot.sandbox.sentry.site import Site

ANSWER_WITHIN = 1.0
"""Seconds that Sentry waits for an answer [S utils/sentry_apps/webhooks.py, option sentry-apps.webhook.timeout.sec]."""


@dataclass(frozen=True)
class Delivery:
    """One attempt: `status` is None when nothing answered in time; `error` then says why. `elapsed` in seconds."""

    status: int | None
    elapsed: float
    body: str
    resource: str
    action: str
    error: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    sent: bytes = b""


def wire_bytes(body: Any) -> bytes:
    """How Sentry serialises: compact, non-ASCII escaped."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def signature(secret: str, raw: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of the raw body."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def actor_body(actor: Actor, site: Site) -> Json:
    """`actor` of a webhook; any integration's act carries the receiving integration's uuid."""
    if actor.kind is ActorKind.USER and actor.person:
        return {"type": "user", "id": actor.person.id, "name": actor.person.name}
    if actor.kind is ActorKind.INTEGRATION:
        return {"type": "application", "id": site.app_uuid, "name": site.app_name}
    return {"type": "application", "id": "sentry", "name": "Sentry"}


def issue_body(issue: Issue, site: Site) -> Json:
    """`data.issue`: the issue with its addresses; times spelt with `+00:00`."""
    body: Json = {
        "url": site.api(f"organizations/{site.org}/issues/{issue.id}/"),
        "web_url": site.issue_page(issue.id),
        "project_url": f"{site.url}/organizations/{site.org}/issues/?project={issue.project.id}",
    }
    body |= issue_answer(issue, site)
    body["firstSeen"], body["lastSeen"] = issue.first_seen_at.isoformat(), issue.last_seen_at.isoformat()
    return body


def alert_event(issue: Issue, event: Event, site: Site) -> Json:
    """`data.event`: the event with its addresses and the issue's id; times spelt with `Z`."""
    addresses: Json = {
        "url": site.api(f"projects/{site.org}/{issue.project.slug}/events/{event.id}/"),
        "web_url": f"{site.issue_page(issue.id)}events/{event.id}/",
        "issue_url": site.api(f"organizations/{site.org}/issues/{issue.id}/"),
        "issue_id": issue.id,
    }
    body = {key: value for key, value in event.body.items() if key not in addresses}
    tail = {
        key: body.pop(key)
        for key in ("exception", "logentry", "occurrence", "request", "user")
        if key in body
    }
    return body | addresses | tail


def body_of(bell: Bell, issue: Issue, site: Site) -> Json:
    """The whole body of a webhook, from the issue as it stands now."""
    data = dict(bell.data)
    if bell.resource == "issue":
        if "assignee" in data:
            data["assignee"] = _assignee_body(data["assignee"], site)
        data["issue"] = issue_body(issue, site)
    elif bell.resource == "comment":
        timestamp = data.pop("timestamp")
        data |= {"issue_id": int(issue.id), "timestamp": timestamp}
    elif bell.event is not None:
        data = {"event": alert_event(issue, bell.event, site), **data}
    return envelope(bell.action, data, bell.actor, site)


def envelope(action: str, data: Json, actor: Actor, site: Site) -> Json:
    """What every body has around its data."""
    return {
        "action": action,
        "installation": {"uuid": site.installation_id},
        "data": data,
        "actor": actor_body(actor, site),
    }


def _assignee_body(who: Person | Team, site: Site) -> Json:
    if isinstance(who, Team):
        return {"type": "team", "name": who.slug, "id": who.id}
    body: Json = {"type": "user", "name": who.name, "id": who.id}
    return body if site.enhanced_privacy else body | {"email": who.email}


class Sender:
    """Sends at once in the caller's thread, or in the order of `later` from one thread of its own."""

    def __init__(self, book: IssueBook, site: Site) -> None:
        self._book = book
        self._site = site
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._local = threading.local()
        self._thread: threading.Thread | None = None
        self.webhook_url: str | None = None
        self.deliveries: list[Delivery] = []

    def start(self) -> None:
        """Begin to send what `later` takes."""
        self._thread = threading.Thread(target=self._run, name="sentry-sandbox-sender", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued and end the thread."""
        if self._thread:
            self._queue.put(None)
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job()
            finally:
                with self._book.changed:
                    self._waiting -= 1
                self._book.touch()

    @property
    def is_idle(self) -> bool:
        """Whether everything that `later` took has been sent."""
        return self._waiting == 0

    def later(self, bell: Bell) -> None:
        """Send a bell from the sender's own thread: webhooks that an API call causes."""
        if self.webhook_url:
            with self._book.changed:
                self._waiting += 1
            self._queue.put(lambda: self.ring(bell))

    def ring(self, bell: Bell) -> Delivery | None:
        """Send a bell now; None when no receiver is set."""
        if not self.webhook_url:
            return None
        with self._book.lock:
            body = body_of(bell, self._book.get(bell.issue_id), self._site)
        return self.send(bell.resource, body)

    def send(
        self,
        resource: str,
        body: Any,
        *,
        signed: bool = True,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Delivery:
        """One attempt with any body (bytes are sent as they are); raises ValueError when no receiver is set."""
        if not self.webhook_url:
            raise ValueError("webhook_url is not set")
        raw = body if isinstance(body, bytes) else wire_bytes(body)
        all_headers = {
            "Content-Type": "application/json",
            "Request-ID": uuid4().hex,
            "Sentry-Hook-Resource": resource,
            "Sentry-Hook-Timestamp": str(int(time.time())),
            "Idempotency-Key": idempotency_key or uuid4().hex,
        }
        if signed:
            all_headers["Sentry-Hook-Signature"] = signature(secret or self._site.client_secret, raw)
        all_headers |= headers or {}
        action = str(cast("Json", body).get("action", "")) if isinstance(body, dict) else ""
        return self._attempt(self.webhook_url, raw, all_headers, resource, action)

    def _attempt(self, url: str, raw: bytes, headers: dict[str, str], resource: str, action: str) -> Delivery:
        started = time.monotonic()
        status, text, error = None, "", None
        try:
            answer = self._session().post(
                url, data=raw, headers=headers, timeout=ANSWER_WITHIN, allow_redirects=False
            )
            status, text = answer.status_code, answer.text
        except requests.RequestException as failure:
            error = type(failure).__name__
        elapsed = time.monotonic() - started
        delivery = Delivery(status, elapsed, text, resource, action, error, headers, raw)
        with self._book.lock:
            self.deliveries.append(delivery)
        self._book.touch()
        return delivery

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.trust_env = False
            self._local.session = session
        session: requests.Session = self._local.session
        return session
