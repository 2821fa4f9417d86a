"""Reads the texts in `rules.yaml` that have a form of their own; called by `bot.config.shape` for each marked field.

Each reader takes what the file holds and answers what the domain's type is built from; a ValueError carries the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from itertools import pairwise
from typing import Any, cast
from zoneinfo import available_timezones

from bot.config.holidays import known_countries
from bot.config.problem import nearest, shown
from bot.domain.deadline import parse_length
from bot.domain.match import GLOB_LENGTH_LIMIT, GLOB_STARS_LIMIT
from bot.domain.spelling import Spelling

CHANNEL_NAME_LIMIT = 80
"""Characters of a channel's name. Source: Slack, conversations.create, error invalid_name_maxlength."""

_PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_EMAIL = re.compile(r"[^\s@<>,;\"']{1,64}@[^\s@<>,;\"']{1,190}\.[^\s@<>,;\"'.]{2,63}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,30}")
_CHANNEL_NAME = re.compile(rf"[^\s#@<>,;:.\"'/\\|]{{1,{CHANNEL_NAME_LIMIT}}}")
_STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,30}")
_SPAN = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RUNBOOK_FILE = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{0,61}[a-z0-9]")
_HTTPS = re.compile(r"https://[^\s/<>|\"']+[^\s<>|\"']*")


def read_person(text: str) -> str:
    """A Slack user id, or an e-mail address in small letters."""
    bare = text.strip("<@> ")
    if _PERSON_ID.fullmatch(text):
        return text
    if _EMAIL.fullmatch(text):
        return text.lower()
    if _PERSON_ID.fullmatch(bare.upper()) and any(letter.isdigit() for letter in bare):
        raise ValueError(f'is no person: {shown(text)}; did you mean "{bare.upper()}"?')
    raise ValueError(
        f"is no person: {shown(text)}; write a Slack member id such as U024BE7LH (in Slack: profile, "
        "then Copy member ID) or an e-mail address"
    )


def read_channel(text: str) -> str:
    """A channel's id, or its name without `#`."""
    if _CHANNEL_ID.fullmatch(text):
        return text
    name = text.removeprefix("#")
    if _CHANNEL_NAME.fullmatch(name) and name == name.lower():
        return name
    near = re.sub(r"[\s.]+", "-", name.lower().strip())
    hint = f'did you mean "{near}"?' if _CHANNEL_NAME.fullmatch(near) else "write it as Slack shows it"
    raise ValueError(
        f'is no channel: {shown(text)}; {hint} (a name such as "#dev-alerts", or an id such as C012AB3CD)'
    )


def read_glob(text: str) -> str:
    """A pattern of bounded cost."""
    if not text:
        raise ValueError('is an empty pattern; write "*" for anything, or leave the line out')
    if len(text) > GLOB_LENGTH_LIMIT:
        raise ValueError(
            f"is longer than {GLOB_LENGTH_LIMIT} characters; keep the telling part and put * for the rest"
        )
    if text.count("*") > GLOB_STARS_LIMIT:
        raise ValueError(f"has more than {GLOB_STARS_LIMIT} *; keep the telling part")
    if text.startswith("^") or text.endswith("$"):
        raise ValueError(f"looks like a regular expression: {shown(text)}; patterns know only * and ?")
    return text


def read_step_id(text: str) -> str:
    """An id of a step."""
    if not _STEP_ID.fullmatch(text):
        raise ValueError(
            f"is no step id: {shown(text)}; write small letters, digits and _, such as visual_check"
        )
    return text


def read_timezone(text: str) -> str:
    """A name of the time zone database."""
    zones = available_timezones()
    if text not in zones:
        near = nearest(text, zones)
        hint = f'did you mean "{near}"?' if near else 'write a name such as "Asia/Tokyo" or "Europe/Berlin"'
        raise ValueError(f"is no time zone: {shown(text)}; {hint}")
    return text


def read_country(text: str) -> str:
    """A country whose public holidays are known."""
    codes = [code for code in known_countries() if len(code) == 2]
    if text not in codes:
        hint = (
            f'did you mean "{text.upper()}"?'
            if text.upper() in codes
            else "write two letters such as JP, DE or US"
        )
        raise ValueError(f"is no country whose holidays are known: {shown(text)}; {hint}")
    return text


