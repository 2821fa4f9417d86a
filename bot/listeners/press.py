"""What a person did in Slack, read from a request once; the form every listener of this room gets it in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from bot.domain.alert import MessageRef
from bot.ports import Person
from bot.services.desk import Actor

BLOCK_PREFIX = "alert:"
"""Selects and overflows carry the alert's id in their block's id, for their values are taken: `alert:ID:...`."""

Json = Mapping[str, Any]
NOTHING: Json = {}


@dataclass(frozen=True)
class Press:
    """One press, choice or submission. `alert_id` is what the element says, not yet checked against the store."""

    user_id: str
    team_id: str | None
    alert_id: str
    value: str
    trigger_id: str
    message: MessageRef | None = None
    thread_ts: str | None = None
    metadata_id: str = ""
    view: Json = field(default_factory=lambda: NOTHING)
    action_id: str = ""
    person: Person | None = None
    said: str = ""
    """Of a message shortcut: what the message says, as Slack writes it."""
    block_id: str = ""
    selected: tuple[str, ...] = ()
    """The values of the boxes that are ticked now, of an element that takes several."""

    @property
    def actor(self) -> Actor:
        assert self.person is not None
        return Actor(self.person.user_id, self.person.name)

    @property
    def is_home(self) -> bool:
        """Whether the Home was pressed: it is a view that no modal can replace."""
        return self.view.get("type") == "home"

    @property
    def form_id(self) -> str:
        """The id that Slack gave to this opened form: sending it twice carries it twice."""
        return str(self.view.get("id") or "")

    @property
    def kept(self) -> dict[str, Any]:
        """What the form was given to remember: the alert, the decision and the count that it showed."""
        try:
            kept = json.loads(self.view.get("private_metadata") or "{}")
        except ValueError:
            return {}
        return cast("dict[str, Any]", kept) if isinstance(kept, dict) else {}

    @property
    def state(self) -> Json:
        """The values of the form's inputs, by block and action."""
        return _mapping(_mapping(self.view.get("state")).get("values"))


def read_press(body: Json) -> Press:
    """Read a block_actions, view_submission or message_action payload. What is missing is empty; nothing raises."""
    actions = body.get("actions")
    first = cast("list[object]", actions)[0] if isinstance(actions, list) and actions else None
    action = _mapping(first)
    message, view = _mapping(body.get("message")), _mapping(body.get("view"))
    container = _mapping(body.get("container"))
    channel = str(_mapping(body.get("channel")).get("id") or container.get("channel_id") or "")
    ts = str(message.get("ts") or container.get("message_ts") or "")
    user = _mapping(body.get("user"))
    metadata = _mapping(message.get("metadata"))
    press = Press(
        user_id=str(user.get("id") or ""),
        team_id=user.get("team_id") or _mapping(body.get("team")).get("id"),
        alert_id="",
        value=_value(action),
        trigger_id=str(body.get("trigger_id") or ""),
        message=MessageRef(channel, ts) if channel and ts else None,
        thread_ts=message.get("thread_ts"),
        metadata_id=str(_mapping(metadata.get("event_payload")).get("id") or ""),
        view=view,
        action_id=str(action.get("action_id") or ""),
        said=str(message.get("text") or ""),
        block_id=str(action.get("block_id") or ""),
        selected=_selected(action),
    )
    return _with_alert(press, action)


def read_command(body: Json) -> Press:
    """Read a slash command: `value` is what was typed behind it, as Slack sends it."""
    return Press(
        user_id=str(body.get("user_id") or ""),
        team_id=body.get("team_id"),
        alert_id="",
        value=str(body.get("text") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def read_event(body: Json) -> Press:
    """Read an event of the Events API: `value` is the Home's tab; `message` what was written, in its thread."""
    event = _mapping(body.get("event"))
    channel, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
    return Press(
        user_id=str(event.get("user") or ""),
        team_id=body.get("team_id"),
        alert_id="",
        value=str(event.get("tab") or ""),
        trigger_id="",
        message=MessageRef(channel, ts) if channel and ts else None,
        thread_ts=event.get("thread_ts"),
    )


def _with_alert(press: Press, action: Json) -> Press:
    block_id = str(action.get("block_id") or "")
    if press.view and not press.is_home:
        return replace(press, alert_id=str(press.kept.get("alert") or ""))
    if block_id.startswith(BLOCK_PREFIX) and action.get("type") != "button":
        return replace(press, alert_id=block_id.split(":")[1])
    return replace(press, alert_id=press.value)


def _value(action: Json) -> str:
    selected = _mapping(action.get("selected_option"))
    return str(selected.get("value") or action.get("value") or action.get("selected_user") or "")


def _selected(action: Json) -> tuple[str, ...]:
    options = action.get("selected_options")
    found = cast("list[object]", options) if isinstance(options, list) else []
    return tuple(str(_mapping(one).get("value") or "") for one in found)


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else NOTHING
