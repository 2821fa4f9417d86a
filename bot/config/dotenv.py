"""Reads a `.env` file into variables; called by `bot.config.settings`, which lets the real environment win."""

from __future__ import annotations

import re
from pathlib import Path

from bot.config.problem import Problem

SIZE_LIMIT = 64 * 1024
"""Bytes of a `.env` file; ours."""

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_SINGLE = re.compile(r"'([^']*)'\s*(?:#.*)?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read_dotenv(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """The variables of that file and its faults; neither when there is no such file.

    Lines are `NAME=value`, also with `export`; `#` begins a comment; quotes may surround a value, and inside double
    ones `\\n` and the like count. Nothing is substituted. Faults never quote a line: it may hold a secret."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Problem("", f"cannot be read ({error.strerror}); let this user read it, or remove it")]
    if len(data) > SIZE_LIMIT:
        return {}, [Problem("", f"is larger than {SIZE_LIMIT // 1024} KiB; it holds settings only")]
    try:
        return _variables(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return {}, [Problem("", "is not UTF-8 text; save the file as UTF-8", line)]


def _variables(text: str) -> tuple[dict[str, str], list[Problem]]:
    variables: dict[str, str] = {}
    problems: list[Problem] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        value = _value(found.group(2)) if found else None
        if found is None:
            problems.append(Problem("", "is no setting; write NAME=value, or # before a comment", number))
        elif value is None:
            problems.append(
                Problem(found.group(1), "has a quote that is not closed, or text behind it", number)
            )
        else:
            variables[found.group(1)] = value
    return variables, problems


def _value(text: str) -> str | None:
    """The value without quotes and comment; None when the quotes do not fit."""
    if text.startswith('"'):
        found = _DOUBLE.fullmatch(text)
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), found.group(1)) if found else None
    if text.startswith("'"):
        found = _SINGLE.fullmatch(text)
        return found.group(1) if found else None
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
