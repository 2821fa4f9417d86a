"""What an incident is: how a large impact is handled, by whom, and what became of it. Kept on its `Alert`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

NEXT_WORD_AFTER = timedelta(minutes=30)
"""Ours: when the next word on a large impact is promised, counted from the declaration and from each word."""


class Role(StrEnum):
    """Who does what; one person may have several."""

    LEAD = "lead"
    """Decides what is done next."""
    COMMUNICATOR = "communicator"
    """Gives the next word, to support and to those who wait."""
    SUPPORT = "support"
    """Speaks with the customers."""


class Tick(StrEnum):
    """The points of the checklist that are ticked by hand; the next word is its own button."""

    REACH = "reach"
    ROLES = "roles"
    SUPPORT = "support"


class Happened(StrEnum):
    """What the timeline notes."""

    DECLARED = "declared"
    ROLE = "role"
    TICKED = "ticked"
    WORD = "word"
    NOTICE = "notice"
    JOINED = "joined"
    LEFT = "left"
    RESTORED = "restored"
    ENDED = "ended"
    FIXED = "fixed"


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `about`: the role, the point, or the alert's id."""

    what: Happened
    at: datetime
    by: str = ""
    by_name: str = ""
    about: str = ""
    to: str = ""
    """For a role: the Slack user id of who has it now."""


@dataclass(frozen=True)
class Incident:
    """A large impact while it is handled, and after; changed only by the rules of `bot.domain.handling`."""

    declared_at: datetime
    message: str
    """The effect id of the incident message in the thread, which is edited in place."""
    next_word_at: datetime
    """When the next word was promised for."""
    called: tuple[str, ...] = ()
    """Who was called when it was declared."""
    lead: str | None = None
    communicator: str | None = None
    support: str | None = None
    ticks: tuple[Tick, ...] = ()
    timeline: tuple[Moment, ...] = ()
    joined: tuple[str, ...] = ()
    """The ids of the alerts that are part of it."""
    word_asks: int = 0
    """How often the next word was asked for since it was promised."""
    word_asked_at: datetime | None = None
    restored_at: datetime | None = None
    ended_at: datetime | None = None
    """When the decision was looked at again and was Large no more."""
    fix_owner: str | None = None
    fix_done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Neither restored nor looked at again."""
        return self.restored_at is None and self.ended_at is None

    @property
    def awaits_fix(self) -> bool:
        """Restored, and the permanent fix is still to come."""
        return self.restored_at is not None and self.fix_done_at is None

    def has(self, role: Role) -> str | None:
        """The Slack user id of who has that role."""
        return {Role.LEAD: self.lead, Role.COMMUNICATOR: self.communicator, Role.SUPPORT: self.support}[role]

    def given(self, role: Role, to: str) -> Incident:
        """With that role given to that person."""
        match role:
            case Role.LEAD:
                return replace(self, lead=to)
            case Role.COMMUNICATOR:
                return replace(self, communicator=to)
            case Role.SUPPORT:
                return replace(self, support=to)

    def noted(self, moment: Moment) -> Incident:
        """With one more line of the timeline."""
        return replace(self, timeline=(*self.timeline, moment))

    def ticked(self, tick: Tick) -> Moment | None:
        """When that point was ticked, and by whom; None while it is open."""
        return next((m for m in self.timeline if m.what is Happened.TICKED and m.about == tick), None)
