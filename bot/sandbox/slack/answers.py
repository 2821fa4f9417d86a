"""What the bot says back by a response_url or as the answer to a command; called by the HTTP door and interactions."""

from __future__ import annotations

from bot.sandbox.slack import sizes
from bot.sandbox.slack.block_kit import message_blocks
from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.triggers import Answer
from bot.sandbox.slack.workspace import BOT_ID, BOT_USER_ID, Workspace


def show_answer(workspace: Workspace, answer: Answer, body: Json) -> None:
    """Shows it: a new message (to one person unless `in_channel`), or in place of the one clicked. Refuses as Slack."""
    if body.get("delete_original"):
        _delete(workspace, _original(workspace, answer))
        return
    text = str(body.get("text") or "")
    blocks = message_blocks(body.get("blocks") or [])
    if not text.strip() and not blocks:
        raise RefusedError("no_text")
    if len(text) > sizes.MESSAGE_TEXT:
        raise RefusedError("msg_too_long")
    if body.get("replace_original"):
        original = _original(workspace, answer)
        original.text, original.blocks = text, blocks
        original.edited_times += 1
        workspace.touch()
        return
    everyone = body.get("response_type") == "in_channel"
    thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
    if thread_ts is not None:
        thread_ts = workspace.thread_root(workspace.channels[answer.channel_id], thread_ts)
    message = Message(
        answer.channel_id,
        workspace.next_ts(),
        BOT_USER_ID,
        text,
        blocks,
        bot_id=BOT_ID,
        thread_ts=thread_ts,
        ephemeral_to=None if everyone else answer.user_id,
    )
    workspace.add(message)


def _original(workspace: Workspace, answer: Answer) -> Message:
    everywhere = workspace.channels[answer.channel_id].messages
    where = workspace.ephemerals.get(answer.user_id, []) if answer.ephemeral else everywhere
    found = next((message for message in where if message.ts == answer.ts), None)
    if found is None or found.bot_id != BOT_ID:
        raise RefusedError("message_not_found")
    return found


def _delete(workspace: Workspace, message: Message) -> None:
    if message.ephemeral_to is not None:
        workspace.ephemerals[message.ephemeral_to].remove(message)
    else:
        workspace.channels[message.channel_id].messages.remove(message)
    workspace.touch()
