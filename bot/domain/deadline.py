"""By when something must be done: the lengths that rules.yaml names and the instants they lead to; read by rules and services."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_AMOUNT = 999
"""Our own bound: a longer deadline is a slip of the pen, and bounds the walk through the calendar."""


class LengthUnit(StrEnum):
    """In what a deadline is counted; hours and minutes run inside business hours only."""

    BUSINESS_DAYS = "business_days"
    BUSINESS_HOURS = "business_hours"
    HOURS = "hours"
    MINUTES = "minutes"

    @property
    def plural(self) -> str:
        """As rules.yaml writes it: `business days`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Length:
    """A length as rules.yaml writes it, such as `3 business days`."""

    amount: int
    unit: LengthUnit

    def __str__(self) -> str:
        """The text that `parse_length` reads back into the same length."""
        return f"{self.amount} {self.unit.plural if self.amount != 1 else self.unit.plural.removesuffix('s')}"


_LENGTH = re.compile(r"\s*([0-9]{1,9})\s+((?:business\s+)?[a-z]{1,9})\s*", re.IGNORECASE)
_UNITS = {name: unit for unit in LengthUnit for name in (unit.plural, unit.plural.removesuffix("s"))}


def parse_length(text: str) -> Length:
    """Read `3 business days`, `1 business day`, `3 business hours`, `2 hours` or `30 minutes`.

    The amount is a whole number from 1 to `MAX_AMOUNT`. Raises ValueError with a sentence that says how to write it.
    """
    found = _LENGTH.fullmatch(text)
    unit = _UNITS.get(" ".join(found.group(2).lower().split())) if found else None
    if found is None or unit is None:
        raise ValueError(
            'write a number and a unit: "3 business days", "3 business hours", "2 hours" or "30 minutes"'
        )
    amount = int(found.group(1))
    if not 1 <= amount <= MAX_AMOUNT:
        raise ValueError(f"the number must be from 1 to {MAX_AMOUNT}")
    return Length(amount, unit)
