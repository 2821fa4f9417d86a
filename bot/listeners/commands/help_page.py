"""`/triage help`: what can be asked for; also the answer to a word that is not known."""

from __future__ import annotations

from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import plain_words
from bot.slack.blocks.elements import section
from bot.slack.blocks.help import help_text
from bot.slack.blocks.look import Message
from bot.slack.text import inert

WORD = "help"
SHOWN_WORD = 40
"""Characters of an unknown word that are said back."""


def handle(press: Press, room: Room) -> Answer:
    return Answer(help_text(room.look(press)))


def unknown(press: Press, room: Room, word: str, near: str) -> Answer:
    """The help, with the word that was probably meant above it."""
    look = room.look(press)
    shown = inert(plain_words(word, room.people.name_of), SHOWN_WORD)
    key = "said.unknown_word" if near else "said.unknown_word_plain"
    said = look.text(key, word=shown, near=near) if near else look.text(key, word=shown)
    page = help_text(look)
    return Answer(Message(f"{said} {page.text}", [section(said, "unknown"), *page.blocks]))
