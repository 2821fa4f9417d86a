"""Texts as they leave Slack: entity-escaped, even button labels; used for payloads and for history."""

from __future__ import annotations

import copy
import re
from typing import Any

from bot.sandbox.slack.json_values import as_object, objects_in

# https://docs.slack.dev/messaging/formatting-message-text: what Slack itself writes between angle brackets.
_CONTROL = r"<(?:[@#!][^<>]+|(?:https?|mailto|tel|slack):[^<>]+)>"
_KEPT = re.compile(rf"{_CONTROL}|&(?:amp|lt|gt);")


def escaped(text: str) -> str:
    """`&`, `<` and `>` as entities, nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_around_control(text: str) -> str:
    """The same, but mentions, links and entities that are there already stay as they are."""
    parts: list[str] = []
    end = 0
    for found in _KEPT.finditer(text):
        parts += [escaped(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, escaped(text[end:])])


def outward(given: Any) -> Any:
    """A copy of a message, a view or a part of one, with each text object's text as Slack sends it to an app."""
    whole = copy.deepcopy(given)
    for part in objects_in(whole):
        if isinstance(text := part.get("text"), str):
            plain = part.get("type") in ("plain_text", "text", "raw_text")
            part["text"] = escaped(text) if plain else escaped_around_control(text)
    return whole


def outward_view(view: dict[str, Any]) -> dict[str, Any]:
    """A view as Slack sends it: texts escaped, what people typed left as they typed it."""
    state = as_object(view.get("state")) or {"values": {}}
    return {
        **outward({name: part for name, part in view.items() if name != "state"}),
        "state": copy.deepcopy(state),
    }
