"""The payloads that Slack sends to the app, in exactly its shapes; built by interactions and events."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from bot.sandbox.slack.escaping import escaped, outward, outward_view
from bot.sandbox.slack.json_values import Json
from bot.sandbox.slack.message_json import message_json
from bot.sandbox.slack.records import Channel, Message, View
from bot.sandbox.slack.state_values import values
from bot.sandbox.slack.workspace import APP_ID, BOT_USER_ID, TEAM_DOMAIN, Workspace

VERIFICATION_TOKEN = "deprecated-verification-token"  # noqa: S105 - Slack's old token, which nobody may trust.


def common(workspace: Workspace, kind: str, user_id: str) -> Json:
    """What every interaction begins with. Raises LookupError for an unknown person."""
    user = workspace.users[user_id]
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.team_id, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_part(channel: Channel) -> Json:
    """The channel as interactions name it."""
    return {"id": channel.id, "name": "privategroup" if channel.is_private else channel.name}


def action(workspace: Workspace, block_id: str, element: Json, entered: Json) -> Json:
    """One entry of `actions`; `entered` is what the person chose, without it a press."""
    found: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    found |= {
        name: element[name] for name in ("text", "value", "style", "url", "placeholder") if name in element
    }
    found |= {name: part for name, part in entered.items() if name != "type"}
    return {**outward(found), "action_ts": workspace.machine_ts()}


def message_action(workspace: Workspace, user_id: str, message: Message, actions: list[Json]) -> Json:
    """block_actions on a message, but for trigger_id and response_url; an ephemeral one comes without `message`."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **common(workspace, "block_actions", user_id),
        "container": container,
        "trigger_id": "",
        "channel": channel_part(workspace.channels[message.channel_id]),
    }
    if message.ephemeral_to is None:
        payload["message"] = message_json(workspace, message)
    entered = message.entered.get(user_id, {})
    payload["state"] = outward_state({"values": values(message.blocks, entered)})
    return {**payload, "response_url": "", "actions": actions}


def outward_state(state: Json) -> Json:
    """`state` of a message: the labels of options escaped, what was typed not."""
    return outward(state)


def view_action(workspace: Workspace, view: View, actions: list[Json]) -> Json:
    """block_actions in a modal or on a Home: with `view`, without channel and message."""
    return {
        **common(workspace, "block_actions", view.user_id),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": "",
        "view": outward_view(view.public()),
        "actions": actions,
    }


def view_submission(workspace: Workspace, view: View) -> Json:
    """view_submission with the state of the whole view."""
    return {
        **common(workspace, "view_submission", view.user_id),
        "trigger_id": "",
        "view": outward_view(view.public()),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, view: View, *, is_cleared: bool) -> Json:
    """view_closed; what was entered is gone."""
    body: Json = {**copy.deepcopy(view.body), "state": {"values": {}}}
    return {
        **common(workspace, "view_closed", view.user_id),
        "view": outward_view(body),
        "is_cleared": is_cleared,
    }


def message_shortcut(workspace: Workspace, user_id: str, callback_id: str, message: Message) -> Json:
    """message_action: a shortcut chosen in a message's menu."""
    start = common(workspace, "message_action", user_id)
    return {
        "type": start.pop("type"),
        "callback_id": callback_id,
        **start,
        "trigger_id": "",
        "channel": channel_part(workspace.channels[message.channel_id]),
        "message_ts": message.ts,
        "message": message_json(workspace, message),
        "response_url": "",
        "action_ts": workspace.machine_ts(),
    }


def slash_command(workspace: Workspace, user_id: str, channel: Channel, command: str, text: str) -> Json:
    """A slash command: form fields, all strings."""
    user = workspace.users[user_id]
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_part(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": "",
        "trigger_id": "",
    }


def event(workspace: Workspace, inner: Json) -> Json:
    """An event in its callback, with an id of its own."""
    authorization: dict[str, Any] = {
        "enterprise_id": None,
        "team_id": workspace.team_id,
        "user_id": BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.machine()),
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(12)}",
        "authorizations": [authorization],
        "event": inner,
    }


def typed_text(workspace: Workspace, text: str) -> str:
    """What a person typed as Slack keeps it: names after @ and # turned into mentions, the rest escaped."""
    people = {f"@{user.name}": f"<@{user.id}>" for user in workspace.users.values()}
    places = {
        f"#{channel.name}": f"<#{channel.id}>"
        for channel in workspace.channels.values()
        if not channel.user_id
    }
    known = {**people, **places}
    words = [known.get(word, word if _is_mention(word) else escaped(word)) for word in text.split(" ")]
    return " ".join(words)


def _is_mention(word: str) -> bool:
    return word.startswith(("<@", "<#")) and word.endswith(">") and "<" not in word[1:]
