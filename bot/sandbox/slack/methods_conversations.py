"""conversations.* of the local Web API; listed in `web_api.py`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.slack.desk import Args, Desk
from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.message_json import message_json
from bot.sandbox.slack.records import Channel, Message
from bot.sandbox.slack.workspace import BOT_USER_ID

_PAGE, _LARGEST_PAGE = 100, 999  # https://docs.slack.dev/reference/methods/conversations.history
_BEGINNING, _END = "0", "9" * 12


def _channel_json(desk: Desk, channel: Channel) -> Json:
    if channel.user_id:
        return {"id": channel.id, "is_im": True, "user": channel.user_id, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": channel.bot_is_member,
        "context_team_id": desk.workspace.team_id,
        "num_members": len(_members(desk, channel)),
    }


def _members(desk: Desk, channel: Channel) -> list[str]:
    people = [
        user.id
        for user in desk.workspace.users.values()
        if not user.is_bot and not user.deleted and desk.workspace.is_member(channel, user.id)
    ]
    return [*people, BOT_USER_ID] if channel.bot_is_member else people


def list_channels(desk: Desk, args: Args) -> Json:
    """conversations.list: public channels, and the private ones that the bot is in when asked for."""
    kinds = args.text("types", "public_channel").replace(" ", "").split(",")
    scopes = {
        "public_channel": "channels:read",
        "private_channel": "groups:read",
        "im": "im:read",
        "mpim": "mpim:read",
    }
    if any(kind not in scopes for kind in kinds):
        raise RefusedError("invalid_types")
    desk.need(*(scopes[kind] for kind in kinds))
    found = [
        channel
        for channel in desk.workspace.channels.values()
        if _kind(channel) in kinds
        and (not channel.is_private or channel.bot_is_member)
        and not (channel.is_archived and args.flag("exclude_archived"))
    ]
    page, cursor = desk.page(args, found, limit=_PAGE, most=1_000)
    return {
        "channels": [_channel_json(desk, channel) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def _kind(channel: Channel) -> str:
    return "im" if channel.user_id else "private_channel" if channel.is_private else "public_channel"


def info(desk: Desk, args: Args) -> Json:
    """conversations.info."""
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    desk.need_for(channel, "read")
    return {"channel": _channel_json(desk, channel)}


def members(desk: Desk, args: Args) -> Json:
    """conversations.members."""
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    desk.need_for(channel, "read")
    page, cursor = desk.page(args, _members(desk, channel), limit=_PAGE, most=1_000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def join(desk: Desk, args: Args) -> Json:
    """conversations.join: a public channel only."""
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    if channel.user_id or channel.is_private:
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise RefusedError("is_archived")
    channel.bot_is_member = True
    desk.workspace.touch()
    return {"channel": _channel_json(desk, channel)}


def open_dm(desk: Desk, args: Args) -> Json:
    """conversations.open with one user."""
    user = desk.workspace.user(args.must("users", "user_not_found"))
    if user.deleted:
        raise RefusedError("user_disabled")
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    channel = desk.workspace.dm(user.id)
    return {"channel": _channel_json(desk, channel) if args.flag("return_im") else {"id": channel.id}}


@dataclass(frozen=True)
class _Span:
    """The part of a history that was asked for; `oldest` and `latest` themselves only when `inclusive`."""

    oldest: str
    latest: str
    inclusive: bool

    @staticmethod
    def of(args: Args) -> _Span:
        return _Span(args.text("oldest") or _BEGINNING, args.text("latest") or _END, args.flag("inclusive"))

    def holds(self, ts: str) -> bool:
        try:
            oldest, now, latest = (round(float(one) * 1_000_000) for one in (self.oldest, ts, self.latest))
        except ValueError as error:
            raise RefusedError("invalid_ts_oldest") from error
        return oldest < now < latest or (self.inclusive and now in (oldest, latest))


def _readable(desk: Desk, args: Args) -> Channel:
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    desk.need_for(channel, "history")
    if not channel.bot_is_member and not channel.user_id:
        raise RefusedError("not_in_channel")
    return channel


def _answer(desk: Desk, args: Args, found: list[Message]) -> Json:
    page, cursor = desk.page(args, found, limit=_PAGE, most=_LARGEST_PAGE)
    with_metadata = args.flag("include_all_metadata") and "metadata.message:read" in desk.scopes
    answer: Json = {
        "messages": [message_json(desk.workspace, one, with_metadata=with_metadata) for one in page],
        "has_more": bool(cursor),
    }
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


def history(desk: Desk, args: Args) -> Json:
    """conversations.history: newest first, without the threads."""
    channel = _readable(desk, args)
    span = _Span.of(args)
    shown = [one for one in channel.messages if one.thread_ts is None or one.broadcast]
    return _answer(desk, args, [one for one in reversed(shown) if span.holds(one.ts)])


def replies(desk: Desk, args: Args) -> Json:
    """conversations.replies: the root, then the thread, oldest first."""
    channel = _readable(desk, args)
    root = desk.workspace.find(channel, args.must("ts", "thread_not_found"), "thread_not_found")
    span = _Span.of(args)
    below = [one for one in desk.workspace.replies(channel, root.thread_ts or root.ts) if span.holds(one.ts)]
    first = desk.workspace.find(channel, root.thread_ts or root.ts, "thread_not_found")
    return _answer(desk, args, [first, *below])
