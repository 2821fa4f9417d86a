"""The HTTP door of the local Slack: Web API, response_url, upload; a threaded server on 127.0.0.1, for `server.py`."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from bot.sandbox.slack.answers import show_answer
from bot.sandbox.slack.json_values import Json, RefusedError, as_object
from bot.sandbox.slack.web_api import WebApi

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_DEAD_LINKS = ("expired_url", "used_url", "invalid_url")


class HttpDoor:
    """Serves the Web API until it is stopped."""

    def __init__(self, api: WebApi, port: int) -> None:
        """`port` 0 means a free one; nothing listens before `start`."""
        self._api = api
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Where it listens, with a slash at the end. Raises RuntimeError before `start`."""
        port = self._server.server_port if self._server is not None else self._port
        if not port:
            raise RuntimeError("the local Slack is not started")
        return f"http://127.0.0.1:{port}/"

    def start(self) -> None:
        """Listens on 127.0.0.1 and answers each request in a thread of its own."""
        self._server = make_server(
            "127.0.0.1", self._port, self._answer, threaded=True, request_handler=_Quiet
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="slack-api"
        )
        self._thread.start()

    def stop(self) -> None:
        """Listens no more."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(2)
            self._server.server_close()
            self._port, self._server = self._server.server_port, None

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        room, _, rest = request.path.lstrip("/").partition("/")
        if room == "api":
            response = self._call(request, rest)
        elif room == "response" and request.method == "POST":
            response = self._respond(request, rest)
        elif room == "upload" and request.method == "POST":
            response = self._upload(request, rest)
        else:
            response = Response("not found\n", 404)
        return response(environ, start_response)

    def _call(self, request: Request, method: str) -> Response:
        try:
            given = _arguments(request)
        except ValueError:
            return _json({"ok": False, "error": "invalid_json"})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        answer = self._api.call(method, given, token or None)
        if answer.is_cut:
            _cut(request.environ)
        return _json(answer.body, answer.status, answer.headers)

    def _respond(self, request: Request, path: str) -> Response:
        workspace, triggers = self._api.desk.workspace, self._api.desk.triggers
        try:
            body = as_object(json.loads(request.get_data())) or {}
            with workspace.lock:
                show_answer(workspace, triggers.use_answer(path), body)
        except ValueError:
            return _json({"ok": False, "error": "invalid_payload"}, 400)
        except RefusedError as refused:
            return _json(refused.answer(), 404 if refused.error in _DEAD_LINKS else 400)
        return Response("ok", 200)

    def _upload(self, request: Request, file_id: str) -> Response:
        workspace = self._api.desk.workspace
        parts = list(request.files.values()) if request.mimetype == "multipart/form-data" else []
        content = parts[0].read() if parts else request.get_data()
        with workspace.lock:
            if file_id not in workspace.files or workspace.files[file_id]["size"] != len(content):
                return Response("the file is not the one announced\n", 400)
            workspace.files[file_id]["content"] = content
        return Response(f"OK - {len(content)}", 200)


class _Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


def _arguments(request: Request) -> Json:
    if request.mimetype == "application/json":
        given: Json | None = as_object(json.loads(request.get_data() or b"{}"))
        if given is None:
            raise ValueError("not an object")
        return {**request.args.to_dict(), **given}
    return {**request.args.to_dict(), **request.form.to_dict()}


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json; charset=utf-8")


def _cut(environ: WSGIEnvironment) -> None:
    """Closes the connection instead of answering."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut on purpose")
