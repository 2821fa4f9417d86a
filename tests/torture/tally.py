"""Counts what stands in the local Slack and the local Sentry: everything once, or named as double."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.e2e.world import ALERTS, World

MARK = "Perhaps said twice"
"""What a message says that was sent again because Slack could not be asked about the first."""


def said(world: World, *, with_marked: bool = False) -> Counter[str]:
    """How often each message of the bot's stands in the alerts channel and its threads, by the id it carries."""
    slack = world.slack
    surface = slack.messages(ALERTS)
    everything = [*surface, *(reply for one in surface for reply in slack.replies(ALERTS, one["ts"]))]
    return Counter(
        id_of(message)
        for message in everything
        if id_of(message) and (with_marked or MARK not in message["text"])
    )


def id_of(message: dict[str, Any]) -> str:
    """The id of the effect that posted a message; empty for what a person wrote."""
    return str((message.get("metadata") or {}).get("event_payload", {}).get("id", ""))


def double(counted: Counter[str]) -> list[str]:
    """What is there more than once."""
    return [key for key, times in counted.items() if times > 1]


def noted(world: World, issue_id: str) -> Counter[str]:
    """How often each act is noted on a Sentry issue, by the mark that ends each note."""
    texts = (note["data"]["text"].rstrip() for note in world.sentry.notes(issue_id))
    return Counter(text.rpartition("[")[2].rstrip("]") for text in texts)
