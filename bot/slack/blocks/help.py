"""What can be asked of the bot, in a few lines: the answer to `/triage help`, to a mention, to a direct message."""

from __future__ import annotations

from bot.slack.blocks.elements import context, section
from bot.slack.blocks.look import Look, Message

WORDS = ("list", "mine", "oncall", "swap", "away", "log", "consult", "large", "drill")
"""The words behind `/triage` in the order in which they are needed; each has its line under `help.`."""


def help_text(look: Look) -> Message:
    """Every word that works, and the ways to ask."""
    head = look.text("help.head")
    lines = [look.text(f"help.{word}") for word in WORDS]
    blocks = [
        section(head, "head"),
        section("\n".join(lines), "words"),
        context(look.text("help.ask"), "ask"),
    ]
    return Message(head, blocks)
