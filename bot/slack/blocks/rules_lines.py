"""What is said of the team's own rules: a change that cannot be read. Used by `lines`."""

from __future__ import annotations

from bot.slack.blocks.look import Look, Message
from bot.slack.blocks.spoken import WORDS_MOST, Spoken, message
from bot.slack.text import code

COMMAND = "triage rules check"
"""What tells all that is wrong."""


def bad(effect: Spoken, look: Look) -> Message:
    """That the old rules go on, the first problem with its line, and how to see the others."""
    values = effect.values
    said = look.text("line.rules_bad")
    problem = code(values.get("problem", ""), WORDS_MOST)
    n = values.get("more", "")
    if n.isdecimal() and int(n):
        problem = look.text("line.rules_bad_more", problem=problem, n=n, command=code(COMMAND))
    return message(f"{said}\n{problem}".rstrip(), effect)
