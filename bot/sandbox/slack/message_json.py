"""A message as Slack sends it to the app: in history, in answers, in payloads; for the methods and interactions."""

from __future__ import annotations

import copy

from bot.sandbox.slack.escaping import outward
from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.workspace import APP_ID, Workspace


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = True) -> Json:
    """The message with escaped texts, its edit, thread, reactions and files; call under the lock."""
    found: Json = {"type": "message"}
    if message.bot_id:
        found["subtype"] = "bot_message"
    found["user"] = message.user
    if message.bot_id:
        found |= {"bot_id": message.bot_id, "app_id": APP_ID}
    found |= {"team": workspace.team_id, "ts": message.ts, "text": message.text}
    if message.metadata is not None and with_metadata:
        found["metadata"] = copy.deepcopy(message.metadata)
    found |= {
        name: part
        for name in ("blocks", "attachments", "files", "reactions")
        if (part := getattr(message, name))
    }
    if message.edited_ts and not message.blocks:
        found["edited"] = {"user": message.user, "ts": message.edited_ts}
    metadata = found.pop("metadata", None)
    whole: Json = outward({**found, **_thread(workspace, message)})
    return whole if metadata is None else {**whole, "metadata": metadata}


def _thread(workspace: Workspace, message: Message) -> Json:
    if message.thread_ts:
        return {"thread_ts": message.thread_ts}
    if message.ephemeral_to is not None or not (channel := workspace.channels.get(message.channel_id)):
        return {}
    replies = workspace.replies(channel, message.ts)
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
    }
