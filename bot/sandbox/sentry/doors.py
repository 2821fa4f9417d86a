"""The Flask application of the local Sentry, built once a process (it takes 30 ms) and served by each sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, cast

from flask import Flask, request
from werkzeug.local import LocalProxy

from bot.sandbox.sentry.envelopes import envelope_routes
from bot.sandbox.sentry.gate import guard
from bot.sandbox.sentry.web_api import Desk, issue_routes
from bot.sandbox.sentry.web_directory import directory_routes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DESK = "sentry_sandbox.desk"


def application(desk: Desk) -> WSGIApplication:
    """The Web API over this desk."""
    app = _shared()

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[DESK] = desk
        return app(environ, start_response)

    return serve


@cache
def _shared() -> Flask:
    desk = cast("Desk", LocalProxy(lambda: request.environ[DESK]))
    app = Flask("sentry_sandbox")
    app.json.sort_keys = False  # pyright: ignore[reportAttributeAccessIssue] - the default provider has it
    guard(app, lambda: desk.gate)
    for room in [*issue_routes(desk), *directory_routes(desk), envelope_routes(lambda: desk.sink)]:
        app.register_blueprint(room)
    return app
