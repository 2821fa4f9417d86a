"""chat.* and reactions.add of the local Web API; listed in `web_api.py`."""

from __future__ import annotations

from bot.sandbox.slack import sizes
from bot.sandbox.slack.block_kit import message_blocks
from bot.sandbox.slack.desk import Args, Desk, list_argument
from bot.sandbox.slack.json_values import Json, RefusedError, as_list, as_object
from bot.sandbox.slack.message_json import message_json
from bot.sandbox.slack.records import Channel, Message
from bot.sandbox.slack.state_values import kept
from bot.sandbox.slack.workspace import BOT_ID, BOT_USER_ID


def _writable(desk: Desk, channel_id: str, *, public_too: bool = True) -> Channel:
    channel = desk.workspace.channel(channel_id)
    if channel.is_archived:
        raise RefusedError("is_archived")
    may_write = channel.bot_is_member or channel.user_id is not None
    if not may_write and not (public_too and "chat:write.public" in desk.scopes):
        raise RefusedError("not_in_channel")
    return channel


def _metadata(args: Args) -> Json | None:
    found = args.object("metadata", "invalid_metadata_format")
    if found is None:
        return None
    payload = as_object(found.get("event_payload"))
    if (
        set(found) != {"event_type", "event_payload"}
        or not isinstance(found["event_type"], str)
        or payload is None
    ):
        raise RefusedError("invalid_metadata_format")
    if any(as_object(part) is not None or as_list(part) is not None for part in payload.values()):
        raise RefusedError("invalid_metadata_format", "[ERROR] event_payload must be flat")
    return found


def _content(args: Args, most: int) -> tuple[str, list[Json]]:
    """The text and blocks of a call; refuses what Slack refuses."""
    text = args.text("text")
    blocks = message_blocks(list_argument(args, "blocks", "invalid_blocks_format") or [])
    if not text.strip() and not blocks and not args.has("attachments"):
        raise RefusedError("no_text")
    if len(text) > most:
        raise RefusedError("msg_too_long")
    return text, blocks


def post_message(desk: Desk, args: Args) -> Json:
    """chat.postMessage."""
    channel = _writable(desk, args.must("channel", "channel_not_found"))
    text, blocks = _content(args, sizes.MESSAGE_TEXT)
    metadata = _metadata(args)
    thread_ts = (
        desk.workspace.thread_root(channel, args.text("thread_ts")) if args.text("thread_ts") else None
    )
    message = Message(
        channel.id,
        desk.workspace.next_ts(),
        BOT_USER_ID,
        text,
        blocks,
        bot_id=BOT_ID,
        thread_ts=thread_ts,
        metadata=metadata,
        attachments=list_argument(args, "attachments", "invalid_attachments") or [],
        broadcast=args.flag("reply_broadcast"),
    )
    desk.workspace.add(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(desk.workspace, message)}


def update(desk: Desk, args: Args) -> Json:
    """chat.update: `text` without `blocks` removes the blocks; attachments and metadata stay when left out."""
    channel = _writable(desk, args.must("channel", "channel_not_found"))
    message = _own(desk, channel, args.must("ts", "message_not_found"), "cant_update_message")
    text, blocks = _content(args, sizes.EDITED_TEXT)
    metadata = _metadata(args)
    message.text, message.blocks = text, blocks
    message.metadata = metadata if metadata is not None else message.metadata
    if args.has("attachments"):
        message.attachments = list_argument(args, "attachments", "invalid_attachments") or []
    message.edited_times += 1
    message.edited_ts = desk.workspace.machine_ts()
    message.entered = {user: kept(blocks, entered) for user, entered in message.entered.items()}
    desk.workspace.touch()
    answer = message_json(desk.workspace, message)
    return {"channel": channel.id, "ts": message.ts, "text": answer["text"], "message": answer}


def _own(desk: Desk, channel: Channel, ts: str, error: str) -> Message:
    message = desk.workspace.find(channel, ts)
    if message.bot_id != BOT_ID:
        raise RefusedError(error)
    return message


def delete(desk: Desk, args: Args) -> Json:
    """chat.delete."""
    channel = _writable(desk, args.must("channel", "channel_not_found"))
    message = _own(desk, channel, args.must("ts", "message_not_found"), "cant_delete_message")
    channel.messages.remove(message)
    desk.workspace.touch()
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(desk: Desk, args: Args) -> Json:
    """chat.postEphemeral: seen by one member until that person reloads."""
    channel = _writable(desk, args.must("channel", "channel_not_found"), public_too=False)
    user = args.must("user", "user_not_found")
    if not desk.workspace.is_member(channel, user):
        raise RefusedError("user_not_in_channel")
    text, blocks = _content(args, sizes.MESSAGE_TEXT)
    thread_ts = (
        desk.workspace.thread_root(channel, args.text("thread_ts")) if args.text("thread_ts") else None
    )
    ts = desk.workspace.next_ts()
    desk.workspace.add(
        Message(
            channel.id, ts, BOT_USER_ID, text, blocks, bot_id=BOT_ID, thread_ts=thread_ts, ephemeral_to=user
        )
    )
    return {"message_ts": ts}


def get_permalink(desk: Desk, args: Args) -> Json:
    """chat.getPermalink."""
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    message = desk.workspace.find(channel, args.must("message_ts", "message_not_found"))
    link = f"{desk.address()}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(desk: Desk, args: Args) -> Json:
    """reactions.add."""
    name = args.must("name", "invalid_name")
    channel = desk.workspace.channel(args.must("channel", "channel_not_found"))
    message = desk.workspace.find(channel, args.must("timestamp", "message_not_found"))
    found = next((one for one in message.reactions if one["name"] == name), None)
    if found is None:
        message.reactions.append(found := {"name": name, "users": [], "count": 0})
    if BOT_USER_ID in found["users"]:
        raise RefusedError("already_reacted")
    found["users"].append(BOT_USER_ID)
    found["count"] += 1
    desk.workspace.touch()
    return {}
