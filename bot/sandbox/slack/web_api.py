"""The local Web API: who may call what, how often, and what goes wrong on purpose; called by the HTTP door."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack import methods_chat, methods_conversations, methods_users, methods_views
from bot.sandbox.slack.desk import Args, Desk
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.pace import Pace


@dataclass(frozen=True)
class Call:
    """One call as it came: `at` is monotonic seconds, `args` are decoded and without the token."""

    method: str
    args: Json
    at: float
    response: Json
    status: int = 200


@dataclass(frozen=True)
class ApiAnswer:
    """What goes back to the bot; with `is_cut` the connection is closed instead."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    is_cut: bool = False


@dataclass(frozen=True)
class Method:
    """One method: what it does, the scopes it needs, its tier (None: not limited here)."""

    run: Callable[[Desk, Args], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None


def _open_connection(desk: Desk, args: Args) -> Json:
    return {"url": desk.socket_address()}


# Tiers and scopes: https://docs.slack.dev/reference/methods
METHODS: Mapping[str, Method] = {
    "auth.test": Method(methods_users.auth_test),
    "apps.connections.open": Method(_open_connection, tier=1),
    "chat.postMessage": Method(methods_chat.post_message, ("chat:write",)),
    "chat.update": Method(methods_chat.update, ("chat:write",), 3),
    "chat.delete": Method(methods_chat.delete, ("chat:write",), 3),
    "chat.postEphemeral": Method(methods_chat.post_ephemeral, ("chat:write",), 4),
    "chat.getPermalink": Method(methods_chat.get_permalink),
    "reactions.add": Method(methods_chat.add_reaction, ("reactions:write",), 3),
    "conversations.list": Method(methods_conversations.list_channels, tier=2),
    "conversations.info": Method(methods_conversations.info, tier=3),
    "conversations.members": Method(methods_conversations.members, tier=4),
    "conversations.join": Method(methods_conversations.join, ("channels:join",), 3),
    "conversations.open": Method(methods_conversations.open_dm, ("im:write",), 3),
    "conversations.history": Method(methods_conversations.history, tier=3),
    "conversations.replies": Method(methods_conversations.replies, tier=3),
    "users.info": Method(methods_users.info, ("users:read",), 4),
    "users.list": Method(methods_users.list_users, ("users:read",), 2),
    "users.lookupByEmail": Method(methods_users.lookup_by_email, ("users:read", "users:read.email"), 3),
    "views.open": Method(methods_views.open_view, tier=4),
    "views.push": Method(methods_views.push_view, tier=4),
    "views.update": Method(methods_views.update_view, tier=4),
    "views.publish": Method(methods_views.publish_view, tier=4),
    "files.getUploadURLExternal": Method(methods_users.get_upload_url, ("files:write",), 4),
    "files.completeUploadExternal": Method(methods_users.complete_upload, ("files:write",), 4),
}
APP_TOKEN_METHODS = ("apps.connections.open",)


class WebApi:
    """Answers calls and remembers them."""

    def __init__(self, desk: Desk, *, bot_token: str, app_token: str, rate_limits: bool) -> None:
        """`rate_limits` answers 429 as Slack does; without it everything may come at once."""
        self.desk = desk
        self.bot_token = bot_token
        self.app_token = app_token
        self.rate_limits = rate_limits
        self.is_revoked = False
        self.is_down = False
        self.faults = Faults()
        self.calls: list[Call] = []
        self._pace = Pace(desk.workspace.machine)

    def call(self, method: str, given: Mapping[str, Any], token: str | None) -> ApiAnswer:
        """The answer to one call; it is noted in `calls` with whatever came of it."""
        args = Args(given)
        at = time.monotonic()
        fault = self.faults.next(method)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if self.is_down:
            answer = ApiAnswer({"ok": False, "error": "lost"}, is_cut=True)
        else:
            answer = _failure(fault) or self._answer(method, args, token)
        if fault is not None and fault.lose_reply:
            answer = ApiAnswer(answer.body, answer.status, is_cut=True)
        with self.desk.workspace.lock:
            self.calls.append(Call(method, args.shown(), at, answer.body, answer.status))
            self.desk.workspace.notice()
        scopes = ",".join(sorted(self.desk.scopes))
        return ApiAnswer(
            answer.body, answer.status, {"X-OAuth-Scopes": scopes, **answer.headers}, answer.is_cut
        )

    def _answer(self, method: str, args: Args, token: str | None) -> ApiAnswer:
        try:
            with self.desk.workspace.lock:
                found = METHODS.get(method)
                if found is None:
                    raise RefusedError("unknown_method", req_method=method)
                self._check_token(method, token or args.text("token"))
                if wait := self._wait(method, found, args):
                    return ApiAnswer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)})
                self.desk.need(*found.scopes)
                return ApiAnswer({"ok": True, **found.run(self.desk, args)})
        except RefusedError as refused:
            return ApiAnswer(refused.answer())

    def _check_token(self, method: str, token: str) -> None:
        if not token:
            raise RefusedError("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise RefusedError("invalid_auth")
        if token != (self.app_token if method in APP_TOKEN_METHODS else self.bot_token):
            raise RefusedError("not_allowed_token_type")
        if self.is_revoked and token == self.bot_token:
            raise RefusedError("token_revoked")

    def _wait(self, method: str, found: Method, args: Args) -> int:
        if not self.rate_limits:
            return 0
        if method == "chat.postMessage":
            return self._pace.wait_for_post(args.text("channel"))
        return 0 if found.tier is None else self._pace.wait_for_call(method, found.tier)


def _failure(fault: Fault | None) -> ApiAnswer | None:
    """The answer that a fault gives instead of the method's own, if it gives one."""
    if fault is None:
        return None
    limited = fault.retry_after is not None or fault.error == "ratelimited"
    status = fault.status or (429 if limited else 200)
    if status == 200 and fault.error is None:
        return None
    error = fault.error or ("ratelimited" if status == 429 else "internal_error")
    headers = (
        {"Retry-After": str(fault.retry_after if fault.retry_after is not None else 1)}
        if status == 429
        else {}
    )
    return ApiAnswer({"ok": False, "error": error}, status, headers)
