"""What a Web API method has before it: the workspace, the token's scopes, and the call's arguments; for all methods."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.json_values import Json, RefusedError, as_list, as_object
from bot.sandbox.slack.records import Channel
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.workspace import Workspace

# The manifest's bot scopes.
BOT_SCOPES: tuple[str, ...] = (
    "chat:write",
    "chat:write.public",
    "commands",
    "app_mentions:read",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "im:history",
    "im:write",
    "metadata.message:read",
    "users:read",
    "users:read.email",
    "files:write",
)


class Args:
    """The arguments of one call; objects may come as JSON or as a string of JSON."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        """`given` is the decoded form or JSON body."""
        self._given = given

    def has(self, name: str) -> bool:
        """True when the argument was given and is not null."""
        return self._given.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string argument, or the default."""
        value = self._given.get(name)
        return default if value is None else str(value)

    def must(self, name: str, error: str = "invalid_arguments") -> str:
        """A string argument that has to be there and not empty; refuses with `error`."""
        if not (value := self.text(name)):
            raise RefusedError(error, f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument in any of Slack's spellings."""
        value = self._given.get(name)
        return default if value is None else str(value).lower() in ("true", "1")

    def number(self, name: str, default: int, most: int) -> int:
        """A count between 1 and `most`; refuses with `invalid_limit`."""
        try:
            value = int(self._given.get(name) or default)
        except ValueError as error:
            raise RefusedError("invalid_limit") from error
        if value < 1:
            raise RefusedError("invalid_limit")
        return min(value, most)

    def decoded(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that is JSON or a string of JSON; refuses with `error` when it cannot be read."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as problem:
            raise RefusedError(error, f"[ERROR] {name} is not JSON") from problem

    def object(self, name: str, error: str = "invalid_arguments") -> Json | None:
        """An argument that is an object, or None when it was not given."""
        value = self.decoded(name, error)
        if value is not None and as_object(value) is None:
            raise RefusedError(error, f"[ERROR] {name} must be an object")
        return as_object(value)

    def shown(self) -> Json:
        """The arguments as a test wants to see them: decoded, without the token."""
        return {name: _readable(value) for name, value in self._given.items() if name != "token"}


def _readable(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


@dataclass(frozen=True)
class Desk:
    """The workspace as one call sees it; methods run under the workspace's lock."""

    workspace: Workspace
    triggers: Triggers
    scopes: set[str]
    address: Callable[[], str]  # "http://127.0.0.1:PORT/"
    socket_address: Callable[[], str]

    def need(self, *scopes: str) -> None:
        """Refuses with `missing_scope` unless the token has all of these scopes."""
        for scope in scopes:
            if scope not in self.scopes:
                raise RefusedError("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def need_for(self, channel: Channel, what: str) -> None:
        """The scope for this kind of channel: channels:, groups: or im: with `read` or `history`."""
        kind = "im" if channel.user_id else "groups" if channel.is_private else "channels"
        if (kind, what) != ("im", "read"):
            self.need(f"{kind}:{what}")

    def page(self, args: Args, items: list[Any], *, limit: int, most: int) -> tuple[list[Any], str]:
        """One page of a list by `cursor` and `limit`, and the next cursor ("" at the end)."""
        cursor = args.text("cursor")
        if cursor and not cursor.startswith("next:"):
            raise RefusedError("invalid_cursor")
        start = int(cursor.removeprefix("next:") or 0) if cursor else 0
        end = start + args.number("limit", limit, most)
        return items[start:end], f"next:{end}" if end < len(items) else ""


def list_argument(args: Args, name: str, error: str) -> list[Any] | None:
    """An argument that is a list, or None when it was not given; refuses with `error`."""
    value = args.decoded(name, error)
    if value is not None and as_list(value) is None:
        raise RefusedError(error, f"[ERROR] {name} must be an array")
    return as_list(value)
