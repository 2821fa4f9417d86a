"""When to kill: at a call of the bot's, before or after its effect, in the middle of a request, at the start."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask import Response, request

from bot.sandbox.sentry.gate import Gate
from bot.sandbox.sentry.webhooks import Delivery, Sender
from bot.sandbox.slack.delivery import Attempt, Courier, Kind, Reply
from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.web_api import ApiAnswer, WebApi
from tests.torture.running import Running

When = Literal["before", "after"]
POST, EDIT, FORM, LOOK_UP = "chat.postMessage", "chat.update", "views.open", "conversations.(history|replies)"
CHANGE, READ = "PUT .*/issues/[0-9]+/", "GET .*/issues/[0-9]+/"
NOTE, LINK = "POST .*/notes/", "POST .*/external-issues/"
"""Calls to kill at."""
LONGEST_REQUEST = 0.02
"""Seconds: a request takes a few milliseconds, so a kill in this span falls before its commit or behind it."""
LONGEST_START = 1.6
"""Seconds within which a start is under way on a busy machine."""


@dataclass(frozen=True)
class AtCall:
    """Kill when the bot makes this call: before it has any effect, or after it, its answer never sent.

    `call` is a pattern for a method of Slack's, or for a verb and a path of Sentry's.
    """

    call: str
    when: When

    def __str__(self) -> str:
        return f"{self.when} {self.call}"


@dataclass(frozen=True)
class InRequest:
    """Kill this many seconds after a person or Sentry has begun a request."""

    after: float

    def __str__(self) -> str:
        return f"{self.after * 1000:.1f} ms into the request"


@dataclass(frozen=True)
class Answered:
    """Kill as soon as the request has been answered: between commit and delivery, or during it."""

    def __str__(self) -> str:
        return "answered"


@dataclass(frozen=True)
class Unheard:
    """Kill when all is done but the answer: what was asked is saved, and whoever asked never learns it.

    `number` counts the requests of an act, from 1: the opening of a form, its sending.
    """

    number: int = 1

    def __str__(self) -> str:
        return f"answer {self.number} never sent"


@dataclass(frozen=True)
class AtStart:
    """Kill this many seconds after the next start."""

    after: float

    def __str__(self) -> str:
        return f"{self.after:.2f} s into the start"


Moment = AtCall | InRequest | Unheard | Answered | AtStart


def choose(dice: random.Random, calls: tuple[str, ...]) -> Moment:
    """A moment for an act that leads to these calls; half of them at a call."""
    kind = dice.choices(("call", "request", "unheard", "answered", "start"), (10, 4, 4, 1, 1))[0]
    if kind == "call" and calls:
        return AtCall(dice.choice(calls), dice.choice(("before", "after")))
    if kind == "start":
        return AtStart(dice.uniform(0.05, LONGEST_START))
    if kind == "request":
        return InRequest(dice.uniform(0, LONGEST_REQUEST))
    return Answered() if kind == "answered" else Unheard(dice.choice((1, 2)))


class Trap:
    """Waits for a moment and kills. It sits on the wires of both sandboxes."""

    def __init__(self, bot: Running) -> None:
        self._bot = bot
        self._armed: AtCall | Unheard | None = None
        self._lock = threading.Lock()
        self.sprung: list[str] = []
        self._tap_slack(bot.world.slack.api)
        self._tap_sentry(bot.world.sentry.gate)
        self._tap_people(bot.world.slack.courier)
        self._tap_webhooks(bot.world.sentry.sender)

    def arm(self, moment: AtCall | Unheard) -> None:
        with self._lock:
            self._armed = moment

    def disarm(self) -> bool:
        """Wait for it no more; whether it was still waited for."""
        with self._lock:
            was_armed, self._armed = self._armed is not None, None
        return was_armed

    @property
    def is_armed(self) -> bool:
        return self._armed is not None

    def kill(self, why: Moment) -> None:
        """Kill now, and remember at which moment."""
        if self._bot.kill():
            self.sprung.append(str(why))

    def _springs(self, call: str, when: When) -> bool:
        """Whether the armed moment is this one; then the bot is dead when this returns, and the trap empty."""
        with self._lock:
            moment = self._armed
            if not isinstance(moment, AtCall) or moment.when != when or not re.fullmatch(moment.call, call):
                return False
            self._armed = None
        self.kill(moment)
        return True

    def _is_unheard(self) -> bool:
        """Whether this answer shall not be heard; then the bot is dead when this returns, and the trap empty."""
        with self._lock:
            moment = self._armed
            if not isinstance(moment, Unheard):
                return False
            if moment.number > 1:
                self._armed = Unheard(moment.number - 1)
                return False
            self._armed = None
        self.kill(moment)
        return True

    def _tap_people(self, courier: Courier) -> None:
        send = courier.send

        def sending(kind: Kind, payload: Json, attempt: Attempt | None = None) -> Reply:
            reply = send(kind, payload, attempt)
            return Reply(None, "connection_failed", reply.elapsed) if self._is_unheard() else reply

        courier.send = sending  # type: ignore[method-assign]

    def _tap_webhooks(self, sender: Sender) -> None:
        send = sender.send

        def sending(resource: str, body: Any, **more: Any) -> Delivery:
            delivery = send(resource, body, **more)
            if self._is_unheard():
                delivery = replace(delivery, status=None, error="ConnectionError")
                sender.deliveries[-1] = delivery
            return delivery

        sender.send = sending  # type: ignore[method-assign]

    def _tap_slack(self, api: WebApi) -> None:
        answer = api.call

        def tapped(method: str, given: Mapping[str, Any], token: str | None) -> ApiAnswer:
            if self._springs(method, "before"):
                return ApiAnswer({"ok": False, "error": "lost"}, is_cut=True)
            answered = answer(method, given, token)
            self._springs(method, "after")
            return answered

        api.call = tapped  # type: ignore[method-assign]

    def _tap_sentry(self, gate: Gate) -> None:
        enter, leave = gate.enter, gate.leave

        def entering() -> Response | None:
            if self._springs(f"{request.method} {request.path}", "before"):
                return Response("", 503)
            return enter()

        def leaving(response: Response) -> Response:
            left = leave(response)
            self._springs(f"{request.method} {request.path}", "after")
            return left

        gate.enter = entering  # type: ignore[method-assign]
        gate.leave = leaving  # type: ignore[method-assign]


def during(kill: Callable[[], None], after: float) -> threading.Timer:
    """Begin to count: `kill` is called in `after` seconds."""
    timer = threading.Timer(after, kill)
    timer.start()
    return timer
