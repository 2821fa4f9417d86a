"""Reads `rules.yaml` into `bot.domain.rules.Rules` or tells all that is wrong with it; called at start and by check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.config.meaning import problems_of, warnings_of
from bot.config.problem import Problem
from bot.config.shape import shape, validate
from bot.config.yaml_source import DEPTH_LIMIT, Node, SourceError, read_source
from bot.domain.rules import VERSION, Rules

PLACEHOLDERS: dict[str, Any] = {
    "version": VERSION,
    "timezone": "UTC",
    "channels": {"alerts": "none"},
    "journey": {"steps": []},
    "impact": {"matrix": {"rows": []}},
}
"""Stand in for a required section that is broken, so that the others can be checked in the same run."""


class RulesError(Exception):
    """The file cannot be used; its text is all problems, a line each, in the order of the file."""

    def __init__(self, file: str, problems: tuple[Problem, ...], warnings: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        self.warnings = warnings
        super().__init__("\n".join(problem.told(file) for problem in problems))


@dataclass(frozen=True)
class RulesFile:
    """A file's rules, and what is allowed in it but most likely not meant."""

    rules: Rules
    warnings: tuple[Problem, ...]
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    """The line of each key's path, such as `journey[2]`."""


def load_rules(path: str | Path) -> Rules:
    """The rules of that file; raises RulesError with every problem, each `file:line: key: what is wrong; remedy`."""
    return read_rules(path).rules


def read_rules(path: str | Path) -> RulesFile:
    """As `load_rules`, with the warnings."""
    file = str(path)
    try:
        source = read_source(Path(path))
    except SourceError as error:
        raise RulesError(file, (error.problem,)) from None
    _refuse_other_version(file, source.root)
    found = _judge(source.root)
    problems = (*source.problems, *found.problems)
    if found.rules is None or problems:
        raise RulesError(file, _in_order(problems), _in_order(found.warnings))
    return RulesFile(found.rules, _in_order(found.warnings), found.lines)


@dataclass
class _Findings:
    rules: Rules | None = None
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    problems: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Problem] = field(default_factory=list[Problem])


def _judge(root: Node) -> _Findings:
    """Shape and meaning in one run: what is broken is told, cut out, and the rest is judged for its meaning."""
    found = _Findings()
    dropped: frozenset[str] = frozenset()
    draft = shape(root, Rules)
    rules = found.rules = validate(draft, Rules)
    found.problems += [problem for _, problem in draft.faults]
    for _ in range(DEPTH_LIMIT):
        if rules is not None or not isinstance(root.value, dict):
            break
        dropped |= {_section(problem.key) for _, problem in draft.faults}
        root = _without([node for node, _ in draft.faults], root)
        draft = shape(root, Rules)
        draft.values = {**PLACEHOLDERS, **draft.values}
        rules = validate(draft, Rules)
    if rules is not None:
        found.lines = {node.path: node.line for node in draft.places.values()}
        found.problems += problems_of(rules, draft, dropped)
        found.warnings += warnings_of(rules, draft, dropped)
    return found


def _section(key: str) -> str:
    return re.split(r"[.\[]", key, maxsplit=1)[0]


def _without(bad: list[Node], node: Node) -> Node:
    """The same tree without the bad nodes below its top; lines and paths stay those of the file."""

    def is_good(child: Node) -> bool:
        return not any(child is one for one in bad)

    if isinstance(node.value, dict):
        kept = {key: _without(bad, child) for key, child in node.value.items() if is_good(child)}
        return replace(node, value=kept)
    if isinstance(node.value, list):
        return replace(node, value=[_without(bad, child) for child in node.value if is_good(child)])
    return node


def _refuse_other_version(file: str, root: Node) -> None:
    """A file of another format is told as that, not as a hundred unknown keys."""
    version = root.value.get("version") if isinstance(root.value, dict) else None
    if version is None or not isinstance(version.value, int) or version.value == VERSION:
        return
    remedy = "update the program" if version.value > VERSION else f"write version: {VERSION}"
    message = f"is {version.value}, but this program reads {VERSION}; {remedy}"
    raise RulesError(file, (Problem("version", message, version.line),))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))
