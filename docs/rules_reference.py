"""Writes docs/rules.md and docs/rules.schema.json from the types of rules.yaml: `python docs/rules_reference.py`.

Meanings are the docstrings of `bot/domain/rules.py` and its neighbours, so a new key is documented where it is made;
`tests/test_docs.py` and `tests/config/test_schema.py` fail while the two say something else.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, is_dataclass
from datetime import date, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from bot.config.docstrings import field_docs
from bot.config.schema import schema_text
from bot.config.shape import WRITTEN_AS_LIST, keys_of
from bot.domain.deadline import Length
from bot.domain.rules import Hours, Rules
from bot.domain.spelling import Spelling

TARGET = Path(__file__).parent / "rules.md"
SCHEMA = Path(__file__).parent / "rules.schema.json"

NOTHING = "Not acted on yet."


@dataclass(frozen=True)
class Pending:
    """What a key does not do so far, and how code would name it once it does (a regular expression)."""

    named: str
    told: str = NOTHING


PENDING: dict[str, Pending] = {
    "channels.review": Pending(r"Line\.REVIEW|weekly_review"),
    "deadlines.response.small": Pending(r"response\.small"),
}
"""Keys of which the docstring says more than is done: the test finds the ones that have come true."""

INTRO = """\
# rules.yaml, key by key

<!-- Written by docs/rules_reference.py from the docstrings of the code. Change those, then run it again. -->

`rules.yaml` says how your team triages. The [shipped one](../rules.yaml) works once `channels`, `rotation` and
`sentry.watch` are yours. A change is in force within a minute, without a restart, and so is one of a runbook;
deadlines that are set already stay. One that cannot be read changes nothing, and `/healthz` and one line in the alerts
channel say why.

- `triage rules check` tells what is wrong, by line, and prints every case of the matrix.
- `triage rules backtest --rules FILE` shows what a changed file would have suggested for the decisions in the log.
- `triage rules schema` prints the JSON Schema for editors; the shipped file names [the kept one](rules.schema.json).
- `triage rules try FILE` shows what the rules make of one webhook body of Sentry, and because of what.
- `triage check` also asks Slack and Sentry whether the channels and people exist.

A key that is not known is refused, with the nearest right one. In a list, a single entry may stand without brackets.
Texts that begin with `#`, `*` or `@` stand in quotes. *Not acted on yet*: the key is read and checked, and nothing
else happens so far.
"""

OTHER_KINDS = (
    (
        "length",
        "`3 business days`, `3 business hours`, `2 hours` or `30 minutes`. *N business days* end at the close "
        "of business of the N-th business day; hours and minutes run inside business hours.",
    ),
    ("hours", '`"10:00-19:00"`, a list of such spans, or `always`.'),
    ("date", "`2026-12-29`."),
    ("time of day", '`"14:00"`.'),
)


def reference() -> str:
    """The whole of docs/rules.md."""
    parts = [INTRO, *(_section(path, kind) for path, kind in _sections(Rules, "")), _kinds()]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def documented_keys() -> list[str]:
    """Every key that `rules.yaml` may hold, as the reference names it: `match[].when.tags`."""
    return [key for path, kind in _sections(Rules, "") for key, _ in _keys(path, kind)]


def _sections(kind: type, path: str) -> Iterator[tuple[str, type]]:
    """Each part of the file with keys of its own, in the order of the file."""
    yield path, kind
    for key, hint in _keys(path, kind):
        inner, is_list = _inside(hint)
        if is_dataclass(inner) and inner not in (Length, Hours):
            assert isinstance(inner, type)
            yield from _sections(inner, f"{key}[]" if is_list else key)


def _keys(path: str, kind: type) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(kind, include_extras=True)
    for name in keys_of(kind):
        yield (f"{path}.{name}" if path else name), hints[name]


def _inside(hint: Any) -> tuple[Any, bool]:
    """The type of a value, or of the items of a list, and whether it is a list."""
    if get_origin(hint) in (Union, UnionType):
        return _inside(next(one for one in get_args(hint) if one is not NoneType))
    if hint in WRITTEN_AS_LIST:
        return _inside(get_type_hints(hint, include_extras=True)[WRITTEN_AS_LIST[hint]])
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _section(path: str, kind: type) -> str:
    told = field_docs(kind)
    known = keys_of(kind)
    title = path or "The whole file"
    lines = [f"## {title}", "", inspect.getdoc(kind) or "", ""]
    lines += ["| key | written as | when left out | meaning |", "| --- | --- | --- | --- |"]
    for key, hint in _keys(path, kind):
        name = key.rpartition(".")[2]
        later = f" *{PENDING[key].told}*" if key in PENDING else ""
        cells = (f"`{key}`", _written(hint), _default(known[name], hint), _cell(told[name]) + later)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _written(hint: Any) -> str:
    """How a value is written."""
    inner, is_list = _inside(hint)
    if is_list:
        return f"list of {_word(inner)}".replace("of keys, see", "of entries, see")
    if get_origin(inner) is dict:
        return f"`name: {_written(get_args(inner)[1])}` lines"
    return _word(inner)


def _word(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        return str(next(mark for mark in get_args(kind) if isinstance(mark, Spelling)).value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{one.value}`" for one in kind)
    words: dict[Any, str] = {
        str: "text",
        int: "whole number",
        bool: "`true`, `false`",
        date: "date",
        time: "time of day",
        Length: "length",
        Hours: "hours",
    }
    return words.get(kind, "keys, see below")


def _default(key: Field[Any], hint: Any) -> str:
    value = key.default_factory() if key.default_factory is not MISSING else key.default
    inner, is_list = _inside(hint)
    if value is MISSING:
        return "required"
    if isinstance(value, Hours):
        return ", ".join(f"`{start:%H:%M}-{end:%H:%M}`" for start, end in value.spans)
    if is_list:
        return ", ".join(f"`{one}`" for one in value) or "none"
    if value is None or value == {}:
        return "none"
    if is_dataclass(inner) and inner is not Length:
        return "as below"
    return f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _kinds() -> str:
    told = field_docs(Spelling)
    lines = ["## How values are written", "", "| kind | form |", "| --- | --- |"]
    lines += [f"| {one.value} | {_cell(told[one.name])} |" for one in Spelling]
    lines += [f"| {name} | {form} |" for name, form in OTHER_KINDS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
