"""Reads what comes from outside without trusting it: JSON of any shape, texts of any kind. Used by all of `bot.sentry`.

Every reader answers with a value of the type asked for, or with "nothing" (None, an empty mapping, an empty list);
none of them raises, whatever it is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn, cast

from bot.domain.privacy import mask

Json = Mapping[str, object]
"""A JSON object whose members may be anything."""

TITLE_LIMIT = 1000
"""Characters of a title, a culprit, a transaction; ours: Sentry's own titles end at 256, custom ones may be long."""
MESSAGE_LIMIT = 2000
"""Characters of a message; ours: what a thread shows is shorter still."""
NAME_LIMIT = 200
"""Characters of a tag's value, a file's name, an exception's type; Sentry's own limit for tag values is 200."""
WORD_LIMIT = 64
"""Characters of a status, a level, a category: words out of small closed sets."""

LOOKED_AT = 8
"""How many times its limit of a text is masked before it is cut, so that nothing personal is cut through."""

DIGITS = re.compile(r"[0-9]{1,20}")
"""An id in Sentry: a 64-bit number, which has at most 20 digits."""

BIGGEST = 10**20
"""Numbers from here on are no ids; ours, as above."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Times outside these are no times: arithmetic with them, or their local form, would overflow."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control characters, invisible ones, marks that turn the direction of text, halves of a surrogate pair."""
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACES = re.compile(r"[^\S ]+|\s{3,}")
"""What makes one line of several, or pushes text out of sight; two spaces in a row are Sentry's own."""


class BadBody(Exception):  # noqa: N818 - a verdict on what was sent, not a failure of ours
    """What was sent cannot be used; `why` is for the log and holds nothing of what was sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def load(raw: bytes) -> Json:
    """The JSON object in these bytes. Raises BadBody for anything else: other text, other JSON, nesting without end."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise BadBody("not a JSON object")
    return cast("Json", value)


def read_json(raw: bytes) -> object:
    """The JSON value in these bytes. Raises BadBody for what is none, or nested too deeply to be read."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise BadBody("nested too deeply") from None
    except ValueError:
        # Not UTF-8, not JSON, or a number of thousands of digits: all are ValueErrors of the standard library.
        raise BadBody("not JSON") from None


def _refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity, which Python's reader would take, are not JSON."""
    raise ValueError(name)


def mapping(value: object) -> Json:
    """The value when it is a JSON object, else an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """The value when it is a JSON list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A text that says something; numbers are read as texts, for Sentry is not of one mind about ids."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < BIGGEST else None
    return value if isinstance(value, str) and value.strip() else None


def number_id(value: object) -> str | None:
    """An id made of digits only, which is safe in a path, a query and a key."""
    found = text(value)
    return found if found and DIGITS.fullmatch(found) else None


def whole(value: object) -> int | None:
    """A whole number from 0 up; Sentry tells `count` as a string and `userCount` as a number."""
    found = number_id(value)
    return int(found) if found and len(found) < 16 else None


def moment(value: object) -> datetime | None:
    """An instant in UTC, from any of the spellings in use: ISO 8601 with `Z` or an offset, or epoch seconds."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and len(value) < WORD_LIMIT:
            found = datetime.fromisoformat(value.strip())
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if EARLIEST <= found <= LATEST else None


def word(value: object) -> str | None:
    """A word out of a small set (a status, a level), in small letters."""
    found = line(value, WORD_LIMIT)
    return found.lower() if found else None


def line(value: object, limit: int = NAME_LIMIT) -> str | None:
    """One line of text that is not personal (code, slugs, versions): cleaned and cut, not masked."""
    found = text(value)
    if found is None:
        return None
    return _SPACES.sub(" ", clean(found[: limit * LOOKED_AT])).strip()[:limit].strip() or None


def private_line(value: object, limit: int = NAME_LIMIT) -> str | None:
    """One line of text that may be personal: cleaned, masked, then cut."""
    found = private(value, limit)
    return _SPACES.sub(" ", found) if found else None


def private(value: object, limit: int = MESSAGE_LIMIT) -> str | None:
    """Text that may be personal, with its line breaks: cleaned, masked, then cut."""
    found = text(value)
    if found is None:
        return None
    head = found[: limit * LOOKED_AT]
    if len(head) < len(found):
        # The last word may be half of something personal, which the mask would not know.
        end = head.rfind(" ", len(head) - NAME_LIMIT)
        head = head[:end] if end > 0 else head
    return mask(clean(head))[:limit].strip() or None


def clean(value: str) -> str:
    """Text without what deceives the eye: control characters, invisible ones, turned directions, halves of pairs."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", value))
