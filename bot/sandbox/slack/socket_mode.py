"""Socket Mode: a real WebSocket server to which the bot connects with its app token; used by the courier."""

from __future__ import annotations

import json
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from bot.sandbox.slack.delivery import ANSWER_WITHIN, Attempt, Kind, Reply
from bot.sandbox.slack.json_values import Json, as_object
from bot.sandbox.slack.workspace import APP_ID

CONNECTIONS = 10  # https://docs.slack.dev/apis/events-api/using-socket-mode
PING_EVERY = 10.0  # seconds
_REFRESH_GRACE = 1.0  # seconds that an old connection stays after "disconnect"


@dataclass
class _Waiting:
    """An envelope on its way."""

    done: threading.Event = field(default_factory=threading.Event)
    payload: Json | None = None


class SocketMode:
    """The connections of the bot; each envelope goes to one of them."""

    def __init__(self) -> None:
        """Nothing listens before `start`."""
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._tickets: set[str] = set()
        self._open: list[ServerConnection] = []
        self._waiting: dict[str, _Waiting] = {}
        self._turn = 0

    def start(self) -> None:
        """Listens on a free port of 127.0.0.1."""
        self._server = serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._admit,
            ping_interval=PING_EVERY,
            ping_timeout=PING_EVERY,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name="slack-socket")
        self._thread.start()

    def stop(self) -> None:
        """Closes all connections and listens no more."""
        with self._lock:
            connections, self._open = self._open, []
        for connection in connections:
            _close(connection)
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(2)
            self._server = None

    def new_address(self) -> str:
        """A WebSocket address that can be used once."""
        if self._server is None:
            raise RuntimeError("the local Slack is not started")
        ticket = secrets.token_hex(16)
        with self._lock:
            self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link/?ticket={ticket}&app_id={APP_ID}"

    @property
    def is_open(self) -> bool:
        """True when the bot is connected."""
        return bool(self._open)

    @property
    def connections(self) -> int:
        """How many connections take envelopes now."""
        return len(self._open)

    def refresh(self) -> None:
        """Asks every connection to be made anew, as Slack does every few hours; they get no more envelopes."""
        with self._lock:
            old, self._open = self._open, []
        for connection in old:
            _send(connection, {"type": "disconnect", "reason": "refresh_requested", "debug_info": _debug()})
            threading.Timer(_REFRESH_GRACE, _close, (connection,)).start()

    def send(self, kind: Kind, payload: Json, attempt: Attempt | None) -> Reply:
        """Sends one envelope to one connection and waits 3 s for its acknowledgement."""
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind.value,
            "payload": payload,
            "accepts_response_payload": kind is not Kind.EVENT,
        }
        if kind is Kind.EVENT:
            envelope["retry_attempt"] = attempt.number if attempt else 0
            envelope["retry_reason"] = attempt.reason if attempt else ""
        waiting = _Waiting()
        began = time.monotonic()
        with self._lock:
            if not self._open:
                return Reply(None, "nobody_is_listening", 0.0)
            self._turn += 1
            connection = self._open[self._turn % len(self._open)]
            self._waiting[envelope["envelope_id"]] = waiting
        _send(connection, envelope)
        acknowledged = waiting.done.wait(ANSWER_WITHIN)
        with self._lock:
            self._waiting.pop(envelope["envelope_id"], None)
        return Reply(200 if acknowledged else None, waiting.payload or "", time.monotonic() - began)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuses who comes without a ticket of ours."""
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        with self._lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
        return None if known else connection.respond(HTTPStatus.NOT_FOUND, "unknown ticket\n")

    def _serve(self, connection: ServerConnection) -> None:
        with self._lock:
            count = len(self._open) + 1
            if count <= CONNECTIONS:
                self._open.append(connection)
        if count > CONNECTIONS:
            _send(connection, {"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
            return
        hello = {"type": "hello", "num_connections": count, "connection_info": {"app_id": APP_ID}}
        _send(connection, {**hello, "debug_info": _debug()})
        try:
            for message in connection:
                self._acknowledged(message)
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                if connection in self._open:
                    self._open.remove(connection)

    def _acknowledged(self, message: str | bytes) -> None:
        try:
            answer = as_object(json.loads(message)) or {}
        except ValueError:
            return
        with self._lock:
            waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting is not None:
            waiting.payload = as_object(answer.get("payload"))
            waiting.done.set()


def _debug() -> Json:
    return {"host": "sandbox", "approximate_connection_time": 18_060}


def _send(connection: ServerConnection, message: Json) -> None:
    try:
        connection.send(json.dumps(message))
    except ConnectionClosed:
        return


def _close(connection: ServerConnection) -> None:
    connection.close_timeout = 0.2
    connection.close()
