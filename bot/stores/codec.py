"""Turns what a store keeps into plain JSON-able documents and back; used by the stores that write to a disk."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from bot.domain.alert import Alert
from bot.domain.effects import SavedEffect
from bot.domain.entries import Entry
from bot.ports import Person

Document = dict[str, Any]
"""A document holds text, numbers, booleans, None, lists and dicts only; an instant is ISO 8601 text in UTC."""

Kept = TypeVar("Kept", Alert, SavedEffect, Entry, Person)


def encoded(thing: Alert | SavedEffect | Entry | Person) -> Document:
    """The document that says all of this; later changes to the document do not reach the thing."""
    return cast(Document, _adapter(type(thing)).dump_python(thing, mode="json"))


def decoded(kind: type[Kept], document: Document) -> Kept:
    """The thing that a document says. A key it lacks takes its default and one that is unknown is passed over.

    So a document written by an older release loads, and so does one written just before a roll-back of a release.
    Raises pydantic's ValidationError when the document does not say enough.
    """
    # The parts that are also read from rules.yaml are strict there (no text for an enum, no unknown key); here all
    # texts are our own, so strictness would only refuse them.
    return cast(Kept, _adapter(kind).validate_python(document, strict=False, extra="ignore"))


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """One adapter a type: building it takes milliseconds, using it microseconds."""
    return TypeAdapter(kind)


def to_text(document: Document) -> str:
    """The document as JSON; half a surrogate pair in a stranger's text, which is no Unicode, is kept as an escape."""
    try:
        return to_json(document).decode()
    except PydanticSerializationError:
        return json.dumps(document, separators=(",", ":"))


def from_text(text: str) -> Document:
    """The document that `to_text` wrote; raises ValueError for anything else."""
    try:
        return cast(Document, from_json(text))
    except ValueError:
        return cast(Document, json.loads(text))
