"""The mark of a drill on everything that is shown of it, also on a locked phone. Used by the card and the lines."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.alert import Alert
from bot.slack.blocks.elements import context, mrkdwn
from bot.slack.blocks.look import Json, Look, Message


def mark(alert: Alert, look: Look) -> str:
    """That no customer is affected; empty for a real alert."""
    return look.text("drill.mark") if alert.drill else ""


def marked(message: Message, alert: Alert | None, look: Look) -> Message:
    """The message with the mark before everything else, in its text and above its first words."""
    if alert is None or not alert.drill:
        return message
    said = look.text("drill.mark")
    return replace(
        message, text=f"{said} {message.text}".rstrip(), blocks=_above(f"*{said}*", message.blocks)
    )


def _above(said: str, blocks: list[Json]) -> list[Json]:
    """Within the first block, where that is a paragraph: a card has six blocks at the most."""
    if not blocks or blocks[0].get("type") != "section" or "text" not in blocks[0]:
        return [context(said, "drill"), *blocks]
    first = blocks[0]
    return [{**first, "text": mrkdwn(f"{said}\n{first['text']['text']}")}, *blocks[1:]]
