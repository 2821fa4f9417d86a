"""What Sentry accepts as the body of an issue's PUT; the changes of issues are checked here first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bot.sandbox.sentry.records import ARCHIVED, OPEN, Json

WINDOW_MAXIMUM = 7 * 24 * 60
"""The longest ignoreWindow and ignoreUserWindow, in minutes [S validators/status_details.py]."""
STATUSES = ("resolved", "unresolved", "ignored", "resolvedInNextRelease")
PRIORITIES = ("high", "medium", "low")
NUMBERS = ("ignoreDuration", "ignoreCount", "ignoreWindow", "ignoreUserCount", "ignoreUserWindow")

Errors = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A change that Sentry answers with 400; `errors` is the body."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


def known_fields(data: Mapping[str, Any]) -> Json:
    """The fields of a PUT body that Sentry knows; it ignores all others silently."""
    known = (
        "status",
        "substatus",
        "statusDetails",
        "assignedTo",
        "priority",
        "hasSeen",
        "isBookmarked",
        "inbox",
    )
    return {key: data[key] for key in known if key in data}


def checked(given: object) -> Json:
    """The known fields of a PUT body, valid. Raises Refused."""
    if not isinstance(given, dict):
        raise Refused({"non_field_errors": ["Invalid data. Expected a dictionary."]})
    data = cast("Json", given)
    errors: Errors = {}
    kept = known_fields(data)
    for key, choices in (
        ("status", STATUSES),
        ("substatus", (*ARCHIVED, *OPEN, None)),
        ("priority", PRIORITIES),
    ):
        if key in kept and kept[key] not in choices:
            errors[key] = [f'"{kept[key]}" is not a valid choice.']
    for key in ("hasSeen", "isBookmarked", "inbox"):
        if key in kept and not isinstance(kept[key], bool):
            errors[key] = ["Must be a valid boolean."]
    if "statusDetails" in kept and (wrong := _wrong_details(kept["statusDetails"])):
        errors["statusDetails"] = wrong
    if errors:
        raise Refused(errors)
    return kept


def _wrong_details(given: object) -> Errors | list[str]:
    if not isinstance(given, dict):
        return ["Invalid data. Expected a dictionary."]
    details = cast("Json", given)
    errors: Errors = {}
    for key in NUMBERS:
        value = details.get(key)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            errors[key] = ["A valid integer is required."]
        elif key.endswith("Window") and value > WINDOW_MAXIMUM:
            errors[key] = [f"Ensure this value is less than or equal to {WINDOW_MAXIMUM}."]
    return errors
