"""A runbook's checklist as it stands in an alert's thread: its items, and who ticked them. Kept on the alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Draft:
    """What a runbook offers to post: the heading and words of the section that fits, and its items in plain text."""

    title: str
    heading: str
    words: str
    """The section's other words, as Slack's mrkdwn."""
    items: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One thing to do; ticked when `at` says when, by whom."""

    text: str
    by: str = ""
    by_name: str = ""
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.at is not None


@dataclass(frozen=True)
class Touch:
    """What one person's screen showed after their last tick, as long as it still shows that version of the message."""

    user_id: str
    part: int
    version: int
    ticked: tuple[int, ...]


@dataclass(frozen=True)
class Checklist:
    """One checklist in the thread. Its items are those of the moment of posting, whatever becomes of the file."""

    number: int
    title: str
    heading: str
    words: str
    items: tuple[Item, ...]
    version: int = 0
    """Counts the changes; the message says which version it shows."""
    touches: tuple[Touch, ...] = ()

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    def is_of(self, draft: Draft) -> bool:
        """Whether it was posted from the same section."""
        return (self.title, self.heading) == (draft.title, draft.heading)
