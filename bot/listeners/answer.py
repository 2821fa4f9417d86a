"""What a slash command answers: a private message, a form to open, or both. Returned by `commands`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.listeners.room import After
from bot.slack.blocks.look import Message
from bot.slack.text import escape


@dataclass(frozen=True)
class Answer:
    """The message is seen by its person alone; `after` follows the acknowledgement."""

    message: Message | None = None
    after: After | None = None

    @classmethod
    def plain(cls, text: str) -> Answer:
        """One sentence, not yet escaped."""
        return cls(Message(escape(text), []))
