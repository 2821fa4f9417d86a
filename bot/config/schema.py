"""The JSON Schema of `rules.yaml` for editors, made from the types that read it; for `triage rules schema`.

It may accept more than the program, which also asks what makes sense as a whole, but refuses nothing that the program
takes. Draft 7 is the newest that the YAML language server of the usual editors knows well.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, is_dataclass
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from bot.config.docstrings import field_docs
from bot.config.shape import WRITTEN_AS_LIST, keys_of
from bot.domain.deadline import Length
from bot.domain.match import GLOB_LENGTH_LIMIT
from bot.domain.rules import VERSION, Hours, Rules
from bot.domain.spelling import Spelling

Json = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
EMPTY: Json = {"type": "null"}
"""A key whose lines are all commented out counts as left out."""
_UNITS = "[Bb]usiness\\s+[Dd]ays?|([Bb]usiness\\s+)?[Hh]ours?|[Mm]inutes?"
_SPAN = r"^\s*[0-9]{1,2}:[0-9]{2}\s*-\s*[0-9]{1,2}:[0-9]{2}\s*$"


def _text(pattern: str, *examples: str, **more: object) -> Json:
    return {"type": "string", "pattern": pattern, "examples": list(examples), **more}


SPELLED: dict[Spelling, Json] = {
    Spelling.PERSON: _text(
        r'^([UW][A-Z0-9]{2,30}|[^\s@<>,;"\x27]+@[^\s@<>,;"\x27]+)$', "U024BE7LH", "aiko@example.com"
    ),
    Spelling.CHANNEL: _text(r'^([CG][A-Z0-9]{2,30}|#?[^\s#@<>,;:."\x27/\\|A-Z]{1,80})$', "#dev-alerts"),
    Spelling.GLOB: _text(
        r"^([^\^$]|[^\^][\s\S]*[^$])$", "Sidekiq/*", "*", minLength=1, maxLength=GLOB_LENGTH_LIMIT
    ),
    Spelling.STEP_ID: _text(r"^[a-z][a-z0-9_]{0,30}$", "visual_check"),
    Spelling.TIMEZONE: _text(r"^[A-Za-z][A-Za-z0-9_+/-]*$", "Asia/Tokyo"),
    Spelling.COUNTRY: _text(r"^[A-Z]{2}$", "JP"),
    Spelling.HOST: _text(r"^(\*\.)?[A-Za-z0-9.-]+$", "docs.example.com"),
    Spelling.RUNBOOK: _text(r'^(https://[^\s<>|"\x27]+|[^\s:.<>|"\x27/][^\s:<>|"\x27]*)$', "async-worker.md"),
}
"""Each kind of text with a form of its own; what only the program can know (does the zone exist?) is left to it."""

WRITTEN: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: _text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2026-12-29"),
    time: _text(r"^[0-9]{1,2}:[0-9]{2}$", "14:00"),
    Length: _text(rf"^\s*[0-9]{{1,9}}\s+({_UNITS})\s*$", "3 business days", "30 minutes"),
    Hours: {
        "anyOf": [
            {"const": "always"},
            _text(_SPAN, "10:00-19:00"),
            {"type": "array", "items": _text(_SPAN, "10:00-12:00"), "minItems": 1},
        ]
    },
}


def schema() -> Json:
    """The whole schema."""
    made = _section(Rules)
    made["properties"]["version"] |= {"const": VERSION}
    return {"$schema": DIALECT, "title": "rules.yaml of sentry-triage", **made}


def schema_text() -> str:
    """The schema as docs/rules.schema.json has it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _section(kind: type) -> Json:
    hints, told, known = get_type_hints(kind, include_extras=True), field_docs(kind), keys_of(kind)
    properties = {name: {"description": told[name], **_may_be_empty(hints[name])} for name in known}
    required = [name for name, key in known.items() if _is_required(key)]
    made: Json = {"type": "object", "additionalProperties": False, "properties": properties}
    return made | ({"required": required} if required else {})


def _is_required(key: Field[Any]) -> bool:
    return key.default is MISSING and key.default_factory is MISSING


def _may_be_empty(hint: Any) -> Json:
    """The value of a key: what may be left out may stand there empty, but for a channel, where `#` begins a comment."""
    inner = _inner(hint)
    is_channel = Spelling.CHANNEL in get_args(inner)
    is_left_out = inner is not hint and not is_channel
    is_section = is_dataclass(inner) and inner not in WRITTEN and inner not in WRITTEN_AS_LIST
    written = _value(inner)
    return {"anyOf": [written, EMPTY]} if is_left_out or is_section or _is_many(inner) else written


def _inner(hint: Any) -> Any:
    """The type without `| None`."""
    if get_origin(hint) in (Union, UnionType):
        return next(one for one in get_args(hint) if one is not NoneType)
    return hint


def _is_many(kind: Any) -> bool:
    return get_origin(kind) in (tuple, dict)


def _value(kind: Any) -> Json:
    if kind in WRITTEN:
        return WRITTEN[kind]
    if kind in WRITTEN_AS_LIST:
        return _list(
            get_args(get_type_hints(kind, include_extras=True)[WRITTEN_AS_LIST[kind]])[0], alone=False
        )
    if get_origin(kind) is Annotated:
        return SPELLED[next(mark for mark in get_args(kind) if isinstance(mark, Spelling))]
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return _list(item, alone=not is_dataclass(item))
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _value(get_args(kind)[1])}
    if issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    return _section(kind)


def _list(item: Any, *, alone: bool) -> Json:
    """A list; `alone`: a single entry may stand without brackets."""
    one = _value(item)
    many: Json = {"type": "array", "items": one}
    return {"anyOf": [many, one]} if alone else many
