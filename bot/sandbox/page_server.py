"""The demo page's HTTP door (files, long poll, acts), for this machine's own browser only; run by `demo.py`."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import Any, Protocol, cast

from flask import Flask, Response, abort, jsonify, request, send_from_directory
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.sandbox.acts import BadActError

Json = dict[str, Any]
PAGE = Path(__file__).parent / "page"
POLL_SECONDS = 20.0
"""A long poll is answered after this at the latest; browsers give up on a silent answer after some minutes."""
LARGEST_ACT = 64 * 1024
"""A view's values at their largest: three inputs of 3,000 characters, as JSON, with room to spare."""
ONLY_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: nothing but the page's own files may be loaded or run."""


class Behind(Protocol):
    """What stands behind the page."""

    def opened(self, languages: str) -> None:
        """A browser asks for the page; `languages` is its Accept-Language."""
        ...

    def state(self, person: str, since: int, timeout: float) -> Json:
        """The state for that person, as soon as its version is not `since`, or after `timeout` seconds."""
        ...

    def act(self, person: str, kind: str, details: Json) -> Json:
        """Do what that person does. Raises BadActError for what no page of ours asks for."""
        ...


class _QuietHandler(WSGIRequestHandler):
    """Serves without a line on stderr for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class PageServer:
    """Serves the page on 127.0.0.1.

    Another web page cannot press its buttons: the Host must be ours, and each question carries a token that only
    our page holds.
    """

    def __init__(self, behind: Behind, port: int = 0) -> None:
        """A free port is taken when `port` is 0."""
        self._behind = behind
        self._port = port
        self._token = secrets.token_urlsafe(24)
        self._server: BaseWSGIServer | None = None
        self.url = ""

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._server = make_server(
            "127.0.0.1", self._port, self._app(), threaded=True, request_handler=_QuietHandler
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_ACT
        app.before_request(self._admit)
        app.after_request(_close_the_page)
        app.add_url_rule("/", view_func=self._index)
        app.add_url_rule("/page/<name>", view_func=_file)
        app.add_url_rule("/state", view_func=self._state)
        app.add_url_rule("/act", view_func=self._act, methods=["POST"])
        return app

    def _admit(self) -> None:
        """Turn away other hosts' names (DNS rebinding), and questions without the page's token (foreign pages)."""
        port = self.url.rpartition(":")[2]
        if request.host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            abort(403)
        token = request.headers.get("X-Demo-Token", "")
        if request.path in ("/state", "/act") and not secrets.compare_digest(
            token.encode(), self._token.encode()
        ):
            abort(403)

    def _index(self) -> Response:
        self._behind.opened(request.headers.get("Accept-Language", ""))
        page = (PAGE / "index.html").read_text(encoding="utf-8")
        return Response(page.replace("{{token}}", self._token), mimetype="text/html")

    def _state(self) -> Response:
        since = request.args.get("since", -1, type=int)
        return jsonify(self._behind.state(request.args.get("as", ""), since, POLL_SECONDS))

    def _act(self) -> Response:
        given = request.get_json()
        if not isinstance(given, dict):
            abort(400)
        details = cast("Json", given)
        try:
            return jsonify(self._behind.act(str(details.get("as")), str(details.get("kind")), details))
        except BadActError:
            abort(400)


def _file(name: str) -> Response:
    return send_from_directory(PAGE, name)


def _close_the_page(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = ONLY_OURS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
