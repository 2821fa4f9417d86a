"""Calls Slack's Web API: one way to build a client, one way to read its refusals. Used here and by the doors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.ports import Refused, TryLater

DELIVERY_TIMEOUT = 10
"""Seconds for a call of the outbox, which has time."""
REQUEST_TIMEOUT = 2
"""Seconds for a call while a person waits: Slack itself waits three."""
MENDABLE_AFTER = timedelta(seconds=60)
"""How long after a refusal that a person can mend (a token, a channel) the effect is tried again."""
RATE_LIMIT_FALLBACK = timedelta(seconds=30)
"""Used when a 429 says nothing readable in `Retry-After`."""

FINAL = frozenset(
    {
        "cant_delete_message",
        "cant_update_message",
        "channel_is_limited_access",
        "compliance_exports_prevent_deletion",
        "duplicate_external_id",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "hash_conflict",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_trigger_id",
        "message_not_found",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_found",
        "thread_not_found",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
        "view_too_large",
    }
)
"""Refusals that no waiting ends. Any other name may be one that somebody can mend: its effect waits, for 72 hours."""

PASSING = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "ratelimited", "rate_limited"}
)
"""Refusals that pass by themselves."""


def web_client(token: str, base_url: str, *, timeout: int = DELIVERY_TIMEOUT) -> WebClient:
    """A client that never re-sends by itself: its default retries a post after a lost connection (see decision 004)."""
    return WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])


REMEDIES = {
    "account_inactive": "the app was removed or its owner deactivated; install it again and set SLACK_BOT_TOKEN",
    "channel_not_found": "correct channels in rules.yaml, or /invite the bot when the channel is private",
    "invalid_auth": "set SLACK_BOT_TOKEN anew (OAuth & Permissions)",
    "is_archived": "un-archive the channel or name another in rules.yaml",
    "missing_scope": "reinstall the app from manifest.yaml",
    "not_in_channel": "say /invite @triage in the channel",
    "restricted_action": "an administrator restricts posting there; name another channel or ask for the right",
    "token_expired": "switch token rotation off in the Slack app and set SLACK_BOT_TOKEN anew",
    "token_revoked": "install the app again and set SLACK_BOT_TOKEN anew",
}
"""What to do about a refusal that a person can mend; told beside its name in `/healthz`, `triage check`, the log."""


class SlackRefusal(Refused):
    """Slack refused by name: `error` is the name, such as `invalid_blocks`."""

    def __init__(self, error: str, details: str = "") -> None:
        super().__init__(f"Slack: {error}{f' ({details})' if details else ''}")
        self.error = error


class SlackLater(TryLater):
    """Slack did not take the call now; `error` is its name for why."""

    def __init__(self, error: str, after: timedelta | None = None, *, sent: bool = True) -> None:
        remedy = REMEDIES.get(error)
        super().__init__(f"Slack: {error}{f' ({remedy})' if remedy else ''}", after, sent=sent)
        self.error = error


def call(client: WebClient, method: str, **arguments: Any) -> Mapping[str, Any]:
    """Call one method of the Web API and return its answer. Raises TryLater or SlackRefusal, nothing else.

    A lost reply is a TryLater with `sent` true: the call may have happened.
    """
    api: Any = client  # slack_sdk types its answers loosely
    try:
        response: Any = (
            api.api_call(method, json=arguments)
            if method.startswith(JSON_METHODS)
            else (api.api_call(method, params=arguments))
        )
    except SlackApiError as error:
        raise _refusal(error) from error
    except (SlackClientError, URLError, OSError, ValueError, AttributeError) as error:
        raise TryLater(
            f"Slack does not answer: {type(error).__name__}", sent=not _never_left(error)
        ) from error
    answer: Any = response.data
    if not isinstance(answer, dict):
        raise TryLater("Slack answered with something that is no JSON object")
    return cast("dict[str, Any]", answer)


JSON_METHODS = ("chat.", "views.")
"""These take JSON bodies, in which blocks need no second encoding; the reading methods take form fields."""


def _never_left(error: Exception) -> bool:
    """Whether the request surely did not reach Slack: the connection was refused or the name not found."""
    reason = getattr(error, "reason", error)
    return isinstance(reason, ConnectionRefusedError) or type(reason).__name__ == "gaierror"


def _refusal(error: SlackApiError) -> Exception:
    response: Any = error.response
    status = getattr(response, "status_code", 0)
    if status == 429:
        return SlackLater("ratelimited", retry_after(response.headers), sent=False)
    name = str(response.get("error") or f"HTTP {status}")
    if status >= 500 or name in PASSING:
        return SlackLater(name)
    if name not in FINAL:
        return SlackLater(name, MENDABLE_AFTER, sent=False)
    metadata: Any = response.get("response_metadata") or {}
    return SlackRefusal(name, "; ".join(str(m) for m in metadata.get("messages", []))[:300])


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """The pause that a 429 asks for: whole seconds in `Retry-After`; slack_sdk may give a list of values."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), None)
    if isinstance(value, list | tuple):
        value = next(iter(cast("list[object]", value)), None)
    try:
        return timedelta(seconds=max(1, int(str(value))))
    except ValueError:
        return RATE_LIMIT_FALLBACK
