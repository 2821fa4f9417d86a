"""A local Sentry with a clock that stands, a caller of its API and a receiver of its webhooks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from bot.sandbox.sentry import EventDescription, Frame, Raised, SentrySandbox

PAYLOADS = Path(__file__).parents[2] / "payloads" / "sentry"
DEADLOCK = "ActiveRecord::Deadlocked"


class StandingClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


class Api:
    """Calls the local Sentry with the integration's token."""

    def __init__(self, sentry: SentrySandbox) -> None:
        self.base = f"{sentry.url}/api/0/"
        self.headers = {"Authorization": "Bearer sandbox-sentry-token"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        more = {"headers": self.headers, "timeout": 5, "allow_redirects": False, **more}
        return requests.request(method, self.base + path, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.call("GET", path, **more).json()

    def issue(self, issue_id: str) -> Any:
        return self.get(f"organizations/acme-kyc/issues/{issue_id}/")

    def put(self, issue_id: str, body: Any) -> requests.Response:
        return self.call("PUT", f"organizations/acme-kyc/issues/{issue_id}/", json=body)


class Receiver:
    """Takes webhooks; answers with `status` after `pause` seconds."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.pause = 0.0
        app = Flask("receiver")

        @app.post("/sentry/webhook")
        def take() -> Response:
            self.taken.append((dict(request.headers), request.get_data()))
            time.sleep(self.pause)
            return Response("taken", self.status, headers={"Location": "/sentry/webhook"})

        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sentry/webhook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def bodies(self) -> list[Any]:
        return [json.loads(raw) for _, raw in self.taken]

    def kinds(self) -> list[str]:
        """`resource.action` of each webhook taken."""
        return [f"{head['Sentry-Hook-Resource']}.{json.loads(raw)['action']}" for head, raw in self.taken]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def sentry(clock: StandingClock) -> Iterator[SentrySandbox]:
    sandbox = SentrySandbox(now=clock)
    sandbox.add_project("kyc-api")
    sandbox.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def api(sentry: SentrySandbox) -> Api:
    return Api(sentry)


@pytest.fixture
def receiver(sentry: SentrySandbox) -> Iterator[Receiver]:
    there = Receiver()
    sentry.webhook_url = there.url
    yield there
    sentry.webhook_url = None
    there.stop()


@pytest.fixture
def payload() -> Any:
    """Reads a recorded file by its path below the payloads."""
    return lambda name: json.loads((PAYLOADS / name).read_text())


@pytest.fixture
def deadlock() -> EventDescription:
    """The harmless one of the two deadlocks: a double submit at step 2."""
    frames = (
        Frame("puma/thread_pool.rb", "call", 167, in_app=False),
        Frame("app/controllers/applicant/documents_controller.rb", "create", 42),
        Frame(
            "app/models/submission.rb", "attach_documents!", 118, context_line="    documents.create!(attrs)"
        ),
    )
    return EventDescription(
        exceptions=(
            Raised("PG::TRDeadlockDetected", "ERROR:  deadlock detected", handled=True, mechanism="chained"),
            Raised(DEADLOCK, "PG::TRDeadlockDetected: ERROR:  deadlock detected\nDETAIL: x", frames),
        ),
        transaction="Applicant::DocumentsController#create",
        tags={"journey_step": "2"},
        release="kyc-api@2026.10.30",
        user={"id": "ap_7781", "ip_address": "203.0.113.7"},
        request={"method": "POST", "url": "https://app.acme-kyc.example/v1/documents"},
    )