def read_runbook(text: str) -> str:
    """A file's path below RUNBOOKS_DIR, or an https link."""
    if _HTTPS.fullmatch(text) or (_RUNBOOK_FILE.fullmatch(text) and "://" not in text):
        return text
    raise ValueError(
        f"is no runbook: {shown(text)}; write a file below RUNBOOKS_DIR such as async-worker.md, or an https link"
    )


def read_host(text: str) -> str:
    """A host's name alone, in small letters."""
    bare = text.lower().removeprefix("https://").partition("/")[0]
    if _HOST.fullmatch(text.lower()):
        return text.lower()
    hint = f'did you mean "{bare}"?' if _HOST.fullmatch(bare) else "write its name alone"
    raise ValueError(f"is no host: {shown(text)}; {hint} (a name such as docs.example.com, or *.example.com)")


def read_length(value: object) -> dict[str, Any]:
    """A length such as `3 business days`."""
    try:
        length = parse_length(value if isinstance(value, str) else str(value))
    except ValueError as error:
        raise ValueError(f"is no length of time: {shown(value)}; {error}") from None
    return {"amount": length.amount, "unit": length.unit.value}


def read_day(value: object) -> str:
    """A day as YYYY-MM-DD."""
    text = str(value)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"is no day: {shown(text)}; write YYYY-MM-DD, such as 2026-12-29") from None


def read_clock(value: object) -> str:
    """A time of day as HH:MM."""
    text = str(value)
    try:
        if not _CLOCK.fullmatch(text):
            raise ValueError
        return time.fromisoformat(text.rjust(5, "0")).isoformat()
    except ValueError:
        raise ValueError(f'is no time of day: {shown(value)}; write it as "14:00"') from None


def read_hours(value: object) -> dict[str, Any]:
    """`always`, a span such as `10:00-19:00`, or a list of spans in order."""
    if value == "always":
        return {"spans": []}
    texts = cast(list[object], value) if isinstance(value, list) else [value]
    spans = [_span(text) for text in texts]
    if not spans:
        raise ValueError('is empty; write "10:00-19:00", a list of such spans, or "always"')
    for before, after in pairwise(spans):
        if before[1] >= after[0]:
            raise ValueError(
                f"has spans that touch or stand in the wrong order: {before[1]:%H:%M} is not before {after[0]:%H:%M}; "
                "write them in the order of the day with a gap between them"
            )
    return {"spans": [[start.isoformat(), end.isoformat()] for start, end in spans]}


def _span(value: object) -> tuple[time, time]:
    found = _SPAN.fullmatch(str(value))
    try:
        if found is None:
            raise ValueError
        numbers = [int(number) for number in found.groups()]
        start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        raise ValueError(
            f'is no span of hours: {shown(value)}; write "10:00-19:00" (from 00:00 to 23:59), or "always"'
        ) from None
    if start >= end:
        raise ValueError(
            f"begins after its end: {shown(value)}; write a span within one day, such as 10:00-19:00"
        )
    return start, end


def _text_only(read: Callable[[str], str]) -> Callable[[object], str]:
    """A reader of text, made to refuse what is not text."""

    def checked(value: object) -> str:
        if value is None:
            raise ValueError(
                "is empty; write a value, or leave the whole line out (a # begins a comment: quote it)"
            )
        if not isinstance(value, str):
            raise ValueError(f"must be text, not {shown(value)}; put it in quotes")
        return read(value)

    return checked


READERS: dict[Spelling, Callable[[object], str]] = {
    Spelling.PERSON: _text_only(read_person),
    Spelling.CHANNEL: _text_only(read_channel),
    Spelling.GLOB: _text_only(read_glob),
    Spelling.STEP_ID: _text_only(read_step_id),
    Spelling.TIMEZONE: _text_only(read_timezone),
    Spelling.COUNTRY: _text_only(read_country),
    Spelling.HOST: _text_only(read_host),
    Spelling.RUNBOOK: _text_only(read_runbook),
}
"""How each marked text is read."""
