"""`/triage consult [words]`: a question to the others, in one's own words; about an alert when its id comes first."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import plain_words
from bot.services.consult import ask_about, ask_loose
from bot.services.history import issue_of
from bot.slack.blocks.consultation import words_form

WORD = "consult"


def handle(press: Press, room: Room) -> Answer:
    words = plain_words(press.value, room.people.name_of)
    if not words:
        view = words_form(room.look(press), None)
        return Answer(after=lambda: room.open(press, view))
    alert, rest = _about(words, room)
    if alert is not None:
        ask_about(room.desk, alert.id, press.actor, rest)
    else:
        ask_loose(room.desk, press.actor, key=f"{press.user_id}-{press.trigger_id}", words=words)
    return Answer.plain(room.words(press.person).text("said.asked"))


def _about(words: str, room: Room) -> tuple[Alert | None, str]:
    """The alert whose id the words begin with, and the words behind it."""
    name, *rest = words.split(None, 1)
    issue_id = issue_of(room.desk.store, name)
    alert = room.desk.store.latest_round(issue_id) if issue_id else None
    return alert, rest[0] if rest else ""
