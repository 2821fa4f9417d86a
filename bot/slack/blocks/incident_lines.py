"""What is said while a large impact is handled: roles, words, drafts for customers, the end. Used by lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.alert import Alert
from bot.domain.customer_notice import NOTICE_MOST
from bot.domain.lines import Line
from bot.i18n import LANGUAGES
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import actions, block_id
from bot.slack.blocks.incident import card_link
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import (
    Spoken,
    instant,
    mentioned,
    message,
    read_name,
    read_person,
    read_words,
    sentence,
)
from bot.slack.text import clean


def role(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Who has a role from now on; whoever was chosen by another is mentioned."""
    readers = {"to": read_name, "role": _role, "name": read_name}
    if not effect.mention:
        return message(sentence(effect, look, readers), effect)
    values = {name: read(effect.values.get(name, ""), look) for name, read in readers.items()}
    return message(look.text("line.role_asked", who=speech.people(effect.mention, look), **values), effect)


def word(effect: Spoken, alert: Alert, look: Look) -> Message:
    """How it stands, in the thread."""
    return message(sentence(effect, look, {"name": read_name, "words": read_words, "next_at": _time}), effect)


def word_due(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The time for the next word has come: asked of whoever speaks, with the way to give it."""
    text = mentioned(sentence(effect, look, {"due": _time}), effect, look)
    if not alert.leads_incident:
        return message(text, effect)
    row = [alert_button("incident_word", alert, look), alert_button("consult", alert, look)]
    return message(text, effect, actions(row, block_id(alert.id, "said")))


def support_word(effect: Spoken, alert: Alert, look: Look) -> Message:
    """How it stands, for support: the title, the words, when the next come."""
    said = sentence(effect, look, {"words": read_words, "name": read_name})
    following = look.text("line.support_next_word", time=_time(effect.values.get("next_at", ""), look))
    lines = (
        look.text("line.support_about", **speech.title_parts(alert, look)),
        said,
        speech.facts(following, speech.way(look.card_url(alert), "line.to_card", look), look=look),
    )
    return message("\n".join(lines), effect)


def notice(effect: Spoken, alert: Alert, look: Look) -> Message:
    """A draft for the customers, to be copied: marked as a draft, with the one who wrote it. Never sent by the bot."""
    name = read_name(effect.values.get("name", ""), look)
    head = look.text("line.notice", name=name, **speech.title_parts(alert, look))
    drafts = [
        _to_copy(effect.values[language], block_id(alert.id, f"draft_{language}"))
        for language in LANGUAGES
        if clean(effect.values.get(language, ""))
    ]
    return message(head, effect, *drafts)


def part_of(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Which incident it is part of, with the way there."""
    lead = look.known(effect.values.get("lead", ""))
    if lead is None:
        return message(look.text("line.part_of_plain"), effect)
    return message(look.text("line.part_of", id=card_link(lead, look)), effect)


def restored(effect: Spoken, alert: Alert, look: Look) -> Message:
    """It works again: whose the permanent fix is, and what helped."""
    owner = effect.values.get("owner", "")
    who = speech.person(owner, look) if owner in effect.mention else read_person(owner, look)
    said = [look.text("line.restored", owner=who or look.text("person.nobody"))]
    helped = read_words(effect.values.get("helped", ""), look)
    if helped:
        said.append(look.text("line.restored_helped", helped=helped))
    return message("\n".join(said), effect)


def support_restored(effect: Spoken, alert: Alert, look: Look) -> Message:
    """It works again, for support."""
    return message(look.text("line.support_restored", **speech.title_parts(alert, look)), effect)


def fixed(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The permanent fix is done."""
    return message(sentence(effect, look, {"name": read_name}), effect)


def declared(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Where an alert comes from that a person declared: their name, and the message that they saw."""
    seen = speech.way(effect.values.get("link", ""), "line.declared_link", look)
    return message(speech.facts(sentence(effect, look, {"name": read_name}), seen, look=look), effect)


def _to_copy(text: str, block: str) -> Json:
    """Literal text in a box, whole, to be copied: nothing in it is parsed, so nothing needs to be escaped."""
    literal = {"type": "text", "text": clean(text, lines=True)[:NOTICE_MOST]}
    box = {"type": "rich_text_preformatted", "elements": [literal]}
    return {"type": "rich_text", "block_id": block, "elements": [box]}


def _role(given: str, look: Look) -> str:
    return look.text(f"role.{given}") if look.words.has(f"role.{given}") else ""


def _time(given: str, look: Look) -> str:
    at = instant(given)
    return look.words.time(at) if at else ""


ABOUT_ALERT: Mapping[Line, Callable[[Spoken, Alert, Look], Message]] = {
    Line.ROLE: role,
    Line.WORD: word,
    Line.WORD_DUE: word_due,
    Line.SUPPORT_WORD: support_word,
    Line.NOTICE: notice,
    Line.PART_OF: part_of,
    Line.RESTORED: restored,
    Line.SUPPORT_RESTORED: support_restored,
    Line.FIXED: fixed,
    Line.DECLARED: declared,
}
