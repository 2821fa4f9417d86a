"""What people do with messages: press, choose, command, write; part of `SlackSandbox`, for tests, drills, the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.answers import show_answer
from bot.sandbox.slack.block_kit import elements_of
from bot.sandbox.slack.delivery import Courier, Kind, Reply
from bot.sandbox.slack.escaping import outward_view
from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.payloads import (
    action,
    event,
    message_action,
    message_shortcut,
    slash_command,
    typed_text,
)
from bot.sandbox.slack.records import Channel, Message
from bot.sandbox.slack.state_values import enter, field_of, option
from bot.sandbox.slack.triggers import Answer, Triggers
from bot.sandbox.slack.workspace import BOT_USER_ID, Workspace


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element that a person sees under this action_id. Raises LookupError when there is none."""
    for block in blocks:
        for element in elements_of(block):
            if element["action_id"] == action_id and block_id in (None, block["block_id"]):
                return block, element
    shown = [element["action_id"] for block in blocks for element in elements_of(block)]
    raise LookupError(f"nothing to use under {action_id!r} (block {block_id!r}); there are {shown}")


class People:
    """People and messages. Each act returns what the bot answered."""

    workspace: Workspace
    triggers: Triggers
    courier: Courier
    address: Callable[[], str]

    def click(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value_override: str | None = None,
        retry: bool = False,
    ) -> Reply:
        """Presses a button of a message as it stands now, its confirm question answered with yes.

        `value_override` forges the value; with `retry` the person presses once more when the first press fails.
        Raises LookupError when there is no such message or button.
        """
        with self.workspace.lock:
            message = self._message(user_id, channel_id, ts)
            block, element = find_element(message.blocks, action_id, block_id)
            if element["type"] != "button":
                raise LookupError(f"{action_id} is no button but {element['type']}; use choose")
            if value_override is not None:
                element = {**element, "value": value_override}
            entry = action(self.workspace, block["block_id"], element, {})
        reply = self._act(user_id, message, entry)
        return self._act(user_id, message, entry) if retry and not reply.is_ok else reply

    def click_stale(
        self, user_id: str, channel_id: str, ts: str, action_id: str, *, block_id: str, value: str
    ) -> Reply:
        """Presses a button that the message had before its last edit; the payload carries the message as it is now."""
        with self.workspace.lock:
            message = self._message(user_id, channel_id, ts)
            text = {"type": "plain_text", "text": "Old", "emoji": True}
            element: Json = {"type": "button", "action_id": action_id, "text": text, "value": value}
            entry = action(self.workspace, block_id, element, {})
        return self._act(user_id, message, entry)

    def choose(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        option_value: Any,
        *,
        block_id: str | None = None,
    ) -> Reply:
        """Chooses in a select, an overflow menu, radio buttons... of a message. Raises LookupError as `click` does."""
        with self.workspace.lock:
            message = self._message(user_id, channel_id, ts)
            block, element = find_element(message.blocks, action_id, block_id)
            entered = chosen(element, option_value)
            if field_of(element):
                message.entered.setdefault(user_id, {})[block["block_id"], action_id] = entered
                self.workspace.touch()
            if block["type"] == "input" and not block["dispatch_action"]:
                return Reply(None, "not_dispatched", 0.0)
            entry = action(self.workspace, block["block_id"], element, entered)
        return self._act(user_id, message, entry)

    def _act(self, user_id: str, message: Message, entry: Json) -> Reply:
        with self.workspace.lock:
            payload = message_action(self.workspace, user_id, message, [entry])
            payload["trigger_id"] = self.triggers.give(user_id)
            payload["response_url"] = self._response_url("actions", user_id, message)
        return self._send(Kind.INTERACTIVE, payload)

    def slash(self, user_id: str, channel_id: str, command: str, text: str) -> Reply:
        """Types a command in a channel; what the bot answers is shown as Slack shows it."""
        with self.workspace.lock:
            channel = self._channel(channel_id)
            typed = typed_text(self.workspace, text)
            payload = slash_command(self.workspace, user_id, channel, command, typed)
            answer = Answer(user_id, channel.id, self.workspace.machine())
            payload["response_url"] = self._give_answer("commands", answer)
            payload["trigger_id"] = self.triggers.give(user_id)
        reply = self._send(Kind.COMMAND, payload)
        if reply.is_ok and reply.body:
            body = reply.body if isinstance(reply.body, dict) else {"text": reply.body}
            try:
                with self.workspace.lock:
                    show_answer(self.workspace, answer, body)
            except RefusedError as refused:
                self.workspace.trouble(f"{command}: {refused.error} {refused.messages}")
        return reply

    def shortcut(self, user_id: str, callback_id: str, channel_id: str, ts: str) -> Reply:
        """Chooses a message shortcut in the menu of a message."""
        with self.workspace.lock:
            message = self._message(user_id, channel_id, ts)
            payload = message_shortcut(self.workspace, user_id, callback_id, message)
            payload["trigger_id"] = self.triggers.give(user_id)
            payload["response_url"] = self._response_url("app", user_id, message)
        return self._send(Kind.INTERACTIVE, payload)

    def open_home(self, user_id: str) -> Reply:
        """Opens the app's Home tab."""
        with self.workspace.lock:
            channel = self.workspace.dm(self.workspace.users[user_id].id)
            inner: Json = {"type": "app_home_opened", "user": user_id, "channel": channel.id, "tab": "home"}
            if (home := self.workspace.homes.get(user_id)) is not None:
                inner["view"] = outward_view(home.public())
            payload = event(self.workspace, {**inner, "event_ts": self.workspace.machine_ts()})
        return self.courier.send_event(payload)

    def say(self, user_id: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Writes a message and returns its ts; the bot hears of it in a direct conversation or when it is mentioned."""
        with self.workspace.lock:
            channel = self._channel(channel_id)
            root = self.workspace.thread_root(channel, thread_ts) if thread_ts else None
            typed = typed_text(self.workspace, text)
            message = Message(channel.id, self.workspace.next_ts(), user_id, typed, thread_ts=root)
            self.workspace.add(message)
            channel.read[user_id] = message.ts
            heard = channel.user_id is not None or (f"<@{BOT_USER_ID}>" in typed and channel.bot_is_member)
            payload = event(self.workspace, _heard(channel, message))
        if heard:
            self.courier.send_event(payload)
        return message.ts

    def _send(self, kind: Kind, payload: Json) -> Reply:
        reply = self.courier.send(kind, payload)
        if not reply.is_ok:
            what = payload.get("command") or payload.get("type")
            self.workspace.trouble(f"{what}: the app answered {reply.status} {reply.body}")
        return reply

    def _channel(self, channel_id: str) -> Channel:
        if channel_id in self.workspace.users:
            return self.workspace.dm(channel_id)
        if channel_id not in self.workspace.channels and f"U{channel_id[1:]}" in self.workspace.users:
            return self.workspace.dm(f"U{channel_id[1:]}")
        return self.workspace.channels[channel_id]

    def _message(self, user_id: str, channel_id: str, ts: str) -> Message:
        shown = [*self._channel(channel_id).messages, *self.workspace.ephemerals.get(user_id, [])]
        for message in shown:
            if message.ts == ts:
                return message
        raise LookupError(f"{user_id} sees no message {ts} in {channel_id}")

    def _response_url(self, kind: str, user_id: str, message: Message) -> str:
        at, alone = self.workspace.machine(), message.ephemeral_to is not None
        return self._give_answer(kind, Answer(user_id, message.channel_id, at, message.ts, alone))

    def _give_answer(self, kind: str, answer: Answer) -> str:
        path = self.triggers.give_answer(kind, self.workspace.team_id, answer)
        return f"{self.address()}response/{path}"


def _heard(channel: Channel, message: Message) -> Json:
    inner: Json = {"type": "message", "channel_type": "im"} if channel.user_id else {"type": "app_mention"}
    inner |= {"user": message.user, "text": message.text, "ts": message.ts}
    if message.thread_ts:
        inner["thread_ts"] = message.thread_ts
    return {**inner, "channel": channel.id, "event_ts": message.ts}


def chosen(element: Json, value: Any) -> Json:
    """What a choice in this element enters. Raises LookupError for a button or an option that is not offered."""
    if element["type"] == "overflow":
        return {"type": "overflow", "selected_option": option(element, value)}
    if field_of(element) is None:
        raise LookupError(f"{element['action_id']} is {element['type']}: nothing to choose")
    return enter(element, value)
