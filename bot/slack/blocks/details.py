"""The first line in an alert's thread: what the card has no room for. Used by the lines."""

from __future__ import annotations

from bot.domain.alert import Alert, Source
from bot.slack.blocks import other_cause, speech
from bot.slack.blocks.elements import block_id, context, section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.text import code, inert, preformatted

MOST_FRAMES = 15
MOST_TAGS = 20
MESSAGE_LINES = 8
CHAIN_MOST = 8
"""Exceptions of a chain that are named."""


def details(alert: Alert, look: Look, tags: str = "") -> Message:
    """Exceptions, message, our own frames, the tags that may be shown, and what was decided the last time.

    `tags`: one `key: value` a line; the caller has left out what may not be shown.
    """
    blocks = [*_told(alert, look), *_stack(alert, look), *_tags(alert, tags)]
    if not blocks:
        key = "line.details_by_hand" if alert.source is Source.PERSON else "line.details_nothing"
        blocks = [section(look.text(key), block_id(alert.id, "told"))]
    return Message(
        f"{inert(speech.issue_name(alert, look), 40)} {inert(alert.facts.title, 120)}".rstrip(), blocks
    )


def _told(alert: Alert, look: Look) -> list[Json]:
    facts = alert.facts
    chain = " → ".join(inert(name, 60) for name in facts.exceptions[:CHAIN_MOST] if name)
    message = _message(facts.message or "")
    lines = (
        look.text("line.details_exceptions", chain=chain) if chain else "",
        look.text("line.details_message", message=message) if message else "",
        other_cause.came_back(alert, look),
    )
    text = "\n".join(filter(None, lines))
    return [section(text, block_id(alert.id, "told"))] if text else []


def _message(text: str) -> str:
    """Its lines as they were written, below our own words where there are several; each is inert."""
    lines = [shown for line in text.splitlines() if (shown := inert(line, 300))][:MESSAGE_LINES]
    return lines[0] if len(lines) == 1 else "".join(f"\n> {line}" for line in lines)


def _stack(alert: Alert, look: Look) -> list[Json]:
    """Our own frames, newest call first; all frames where none is ours."""
    ours = [frame for frame in alert.facts.frames if frame.in_app] or list(alert.facts.frames)
    lines = ["  ".join(filter(None, speech.frame_parts(frame))) for frame in reversed(ours)]
    fence = preformatted("\n".join(" ".join(line.split("\n")) for line in lines[:MOST_FRAMES]), 2500)
    if not fence:
        return []
    return [section(f"{look.text('line.details')}\n{fence}", block_id(alert.id, "stack"))]


def _tags(alert: Alert, tags: str) -> list[Json]:
    pairs = [line.partition(": ") for line in tags.splitlines()[:MOST_TAGS]]
    shown = [
        f"{code(key, 40)} {inert(value, 60)}" for key, _, value in pairs if key.strip() and value.strip()
    ]
    return [context(" · ".join(shown), block_id(alert.id, "tags"))] if shown else []
