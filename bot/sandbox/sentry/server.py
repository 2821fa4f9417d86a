"""The local Sentry: Web API, webhooks and the world in one object; started by the demo, by drills and by tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.sandbox.sentry import answers
from bot.sandbox.sentry.directory import DEFAULT_TEAM
from bot.sandbox.sentry.doors import application
from bot.sandbox.sentry.envelopes import EnvelopeSink
from bot.sandbox.sentry.gate import Call, Fault, Gate
from bot.sandbox.sentry.records import Json
from bot.sandbox.sentry.site import Site
from bot.sandbox.sentry.web_api import Desk
from bot.sandbox.sentry.webhooks import Delivery
from bot.sandbox.sentry.world import World

T = TypeVar("T")
SHUTDOWN_POLL = 0.01
"""Seconds between the server's looks at whether it shall stop."""
ASK_AGAIN_AFTER = 0.2
"""Seconds after which `wait_for` asks again although nothing changed here: its question may be about the bot."""
INSTALLATION = "7c1f2a34-5b6d-4e8f-9a01-2b3c4d5e6f70"


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class _QuietHandler(WSGIRequestHandler):
    """Serves without a line on stderr for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class SentrySandbox(World):
    """A Sentry on 127.0.0.1 with one organisation and one internal integration.

    The world's methods (`event`, `resolve`, ...) send their webhooks in the caller's thread before they return;
    webhooks that an API call causes come from a thread of the sandbox's own (`wait_for(lambda: sentry.is_idle)`).
    Nothing is sent while `webhook_url` is None. `book.alert_every_event` makes the alert rule fire for each event;
    `book.young_escalation_rate` (events an hour) lets issues of the first day turn escalating.
    """

    def __init__(
        self,
        *,
        org: str = "acme-kyc",
        auth_token: str = "sandbox-sentry-token",  # noqa: S107 - opens nothing but this sandbox
        client_secret: str = "sandbox-client-secret",  # noqa: S107 - as above
        installation_id: str = INSTALLATION,
        now: Callable[[], datetime] = utc_now,
        port: int = 0,
        webhook_url: str | None = None,
    ) -> None:
        super().__init__(Site(org, installation_id, auth_token, client_secret), now)
        self.gate = Gate(self.site, self.book.touch)
        self.sender.webhook_url = webhook_url
        self.sink = EnvelopeSink(self.book.touch)
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    # --- the server ---

    def start(self) -> None:
        """Listen; after a stop on the same port as before."""
        desk = Desk(self.book, self.changes, self.site, self.gate, self.sink, self.sender.later)
        self._server = make_server(
            "127.0.0.1", self._port, application(desk), threaded=True, request_handler=_QuietHandler
        )
        self._port = self._server.server_port
        self.site.url = f"http://127.0.0.1:{self._port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(SHUTDOWN_POLL,), name="sentry-sandbox", daemon=True
        )
        self._thread.start()
        self.sender.start()

    def stop(self) -> None:
        """Close the port; what is known stays known."""
        self.sender.stop()
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(timeout=5)
            self._server = self._thread = None

    @property
    def url(self) -> str:
        """The base address, without a slash at the end; known after `start`."""
        return self.site.url

    @property
    def dsn(self) -> str:
        """A DSN for the bot's own sentry-sdk; what it sends is in `envelopes`."""
        return f"http://sandboxkey@127.0.0.1:{self._port}/1"

    @property
    def webhook_url(self) -> str | None:
        """Where webhooks go; None means that nothing is sent."""
        return self.sender.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.sender.webhook_url = url

    # --- the organisation ---

    def add_project(self, slug: str, name: str | None = None, id: int | None = None, **more: Any) -> None:
        """Add a project (also: `platform`, `teams`)."""
        with self.book.lock:
            self.book.directory.add_project(slug, name, id, **more)

    def add_member(
        self,
        email: str,
        name: str,
        *,
        user_id: int | str,
        teams: Iterable[str] = (DEFAULT_TEAM,),
        pending: bool = False,
    ) -> None:
        """Add a member; without a team of the project nothing can be assigned to them unless `open_membership`."""
        with self.book.lock:
            self.book.directory.add_person(email, name, int(user_id), teams, pending=pending)

    @property
    def open_membership(self) -> bool:
        """Whether issues can be assigned to members of other teams."""
        return self.changes.open_membership

    @open_membership.setter
    def open_membership(self, is_open: bool) -> None:
        self.changes.open_membership = is_open

    @property
    def scopes(self) -> set[str]:
        """What the integration's token may do."""
        return self.gate.scopes

    @property
    def rate_limits(self) -> bool:
        """Whether more than five requests a second to one endpoint are answered 429."""
        return self.gate.rate_limits

    @rate_limits.setter
    def rate_limits(self, is_on: bool) -> None:
        self.gate.rate_limits = is_on

    # --- what tests and the demo's page ask ---

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API, oldest first."""
        return self.gate.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook sent, oldest first."""
        return self.sender.deliveries

    @property
    def envelopes(self) -> list[Json]:
        """What sentry-sdk sent to `dsn`: one dict an item (`type`, `headers`, `payload`, `project_id`, `key`)."""
        return self.sink.items

    @property
    def is_idle(self) -> bool:
        """Whether all webhooks that API calls caused have been sent."""
        return self.sender.is_idle

    def send(
        self,
        resource: str,
        body: Json | bytes,
        *,
        signed: bool = True,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Delivery:
        """One attempt to deliver a body of our choice, as Sentry would send it; `headers` win over Sentry's own."""
        return self.sender.send(
            resource, body, signed=signed, secret=secret, headers=headers, idempotency_key=idempotency_key
        )

    def issue(self, issue_id: str) -> Json:
        """The issue as the API's GET answers it; raises LookupError."""
        with self.book.lock:
            return answers.issue_detail(self.book.get(issue_id), self.site, self.book.now())

    def notes(self, issue_id: str) -> list[Json]:
        """The issue's comments, newest first."""
        with self.book.lock:
            return [answers.note_answer(note, self.site) for note in self.book.get(issue_id).notes]

    def external_issues(self, issue_id: str) -> list[Json]:
        """The links that integrations show on the issue."""
        with self.book.lock:
            issue = self.book.get(issue_id)
            return [answers.link_answer(link, issue) for link in issue.links]

    def fail_next(
        self,
        *,
        path_contains: str = "",
        method: str | None = None,
        times: int = 1,
        status: int | None = None,
        lose_reply: bool = False,
        delay: float | None = None,
        body: Any = None,
    ) -> None:
        """The next matching calls go wrong: a status (with `body`), a pause (seconds) before the work, or the answer
        lost after it."""
        self.gate.faults.append(Fault(path_contains, method, times, status, lose_reply, delay, body))

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """The first truthy answer of `predicate`, asked at each change; raises AssertionError after `timeout` s."""
        deadline = time.monotonic() + timeout
        while True:
            version = self.book.version
            if answer := predicate():
                return answer
            left = deadline - time.monotonic()
            if left <= 0:
                last = [f"{call.method} {call.path} {call.status}" for call in self.calls[-5:]]
                raise AssertionError(f"the local Sentry waited {timeout} s in vain; last calls: {last}")
            self.wait_for_change(version, min(left, ASK_AGAIN_AFTER))

    def wait_for_change(self, since_version: int, timeout: float) -> int:
        """The version now: at once when it is past `since_version`, else after a change or `timeout` seconds."""
        with self.book.changed:
            self.book.changed.wait_for(lambda: self.book.version > since_version, timeout)
            return self.book.version

    def state(self) -> Json:
        """Everything the demo's page shows, ready for JSON; the latest issue first."""
        with self.book.lock:
            issues = sorted(self.book.all(), key=lambda issue: issue.last_seen_at, reverse=True)
            return {
                "version": self.book.version,
                "issues": [answers.page_row(issue, self.site) for issue in issues],
            }
