"""What a delivery from Sentry means to us; made by `bot.sentry.webhook`, taken by `bot.services.receive`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alert import Occurrence


@dataclass(frozen=True)
class Bell:
    """Something changed on an issue: the API is asked what, so that order and age of deliveries do not matter."""

    issue_id: str


@dataclass(frozen=True)
class MetricResolved:
    """A metric alert's incident ended by itself."""

    issue_id: str


@dataclass(frozen=True)
class Nothing:
    """A delivery that is handled by doing nothing, on purpose; `why` is for the log."""

    why: str


@dataclass(frozen=True)
class Notice:
    """One delivery: its key for recognising a repeat, the installation it came through, and what it tells."""

    key: str
    tells: Occurrence | Bell | MetricResolved | Nothing
    installation_id: str | None = None
    project: str | None = None
