"""The HTTP doors: /sentry/webhook, /slack/events, /healthz, /metrics. Built by `bot.app`, served by waitress."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response, request

from bot.domain.errors import StoreUnavailable
from bot.domain.notice import Notice
from bot.observability import Figures, health
from bot.ports import Clock
from bot.sentry.webhook import BadBody, parse, verify
from bot.services.desk import Desk
from bot.services.overview import Overview
from bot.services.receive import Received, receive

log = logging.getLogger(__name__)

SENTRY_BODY_CAP = 4 * 1024 * 1024
"""Bytes. Sentry's own events stay under 1 MiB after its normalisation; four leave room."""
SLACK_BODY_CAP = 1024 * 1024
"""Bytes. A view of Slack is at most 250 kB."""
LARGEST_BODY = SENTRY_BODY_CAP
SIGNATURE_HEADERS = ("Sentry-Hook-Signature", "Sentry-App-Signature")
"""Webhooks carry the first, calls of UI components the second; the HMAC is the same."""


class TooLarge(Exception):  # noqa: N818 - a refusal, answered with 413
    """The body is over its cap."""


@dataclass(frozen=True)
class Doors:
    """What the HTTP doors need; `slack` is None in Socket Mode, `client_secret` None in poll mode."""

    desk: Desk
    clock: Clock
    figures: Figures
    overview: Overview
    client_secret: str | None
    slack: Callable[[Request], Any] | None
    missed: Callable[[], None]
    """Called when a delivery of Sentry was refused for its size: the poll should look at once."""


def make_web(doors: Doors) -> Flask:
    """The WSGI application."""
    web = Flask("triage", static_folder=None)

    @web.get("/healthz")
    def healthz() -> Response:
        return _healthz(doors)

    @web.get("/metrics")
    def metrics() -> Response:
        return Response(
            doors.figures.prometheus(doors.overview.degraded()), mimetype="text/plain; version=0.0.4"
        )

    if doors.client_secret:

        @web.post("/sentry/webhook")
        def sentry_webhook() -> Response:
            return _sentry(doors, doors.client_secret or "")

    if doors.slack:
        slack = doors.slack

        @web.post("/slack/events")
        def slack_events() -> Any:
            return _slack(doors, slack)

    return web


def _healthz(doors: Doors) -> Response:
    """503 only while nothing can be received durably; everything else that ails is named under 200."""
    ready, why = doors.overview.can_receive()
    body = {
        "status": "ok" if ready else "unavailable",
        "why": why,
        "degraded": health(doors.figures, doors.overview.degraded()),
    }
    return _json(body, 200 if ready else 503)


def _sentry(doors: Doors, secret: str) -> Response:
    """Verify the raw bytes, parse, commit, answer. Nothing else happens while Sentry waits its second."""
    try:
        raw = read_body(request, SENTRY_BODY_CAP)
    except TooLarge:
        doors.figures.count("triage_webhooks_refused_total", "too_large")
        doors.missed()
        return _json({"error": f"body over {SENTRY_BODY_CAP} bytes"}, 413)
    signature = next((request.headers[h] for h in SIGNATURE_HEADERS if h in request.headers), None)
    if not verify(raw, signature, secret):
        doors.figures.count("triage_webhooks_refused_total", "signature")
        return _json({"error": "signature does not fit: check SENTRY_CLIENT_SECRET"}, 401)
    try:
        notice = parse(
            request.headers.get("Sentry-Hook-Resource", ""),
            raw,
            headers=request.headers,
            received_at=doors.clock.machine(),
        )
        result = _take(doors, notice)
    except BadBody as bad:
        doors.figures.count("triage_webhooks_refused_total", "bad_body")
        return _json({"error": f"not a body of Sentry's: {bad}"}, 400)
    except StoreUnavailable:
        log.error("the store takes no writes: a webhook was not accepted")
        return _json({"error": "not saved"}, 503)
    return _json({"result": result.value}, 200)


def _take(doors: Doors, notice: Notice) -> Received:
    result, alert = receive(doors.desk, notice)
    if result is Received.DRILL:
        log.info("webhook of a drill", extra={"alert": alert.id if alert else None})
        return result
    doors.figures.count("triage_webhooks_total", result.value)
    doors.figures.happened("webhook", doors.clock.machine())
    if result not in (Received.NOTHING, Received.REPEATED):
        log.info("webhook", extra={"result": result.value, "alert": alert.id if alert else None})
    return result


def _slack(doors: Doors, handle: Callable[[Request], Any]) -> Any:
    try:
        read_body(request, SLACK_BODY_CAP)
    except TooLarge:
        doors.figures.count("triage_slack_refused_total", "too_large")
        return _json({"error": f"body over {SLACK_BODY_CAP} bytes"}, 413)
    doors.figures.happened("slack_request", doors.clock.machine())
    return handle(request)


def read_body(incoming: Request, cap: int) -> bytes:
    """The raw body, in memory. Raises TooLarge by its declared length, and again while reading."""
    if (incoming.content_length or 0) > cap:
        raise TooLarge
    raw = incoming.get_data(cache=True)
    if len(raw) > cap:
        raise TooLarge
    return raw


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")
