"""Brings a file's values into the shape of the domain's types and has pydantic judge it; for `bot.config.rules`.

The walk follows the types of the fields, so that a new field in `bot.domain.rules` needs nothing here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields, is_dataclass
from datetime import date, time
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.config.problem import Problem, did_you_mean, nearest, shown
from bot.config.spelling import READERS, read_clock, read_day, read_hours, read_length
from bot.config.yaml_source import Node
from bot.domain.deadline import Length
from bot.domain.impact import Matrix
from bot.domain.journey import Journey
from bot.domain.rules import Hours
from bot.domain.spelling import Spelling

T = TypeVar("T")
Path = tuple[str | int, ...]
Reader = Callable[[Any], object]

READERS_BY_TYPE: dict[Any, Reader] = {
    Length: read_length,
    Hours: read_hours,
    date: read_day,
    time: read_clock,
}
"""Types that the file writes as text."""
WRITTEN_AS_LIST: dict[Any, str] = {Journey: "steps", Matrix: "rows"}
"""Types that the file writes as a plain list, with the field that takes it."""


@dataclass
class Draft:
    """The values in shape, where each of them stands in the file, and what is wrong with which."""

    values: Any = None
    places: dict[Path, Node] = field(default_factory=dict[Path, Node])
    faults: list[tuple[Node, Problem]] = field(default_factory=list[tuple[Node, Problem]])

    def place(self, path: Path) -> Node:
        """The node at that path, or the nearest one above it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def report(self, node: Node, message: str, key: str | None = None) -> None:
        """Remember a fault of that node; `key` when the fault is a key that it lacks."""
        self.faults.append((node, Problem(node.path if key is None else key, message, node.line)))


def shape(root: Node, kind: type) -> Draft:
    """The file's values in the shape of that dataclass, as far as they can be brought into it."""
    draft = Draft()
    draft.values = _shape(root, kind, (), draft)
    return draft


def validate(draft: Draft, kind: type[T]) -> T | None:
    """The typed value; None when something is wrong, and then the draft holds each fault."""
    spoiled = [path for path, node in draft.places.items() if any(node is bad for bad, _ in draft.faults)]
    try:
        typed = TypeAdapter(kind).validate_json(json.dumps(draft.values))
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            path = tuple(fault["loc"])
            if not any(path[: len(bad)] == bad for bad in spoiled):
                _report(fault, path, draft)
        return None
    return None if draft.faults else typed


def plain(node: Node) -> Any:
    """The value without its places."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def keys_of(kind: type) -> dict[str, Field[Any]]:
    """The keys that a section of the file may hold."""
    return {one.name: one for one in fields(kind) if one.metadata.get("from_file", True)}


def _shape(node: Node, kind: Any, path: Path, draft: Draft) -> Any:
    draft.places[path] = node
    arguments = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        inner = next(one for one in arguments if one is not NoneType)
        if node.value is None and not _is_channel(inner):
            return None
        return _shape(node, inner, path, draft)
    reader = READERS_BY_TYPE.get(kind)
    if get_origin(kind) is Annotated:
        reader = READERS[next(mark for mark in arguments if isinstance(mark, Spelling))]
    if reader:
        return _read(node, reader, draft)
    if kind in WRITTEN_AS_LIST:
        return _written_as_list(node, kind, path, draft)
    if is_dataclass(kind):
        return _section(node, cast(type, kind), path, draft)
    if get_origin(kind) is tuple:
        return _list(node, arguments[0], path, draft)
    if get_origin(kind) is dict and isinstance(node.value, dict):
        return {key: _shape(child, arguments[1], (*path, key), draft) for key, child in node.value.items()}
    return plain(node)


def _is_channel(kind: Any) -> bool:
    """`alerts: #dev-alerts` is an empty value and a comment to YAML: it must not pass as "left out"."""
    return Spelling.CHANNEL in get_args(kind)


def _read(node: Node, reader: Reader, draft: Draft) -> object:
    try:
        return reader(plain(node))
    except ValueError as error:
        draft.report(node, str(error))
        return None


def _written_as_list(node: Node, kind: Any, path: Path, draft: Draft) -> Any:
    name = WRITTEN_AS_LIST[kind]
    if not isinstance(node.value, list):
        draft.report(node, 'must be a list; begin each item with "- "')
        return None
    return {name: _shape(node, get_type_hints(kind, include_extras=True)[name], (*path, name), draft)}


def _list(node: Node, kind: Any, path: Path, draft: Draft) -> Any:
    if isinstance(node.value, list):
        return [_shape(item, kind, (*path, index), draft) for index, item in enumerate(node.value)]
    if isinstance(node.value, dict) or is_dataclass(kind):
        return plain(node)
    return [_shape(node, kind, (*path, 0), draft)]


def _section(node: Node, kind: type, path: Path, draft: Draft) -> Any:
    if not isinstance(node.value, dict):
        return plain(node)
    hints = get_type_hints(kind, include_extras=True)
    known = keys_of(kind)
    values: dict[str, Any] = {}
    for key, child in node.value.items():
        if key not in known:
            near = nearest(key, known)
            hint = did_you_mean(key, known) if near else f"known here: {', '.join(known)}"
            draft.report(child, f"is not a known key; {hint}")
        elif child.value is not None or not _may_be_empty(hints[key]):
            values[key] = _shape(child, hints[key], (*path, key), draft)
    if "line" in hints and "line" not in known:
        values["line"] = node.line
    return values


def _may_be_empty(kind: Any) -> bool:
    """A section or list whose lines are all commented out counts as left out."""
    is_text = kind in READERS_BY_TYPE or kind in WRITTEN_AS_LIST
    return not is_text and (is_dataclass(kind) or get_origin(kind) in (tuple, dict))


def _report(fault: ErrorDetails, path: Path, draft: Draft) -> None:
    """Put pydantic's finding into words, with its place."""
    if fault["type"] == "missing":
        parent = draft.place(path[:-1])
        key = f"{parent.path}.{path[-1]}" if parent.path else str(path[-1])
        draft.report(parent, f'is missing; add "{path[-1]}: ..." here', key)
        return
    draft.report(draft.place(path), _worded(fault))


def _worded(fault: ErrorDetails) -> str:
    value = fault["input"]
    given = "empty" if value is None else shown(value)
    match fault["type"]:
        case "enum" | "literal_error":
            choices = re.findall(r"'([^']*)'", str(fault.get("ctx", {}).get("expected", "")))
            return f"cannot be {given}; {did_you_mean(str(value), choices)}"
        case "bool_type":
            return f"cannot be {given}; write true or false, without quotes"
        case "string_type":
            return f"must be text, not {given}; put it in quotes"
        case "int_type":
            return f"must be a whole number, not {given}"
        case "tuple_type" | "list_type":
            return f'must be a list, not {given}; begin each item with "- "'
        case "dataclass_type" | "dict_type":
            return f'must hold keys of its own ("key: value" lines), not {given}'
        case _:
            return f"cannot be {given}; {fault['msg']}"
