"""What stands before every endpoint of the local Sentry: token, scopes, rate limit, faults, the record of calls."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.sandbox.sentry.records import Json
from bot.sandbox.sentry.site import Site

REQUESTS_A_SECOND = 5
CONCURRENT_REQUESTS = 25
"""The limits of the issue endpoints, per endpoint and organisation [S api/endpoints, enforce_rate_limit]."""
INTEGRATION_SCOPES = frozenset({"event:read", "event:write", "project:read", "org:read", "member:read"})
"""What an internal integration has with Issue & Event: read and write; Project, Organization, Member: read."""
RATE_HEADERS = "X-Sentry-Rate-Limit-"


@dataclass(frozen=True)
class Call:
    """One request that the Web API received; `at` in seconds of the monotonic clock, `body` parsed when it is JSON."""

    method: str
    path: str
    query: Json
    body: Any
    at: float
    status: int


@dataclass
class Fault:
    """What goes wrong on purpose, for the next `times` matching requests."""

    path_contains: str = ""
    method: str | None = None
    times: int = 1
    status: int | None = None
    lose_reply: bool = False
    delay: float | None = None
    body: Any = None


class Denied(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that ends before its endpoint: status and body of the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass
class Gate:
    """Checks each request; `changed` is called after each recorded one, `clock` counts the rate limit's seconds."""

    site: Site
    changed: Callable[[], None]
    scopes: set[str] = field(default_factory=lambda: set(INTEGRATION_SCOPES))
    rate_limits: bool = False
    clock: Callable[[], float] = time.time
    calls: list[Call] = field(default_factory=list[Call])
    faults: list[Fault] = field(default_factory=list[Fault])
    _windows: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def need(self, *any_of: str) -> None:
        """Raise Denied (403) when the token has none of these scopes."""
        if not self.scopes & set(any_of):
            raise Denied(403, "You do not have permission to perform this action.")

    def enter(self) -> Response | None:
        """What a request meets first: a fault, a missing slash, the token, the limit; None lets it through."""
        g.fault = self._take_fault()
        if g.fault:
            if g.fault.delay:
                time.sleep(g.fault.delay)
            if g.fault.status:
                detail = g.fault.body if g.fault.body is not None else {"detail": "Internal Error"}
                return _answer(detail, g.fault.status)
        if not request.path.startswith("/api/0/"):
            return None
        if not request.path.endswith("/"):
            return _forgotten_slash()
        self._authenticate()
        return self._limit()

    def _authenticate(self) -> None:
        given = request.headers.get("Authorization", "")
        if not given:
            raise Denied(401, "Authentication credentials were not provided.")
        if given != f"Bearer {self.site.auth_token}":
            raise Denied(401, "Invalid token")

    def _limit(self) -> Response | None:
        if not self.rate_limits or request.url_rule is None:
            return None
        second = int(self.clock())
        key = f"{request.method} {request.url_rule.rule}"
        with self._lock:
            window, used = self._windows.get(key, (second, 0))
            used = used + 1 if window == second else 1
            self._windows[key] = (second, used)
        left = max(REQUESTS_A_SECOND - used, 0)
        g.rate = {"Limit": REQUESTS_A_SECOND, "Remaining": left, "Reset": second + 1}
        g.rate |= {"ConcurrentLimit": CONCURRENT_REQUESTS, "ConcurrentRemaining": CONCURRENT_REQUESTS - 1}
        if used <= REQUESTS_A_SECOND:
            return None
        return _answer({"detail": f"rate limited: {REQUESTS_A_SECOND} requests per 1 s"}, 429)

    def leave(self, response: Response) -> Response:
        """Adds the limit's headers, records the call, and loses the answer when asked to."""
        for name, value in getattr(g, "rate", {}).items():
            response.headers[RATE_HEADERS + name] = str(value)
        if request.path.startswith("/api/0/"):
            query: Json = {key: request.args.getlist(key) for key in request.args}
            body = request.get_json(silent=True) if request.data else None
            call = Call(request.method, request.path, query, body, time.monotonic(), response.status_code)
            with self._lock:
                self.calls.append(call)
            self.changed()
        if g.get("fault") and g.fault.lose_reply:
            _cut_connection()
        return response

    def _take_fault(self) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                right_method = fault.method is None or fault.method.upper() == request.method
                if right_method and fault.path_contains in request.full_path:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None


def guard(app: Flask, gate: Callable[[], Gate]) -> None:
    """Put the gate of the current request's sandbox before and after every endpoint of the app."""

    def leave(response: Response) -> Response:
        return gate().leave(response)

    app.before_request(lambda: gate().enter())
    app.after_request(leave)
    app.register_error_handler(Denied, _denied)
    app.register_error_handler(HTTPException, _no_route)


def _cut_connection() -> None:
    """Close the socket under the answer, so that the caller never learns that the request was carried out."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def _answer(body: Any, status: int) -> Response:
    response = Response(body, mimetype="text/html") if isinstance(body, str) else jsonify(body)
    response.status_code = status
    return response


def _denied(error: Denied) -> Response:
    return _answer({"detail": error.detail}, error.status)


def _forgotten_slash() -> Response:
    text = f"Route not found, did you forget a trailing slash?\n\ntry: {request.path}/\n"
    return Response(text, 404, mimetype="text/plain")


def _no_route(error: HTTPException) -> Response:
    if error.code == 405:
        return _answer({"detail": f'Method "{request.method}" not allowed.'}, 405)
    return Response("", error.code or 500)
