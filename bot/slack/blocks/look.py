"""What blocks need besides the domain: words, names, links. Made by doors and deliverer, taken by every block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.alert import Alert
from bot.domain.checklist import Draft
from bot.domain.impact import Impact, MatrixRow
from bot.domain.journey import Journey
from bot.i18n import Words

Json = dict[str, Any]
RunbookText = tuple[str, tuple[tuple[str, str], ...]]
"""A runbook as `pages.runbook_page` takes it: its title, and headings with Slack's mrkdwn."""


def _no_rows(_alert: Alert) -> tuple[MatrixRow, ...]:
    return ()


def _no_url(_alert: Alert) -> str:
    return ""


def _no_alert(_alert: Alert) -> Alert | None:
    return None


def _no_limit(_level: Impact) -> datetime | None:
    return None


def _no_book(_alert: Alert) -> bool:
    return False


def _no_text(_alert: Alert) -> RunbookText | None:
    return None


def _not_known(_id: str) -> Alert | None:
    return None


def _no_draft(_alert: Alert) -> Draft | None:
    return None


def _no_name(_day: date, _language: str) -> str | None:
    return None


@dataclass(frozen=True)
class Look:
    """How things are shown; blocks are pure functions of the domain and this."""

    words: Words
    journey: Journey
    issue_url: Callable[[Alert], str]
    """Where Sentry shows the issue, from our own base address; empty when there is no such place."""
    name_of: Callable[[str], str]
    """The display name of a Slack user id."""
    now: datetime
    write: str = "full"
    """`sentry.write`: `none`, `notes` or `full`."""
    tells_support: bool = False
    """Whether support staff hear of a large impact: the rules name a channel for them."""
    open_rows: Callable[[Alert], tuple[MatrixRow, ...]] = _no_rows
    """The matrix rows that fit a decision whose answers are still open."""
    runbook_url: Callable[[Alert], str] = _no_url
    """The runbook's address; empty when there is none that may be opened from a card."""
    respond_by: Callable[[Impact], datetime | None] = _no_limit
    """By when customers must be helped if that level were decided now; None when the level has no limit."""

    has_runbook: Callable[[Alert], bool] = _no_book
    """Whether its runbook is a file of ours, which opens as a page here rather than at an address."""
    runbook: Callable[[Alert], RunbookText | None] = _no_text
    """That file in this language; None where there is none."""
    checklist: Callable[[Alert], Draft | None] = _no_draft
    """The checklist of that file which fits the alert now; None where there is none."""
    card_url: Callable[[Alert], str] = _no_url
    """The address of the alert's card in Slack; empty as long as there is none."""
    question_url: Callable[[Alert], str] = _no_url
    """The address in Slack of the question that is open about the alert; empty as long as there is none."""
    earlier: Callable[[Alert], Alert | None] = _no_alert
    """The earlier alert that this one could be taken for, as it stands now."""
    matrix: tuple[MatrixRow, ...] = ()
    """The rows of the impact matrix, for those who look at a question together."""
    day_off_name: Callable[[date, str], str | None] = _no_name
    """The name of a public holiday in a language (`en`, `ja`); None where a day off has no name."""
    known: Callable[[str], Alert | None] = _not_known
    """The alert of that id."""
    incident: Callable[[Alert], Alert | None] = _no_alert
    """The alert that leads the incident which this one may be part of; None while there is none."""

    def text(self, key: str, **values: object) -> str:
        """Short for `words.text`."""
        return self.words.text(key, **values)


@dataclass(frozen=True)
class Message:
    """A message: its blocks, and the text for the lock screen and for readers aloud."""

    text: str
    blocks: list[Json]
