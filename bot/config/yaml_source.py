"""Reads YAML into plain values that know their line and path; called by `bot.config.rules` and `.runbooks`.

It refuses what an operator's file never needs: anchors, aliases, tags, a key twice, great size and depth. Only
`true` and `false` are booleans, dates and times stay text: `country: NO` and `10:30` mean what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from bot.config.problem import Problem

SIZE_LIMIT = 256 * 1024
"""Bytes of one file; ours: a hundred times what a team needs."""
DEPTH_LIMIT = 20
"""Levels of nesting; ours: the rules need six, and PyYAML walks by recursion."""

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Node:
    """A value with its place: the line of its key (in a list, of the item), its path as people write it."""

    value: Scalar | list[Node] | dict[str, Node]
    path: str
    line: int

    def child(self, key: str) -> str:
        """The path of a key below this one."""
        return f"{self.path}.{key}" if self.path else key


class SourceError(Exception):
    """The file cannot be read as YAML at all; carries the one problem that stands in the way."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Source:
    """A file's content, and the keys in it that stand twice."""

    root: Node
    problems: tuple[Problem, ...]


def read_source(path: Path) -> Source:
    """The file's content; SourceError when it is missing, too large, not UTF-8, empty, or not plain YAML."""
    return parse_source(_read_text(path))


def parse_source(text: str) -> Source:
    """The content of a text; SourceError when it is empty, or not plain YAML."""
    try:
        top = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise SourceError(Problem("", _explained(error), line)) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        message = f"holds a character that YAML does not allow (U+{ord(text[error.position]):04X}); remove it"
        raise SourceError(Problem("", message, line)) from None
    if top is None:
        raise SourceError(Problem("", "is empty; begin from the rules.yaml that comes with the program"))
    problems: list[Problem] = []
    root = _node(top, "", 1, problems)
    return Source(root, tuple(problems))


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        message = (
            "no such file; name the right one in RULES_FILE, or copy the rules.yaml of the program there"
        )
        raise SourceError(Problem("", message)) from None
    except OSError as error:
        message = f"cannot be read ({error.strerror}); RULES_FILE must name a file that this user may read"
        raise SourceError(Problem("", message)) from None
    if len(data) > SIZE_LIMIT:
        message = f"is larger than {SIZE_LIMIT // 1024} KiB; move long texts into runbooks"
        raise SourceError(Problem("", message))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(Problem("", "is not UTF-8 text; save the file as UTF-8", line)) from None


def _explained(error: yaml.MarkedYAMLError) -> str:
    if isinstance(error, _NotPlainError):
        return str(error.problem)
    problem = error.problem or "cannot be read"
    if "'\\t'" in problem:
        return "a tab stands where YAML wants spaces; indent with spaces"
    if "single document" in problem or (error.context or "").startswith("expected a single document"):
        return "holds more than one document; remove the line ---"
    if found := re.search(r"character '(.)' that cannot start", problem):
        return f"a text that begins with {found[1]} must stand in quotes"
    if "alphabetic or numeric" in problem:
        return 'a text that begins with * or & must stand in quotes, such as "*"'
    return f"is not YAML: {problem}; look at indentation, colons and quotes here and in the line above"


class _NotPlainError(yaml.MarkedYAMLError):
    """YAML, but with something in it that this program refuses."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The plain scalars of YAML 1.2's core schema, by first character; anything else is text."""
    kinds = (
        ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
        ("tag:yaml.org,2002:int", r"[-+]?[0-9]{1,18}", "-+0123456789"),
        ("tag:yaml.org,2002:float", r"[-+]?[0-9]{1,18}\.[0-9]{1,18}", "-+0123456789"),
    )
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, firsts in kinds:
        for first in firsts:
            table.setdefault(first, []).append((tag, re.compile(rf"(?:{pattern})\Z")))
    return table


class _Loader(yaml.SafeLoader):
    """Composes nodes only; stops at the first anchor, alias, tag, or level too deep."""

    yaml_implicit_resolvers = _resolvers()
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = cast(yaml.Event, self.peek_event())  # pyright: ignore[reportUnknownMemberType]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(event, "anchors (&) and aliases (*) are not used here; quote the text or write it out")
        if getattr(event, "tag", None):
            _refuse(event, "tags (!) are not used here; quote the text or leave the tag out")
        if self._depth >= DEPTH_LIMIT:
            _refuse(event, f"is nested deeper than {DEPTH_LIMIT} levels")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _refuse(event: yaml.Event, message: str) -> None:
    raise _NotPlainError(problem=message, problem_mark=cast(Any, event.start_mark))


def _node(node: yaml.Node, path: str, line: int, problems: list[Problem]) -> Node:
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, path, problems), path, line)
    if isinstance(node, yaml.SequenceNode):
        items = [
            _node(item, f"{path}[{index}]", item.start_mark.line + 1, problems)
            for index, item in enumerate(node.value)
        ]
        return Node(items, path, line)
    return Node(_scalar(node), path, line)


def _mapping(node: yaml.MappingNode, path: str, problems: list[Problem]) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(path, "has a key that is no text; write key: value", line))
            continue
        key = key_node.value
        child = f"{path}.{key}" if path else key
        if key in entries:
            first = entries[key].line
            message = f"stands twice, in line {first} and in line {line}; keep one of them"
            problems.append(Problem(child, message, line))
            continue
        entries[key] = _node(value_node, child, line, problems)
    return entries


def _scalar(node: yaml.Node) -> Scalar:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text.lower() == "true"
        case "null":
            return None
        case "int":
            return int(text)
        case "float":
            return float(text)
        case _:
            return text
