"""The words in which Block Kit's rules are written: a field, a check, what is wrong; for the tables of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.slack.json_values import Json, as_list, as_object


class Problems:
    """What was found wrong, in Slack's form: words and a JSON pointer."""

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.messages: list[str] = []

    def add(self, at: str, words: str) -> None:
        """Notes one problem at the place `at`."""
        self.messages.append(f"[ERROR] {words} [json-pointer:{at}]")


Check = Callable[[Problems, str, object], None]


@dataclass(frozen=True)
class Field:
    """One field of an object: how it is checked and whether it must be there."""

    check: Check
    required: bool = False


Fields = Mapping[str, Field]


def need(check: Check) -> Field:
    """A field that must be there."""
    return Field(check, required=True)


def may(check: Check) -> Field:
    """A field that may be left out."""
    return Field(check)


def check_fields(problems: Problems, at: str, value: object, fields: Fields) -> Json | None:
    """Checks an object against its fields: missing, unknown and wrong ones are problems. None when it is no object."""
    found = as_object(value)
    if found is None:
        problems.add(at, "must be an object")
        return None
    for name, field in fields.items():
        if name not in found:
            if field.required:
                problems.add(at, f"missing required field: {name}")
        else:
            field.check(problems, f"{at}/{name}", found[name])
    for name in found:
        if name not in fields:
            problems.add(at, f"invalid additional property: {name}")
    return found


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, str):
            problems.add(at, "must be a string")
        elif len(value) < least:
            problems.add(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            problems.add(at, f"must be less than {most + 1} characters")

    return check


def boolean(problems: Problems, at: str, value: object) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.add(at, "must be a boolean")


def whole_number(problems: Problems, at: str, value: object) -> None:
    """An integer."""
    if not isinstance(value, int) or isinstance(value, bool):
        problems.add(at, "must be an integer")


def anything(problems: Problems, at: str, value: object) -> None:
    """Not looked at."""


def one_of(*words: str) -> Check:
    """One of these strings."""

    def check(problems: Problems, at: str, value: object) -> None:
        if value not in words:
            problems.add(at, f"value is not one of the allowed values: {', '.join(words)}")

    return check


def list_of(check_item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items, each checked."""

    def check(problems: Problems, at: str, value: object) -> None:
        items = as_list(value)
        if items is None:
            problems.add(at, "must be an array")
            return
        if len(items) < least:
            problems.add(at, f"no less than {least} items allowed")
        if len(items) > most:
            problems.add(at, f"no more than {most} items allowed")
        for number, item in enumerate(items):
            check_item(problems, f"{at}/{number}", item)

    return check


def an_object(fields: Fields) -> Check:
    """An object of these fields."""

    def check(problems: Problems, at: str, value: object) -> None:
        check_fields(problems, at, value, fields)

    return check


def typed(table: Mapping[str, Fields], *allowed: str) -> Check:
    """An object whose `type` names its fields in the table; with `allowed`, only these types."""

    def check(problems: Problems, at: str, value: object) -> None:
        found = as_object(value)
        kind = found.get("type") if found is not None else None
        if (
            found is None
            or not isinstance(kind, str)
            or kind not in table
            or (allowed and kind not in allowed)
        ):
            problems.add(at, f"unsupported type: {kind}")
            return
        check_fields(problems, at, found, {"type": need(anything), **table[kind]})

    return check
