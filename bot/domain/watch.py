"""Which Sentry issues are alerts, and how much the bot writes into Sentry; a part of `bot.domain.rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.match import Glob, first_match
from bot.domain.spelling import FROM_FILE


class SentryWrite(StrEnum):
    """How much the bot writes into Sentry."""

    NONE = "none"
    """Nothing: for a first week beside the old notifications."""
    NOTES = "notes"
    """The note and the link of each decision, but no archive, no resolve, no assignee."""
    FULL = "full"
    """Everything."""


@dataclass(frozen=True)
class Watch:
    """Which issues are alerts; globs, each list holds when one of its patterns does."""

    __pydantic_config__ = FROM_FILE

    projects: tuple[Glob, ...] = ("*",)
    """Slugs of the projects to watch."""
    environments: tuple[Glob, ...] = ("*",)
    """Environments to watch; name `production` here to keep staging out."""
    levels: tuple[Glob, ...] = ("error", "fatal")
    """Sentry's levels: fatal, error, warning, info, debug, sample."""
    categories: tuple[Glob, ...] = ("error", "outage")
    """Sentry's issue categories: error, outage (uptime and cron monitors), metric, feedback and others."""

    def admits_project(self, project: str | None) -> bool:
        """Whether the project is watched; asked alone for `event_alert`. None is admitted."""
        return _admits(self.projects, project)

    def admits(
        self, project: str | None, environment: str | None, level: str | None, category: str | None
    ) -> bool:
        """Whether an issue is watched; what is not known (None) keeps nothing out."""
        return (
            self.admits_project(project)
            and _admits(self.environments, environment)
            and _admits(self.levels, level)
            and _admits(self.categories, category)
        )


@dataclass(frozen=True)
class SentryRules:
    """What the bot reads from Sentry and writes into it."""

    __pydantic_config__ = FROM_FILE

    write: SentryWrite = SentryWrite.FULL
    """`none`, `notes` or `full`."""
    watch: Watch = field(default_factory=Watch)
    """Which issues are alerts."""
    bot_project: str | None = None
    """The slug of the project that receives the bot's own errors; its issues are never alerts."""


def _admits(patterns: tuple[str, ...], value: str | None) -> bool:
    return value is None or first_match(patterns, (value,)) is not None
