"""The decision log: one line for each thing that happened to an issue. Written by the rules, read by `triage log`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.decision import Decision


class EntryKind(StrEnum):
    ARRIVED = "arrived"
    DECIDED = "decided"
    RESPONDED = "responded"
    EXTENDED = "extended"
    NOTED = "noted"
    HANDED_OVER = "handed_over"
    STEP_CHOSEN = "step_chosen"
    TICKED = "ticked"
    UNTICKED = "unticked"
    CLOSED = "closed"
    CAME_BACK = "came_back"
    INCIDENT = "incident"
    """A line of an incident's timeline: `details` say what and about what."""
    RESTORED = "restored"
    """The end of an incident with its review, a precedent for whoever meets the like."""


@dataclass(frozen=True)
class Entry:
    """One line of the log: what happened to which issue, by whom (a Slack user id, a name, or nobody)."""

    id: str
    kind: EntryKind
    at: datetime
    alert_id: str
    issue_id: str
    by: str = ""
    by_name: str = ""
    decision: Decision | None = None
    details: dict[str, str] = field(default_factory=dict[str, str])
    drill: str = ""
    """The drill that it happened in; empty for what is real."""
