"""What `triage check` asks of Slack: token, scopes, channels, the Socket Mode token. Called by `bot.checks`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ports import Finding, Refused, TryLater
from bot.slack.client import call
from bot.slack.people import channels

NEEDED_SCOPES = {
    "chat:write": "post cards",
    "commands": "answer /triage and the shortcut",
    "im:write": "ask for a swap in a direct message",
    "im:history": "look up such a message whose reply was lost",
    "channels:read": "find channels by name",
    "channels:history": "look up a post whose reply was lost",
    "users:read": "know who presses a button",
    "users:read.email": "find people by address and assign issues in Sentry",
    "metadata.message:read": "recognise own posts",
}
"""The scopes that the bot cannot do without, and what for; `manifest.yaml` asks for all of them."""
MORE = "reinstall the app from manifest.yaml (api.slack.com/apps, OAuth & Permissions)"


NOT_SLACK = Finding.failed(
    "slack",
    "what answers at SLACK_API_URL is not Slack's Web API",
    "take SLACK_API_URL out of the settings (it is for tests), or see whether a proxy answers instead of Slack",
)
SLACKS_ERROR = re.compile(r"[a-z_]+")
"""How Slack names a refusal; slack_sdk puts a sentence there when the answer is none of Slack's."""


def probe_token(client: WebClient) -> Iterable[Finding]:
    """Whether the bot token works and carries every scope."""
    try:
        api: Any = client  # slack_sdk types its answers loosely
        response: Any = api.auth_test()
    except SlackApiError as error:
        yield _refused_token(error.response)
        return
    except AttributeError:  # slack_sdk, of an answer that is no object
        yield NOT_SLACK
        return
    except OSError as error:
        yield Finding.failed(
            "slack", f"Slack does not answer: {error}", "check the network and SLACK_API_URL"
        )
        return
    yield Finding.passed("slack", f"token works: {response.get('user')} in {response.get('team')}")
    header: Any = next((v for k, v in response.headers.items() if k.lower() == "x-oauth-scopes"), None)
    if header is None:
        return
    granted = {scope.strip() for scope in _joined(header).split(",")}
    for scope, why in NEEDED_SCOPES.items():
        if scope not in granted:
            yield Finding.failed("slack", f"scope {scope} is missing (to {why})", MORE)


def probe_channels(client: WebClient, wanted: dict[str, str | None]) -> Iterable[Finding]:
    """Whether each channel of the rules exists and the bot may speak there."""
    try:
        seen = list(channels(client))
    except (TryLater, Refused) as error:
        yield Finding.failed("channels", f"cannot list channels: {error}", MORE)
        return
    for use, name in wanted.items():
        if name is None:
            continue
        found = next((c for c in seen if name.lstrip("#") in (c.get("name"), c.get("id"))), None)
        if found is None:
            remedy = "create it, correct channels in rules.yaml, or invite the bot when it is private: /invite @triage"
            yield Finding.failed("channels", f"{use}: no channel {name} in sight", remedy)
        elif not found.get("is_member") and found.get("is_private"):
            yield Finding.failed("channels", f"{use}: the bot is not in {name}", "say /invite @triage there")
        elif not found.get("is_member"):
            yield Finding.warned("channels", f"{use}: the bot is not in {name}", "say /invite @triage there")
        else:
            yield Finding.passed("channels", f"{use}: {name}")


def probe_socket(client: WebClient) -> Finding:
    """Whether the app-level token opens a Socket Mode connection."""
    try:
        call(client, "apps.connections.open")
    except (TryLater, Refused) as error:
        remedy = "Basic Information, App-Level Tokens, scope connections:write; and switch Socket Mode on"
        return Finding.failed("socket", f"SLACK_APP_TOKEN: {error}", remedy)
    return Finding.passed("socket", "SLACK_APP_TOKEN opens a connection")


def probe_message(client: WebClient, channel: str, ts: str) -> str | None:
    """None when the channel shows that message, else why not."""
    bounds: dict[str, Any] = {"oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
    try:
        answer = call(client, "conversations.history", channel=channel, **bounds)
    except (TryLater, Refused) as error:
        return str(error)
    messages = cast("list[dict[str, object]]", answer.get("messages") or [])
    return (
        None if any(message.get("ts") == ts for message in messages) else "no message of that time is in it"
    )


def _refused_token(answer: Any) -> Finding:
    """A token that Slack refuses; or no refusal of Slack's, which says nothing of the token."""
    name = answer.get("error")
    if not isinstance(name, str) or SLACKS_ERROR.fullmatch(name) is None:
        return NOT_SLACK
    return Finding.failed(
        "slack", f"SLACK_BOT_TOKEN: {name}", "copy the Bot User OAuth Token again (OAuth & Permissions)"
    )


def _joined(header: Any) -> str:
    """A header's value; slack_sdk gives a list of values at times."""
    return ",".join(map(str, cast("list[object]", header))) if isinstance(header, list) else str(header)
