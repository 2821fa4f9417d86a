"""The words that people read, in their language, with dates in the team's zone; made by the doors, read by blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

LANGUAGES = ("en", "ja")
"""Each has a file in `locales/`."""

YEAR_IS_CLEAR_FOR = timedelta(days=180)
"""Ours: a date further away than this is written with its year."""

Template = str | Mapping[str, str]
"""A sentence with `{names}` in it, or two of them: `one` for a single thing, `other` for all else."""


@dataclass(frozen=True)
class Words:
    """The words of one language (`en` or `ja`), with instants said in one time zone."""

    language: str
    timezone: ZoneInfo

    def text(self, key: str, **values: object) -> str:
        """The sentence of that key with its values filled in; a value `n` chooses between one and many.

        Values are put in as they are: who speaks to Slack escapes them first. KeyError for an unknown key or a
        missing value.
        """
        template = templates(self.language)[key]
        if isinstance(template, Mapping):
            template = template["one" if values.get("n") in (1, "1") else "other"]
        return template.format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in templates(self.language)

    def moment(self, at: datetime, seen_at: datetime | None = None) -> str:
        """`Wed 4 Nov 19:00`, `11/4(水) 19:00`; with the year when it is far from `seen_at`."""
        return self._said("moment", at.astimezone(self.timezone), seen_at)

    def date(self, day: date | datetime, seen_at: datetime | None = None) -> str:
        """`Wed 4 Nov`, `11/4(水)`; of an instant, the day it falls on in this zone."""
        return self._said("date", self._local(day), seen_at)

    def day(self, day: date | datetime, seen_at: datetime | None = None) -> str:
        """The date without its weekday, for what is past: `30 Oct`, `10/30`."""
        return self._said("day", self._local(day), seen_at)

    def time(self, at: datetime) -> str:
        """The time of day alone: `11:40`."""
        return at.astimezone(self.timezone).strftime("%H:%M")

    def same_day(self, one: datetime, other: datetime) -> bool:
        """Whether two instants fall on the same day in this zone."""
        return one.astimezone(self.timezone).date() == other.astimezone(self.timezone).date()

    def _local(self, day: date | datetime) -> datetime:
        if isinstance(day, datetime):
            return day.astimezone(self.timezone)
        return datetime(day.year, day.month, day.day, tzinfo=self.timezone)

    def _said(self, form: str, local: datetime, seen_at: datetime | None) -> str:
        far = seen_at is not None and abs(local.astimezone(UTC) - seen_at) > YEAR_IS_CLEAR_FOR
        return self.text(
            f"calendar.{form}_with_year" if far else f"calendar.{form}",
            weekday=self.text("calendar.weekdays").split()[local.weekday()],
            month=self.text("calendar.months").split()[local.month - 1],
            day=local.day,
            year=local.year,
            time=local.strftime("%H:%M"),
        )


def language_of(slack_locale: str) -> Literal["en", "ja"]:
    """The language for a person whose Slack is set to `slack_locale` (`ja-JP`, `en-GB`), else English."""
    return "ja" if slack_locale.lower().replace("_", "-").split("-")[0] == "ja" else "en"


@cache
def templates(language: str) -> Mapping[str, Template]:
    """All sentences of a language by dotted key, read once. ValueError for a language that has no file."""
    if language not in LANGUAGES:
        raise ValueError(f"no words for the language {language!r}; there are {', '.join(LANGUAGES)}")
    source = files("bot").joinpath("locales", f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flat(yaml.safe_load(source)))


def _flat(tree: Mapping[str, Any], under: str = "") -> list[tuple[str, Template]]:
    found: list[tuple[str, Template]] = []
    for name, value in tree.items():
        key = f"{under}{name}"
        if isinstance(value, str):
            found.append((key, value))
        elif set(value) == {"one", "other"}:
            found.append((key, dict(value)))
        else:
            found.extend(_flat(value, f"{key}."))
    return found
