"""What every line is made of: the values it carries read, its sentence, its message. Used by the files of lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.domain.effects import Announce, Revise, Say
from bot.slack.blocks import speech
from bot.slack.blocks.elements import section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.text import inert

WORDS_MOST = 500
"""Characters of a person's own words in the thread; the log has all of them."""
NAME_MOST = 60

Spoken = Say | Announce | Revise
Reader = Callable[[str, Look], str]

# How a value that an effect carries is read. Each answers "" (or None) for what is missing or makes no sense.


def read_words(given: str, look: Look) -> str:
    """A person's own words, made inert."""
    return inert(given, WORDS_MOST)


def read_name(given: str, look: Look) -> str:
    """A name, a number, or another short word."""
    return inert(given, NAME_MOST)


def read_person(given: str, look: Look) -> str:
    """The name of a Slack user id, as plain words that ring nowhere."""
    return speech.named(given, look) if given else ""


def read_when(given: str, look: Look) -> str:
    """A time that travelled as ISO text."""
    at = instant(given)
    return look.words.moment(at, look.now) if at else ""


def read_date(given: str, look: Look) -> str:
    """A day that travelled as ISO text."""
    found = day(given)
    return look.words.date(found, look.now) if found else ""


def read_level(given: str, look: Look) -> str:
    """The word for a level."""
    return inert(speech.level_name(given, look), NAME_MOST)


def read_step(given: str, look: Look) -> str:
    """The name of a step."""
    return inert(speech.step_name(given, look), NAME_MOST) if given else ""


def read_why_back(given: str, look: Look) -> str:
    """Why an issue came back."""
    return look.text(f"return.{given}") if look.words.has(f"return.{given}") else ""


def instant(given: str) -> datetime | None:
    """An aware instant out of ISO text."""
    try:
        at = datetime.fromisoformat(given)
        return at if at.tzinfo else None
    except ValueError:
        return None


def day(given: str) -> date | None:
    """A day out of ISO text."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def sentence(effect: Spoken, look: Look, readers: Mapping[str, Reader]) -> str:
    """The sentence `line.<line>` with its values; `line.<line>_plain` where one of them is empty and there is such."""
    return worded(f"line.{effect.line.value}", effect, look, readers)


def worded(key: str, effect: Spoken, look: Look, readers: Mapping[str, Reader]) -> str:
    """The sentence of that key, or its `_plain` twin, with the values that these readers find in the effect."""
    values = {name: read(effect.values.get(name, ""), look) for name, read in readers.items()}
    if not all(values.values()) and look.words.has(f"{key}_plain"):
        key += "_plain"
    return look.text(key, **values)


def mentioned(text: str, effect: Spoken, look: Look) -> str:
    """The text, said to the people whom the effect mentions, if any."""
    if not effect.mention:
        return text
    return look.text("line.mentioned", who=speech.people(effect.mention, look), text=text)


def message(text: str, effect: Spoken, *more: Json) -> Message:
    """One paragraph, which is the lock screen's text too, and what stands below it."""
    block = section(text, f"line:{effect.line.value}")
    return Message(block["text"]["text"], [block, *more])
