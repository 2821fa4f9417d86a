"""What the bot means to do in the world: effects, saved with the change they follow from and carried out by the outbox.

Each effect has an id that is a pure function of what it is for, so asking for it twice changes nothing; an effect that
only brings a message up to date (`EditCard`, `ReadIssue`) is armed again instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.alert import Alert, Occurrence
from bot.domain.entries import Entry
from bot.domain.lines import ChannelUse, Line


class Service(StrEnum):
    """Which world an effect acts on; each has its own queue, so one that is down does not hold back the other."""

    SLACK = "slack"
    SENTRY = "sentry"


@dataclass(frozen=True)
class PostCard:
    """Post the alert's card. Receipt: `Posted`."""

    alert_id: str
    kind: Literal["post_card"] = "post_card"


@dataclass(frozen=True)
class EditCard:
    """Bring the card up to what the store says at the moment of delivery; several waiting ones are one."""

    alert_id: str
    kind: Literal["edit_card"] = "edit_card"


@dataclass(frozen=True)
class Say:
    """Say one thing in the alert's thread. `about` makes it unique: the decision, entry or state that it tells of."""

    alert_id: str
    line: Line
    about: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    mention: tuple[str, ...] = ()
    broadcast: bool = False
    kind: Literal["say"] = "say"


@dataclass(frozen=True)
class Announce:
    """Say one thing outside an alert's own thread: in a channel, in the thread of another line, to one person.

    `channel` is a use of `rules.yaml`'s channels or a Slack user id; `thread_of` the effect id of the message below
    which it stands. With `alert_id` its buttons act on that alert. Receipt: `Posted`, kept under the effect's id.
    """

    line: Line
    about: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    mention: tuple[str, ...] = ()
    channel: str = ChannelUse.ALERTS
    thread_of: str | None = None
    alert_id: str | None = None
    kind: Literal["announce"] = "announce"


@dataclass(frozen=True)
class Revise:
    """Say something else where an earlier line stands (`of`, an effect id); several waiting ones are the newest one."""

    of: str
    line: Line
    about: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    mention: tuple[str, ...] = ()
    alert_id: str | None = None
    kind: Literal["revise"] = "revise"


@dataclass(frozen=True)
class Remove:
    """Take an earlier line away (`of`, an effect id): another one stands in its place."""

    of: str
    alert_id: str | None = None
    kind: Literal["remove"] = "remove"


@dataclass(frozen=True)
class HearSilence:
    """Look into the thread of a line, and say `line` there if no person has written since."""

    of: str
    line: Announce
    kind: Literal["hear_silence"] = "hear_silence"


@dataclass(frozen=True)
class ReadIssue:
    """Read the issue, its activity and its newest event from Sentry, and follow what they say. Receipt: `IssueRead`."""

    issue_id: str
    with_event: bool = False
    kind: Literal["read_issue"] = "read_issue"


@dataclass(frozen=True)
class ReadEvents:
    """Read an archived issue's events, newest first, back to `since`. Receipt: `EventsRead`.

    `before`: go on below this instant, where an earlier reading had to leave off.
    """

    issue_id: str
    since: datetime
    before: datetime | None = None
    kind: Literal["read_events"] = "read_events"


@dataclass(frozen=True)
class Screen:
    """Learn the environment of an occurrence that came without one, before it becomes an alert. Receipt: `Screened`."""

    occurrence: Occurrence
    kind: Literal["screen"] = "screen"


@dataclass(frozen=True)
class SetStatus:
    """Archive until escalating, resolve or reopen the issue, because of one act of a person. Receipt: `StatusSet`.

    Dropped when a newer act, in Slack or in Sentry, has overtaken it.
    """

    alert_id: str
    status: Literal["archive", "resolve", "reopen"]
    act: str
    act_at: datetime
    cases: int | None = None
    """For resolve: the number of cases that the response covered; a newer case keeps the issue open."""
    kind: Literal["set_status"] = "set_status"


@dataclass(frozen=True)
class Assign:
    """Assign the issue to the Sentry member with this Slack user's address, unless a person has done so since."""

    alert_id: str
    user_id: str
    act: str
    act_at: datetime
    kind: Literal["assign"] = "assign"


@dataclass(frozen=True)
class WriteNote:
    """Write a note on the issue. The text is made once, ends with `mark`, and is the same at each attempt."""

    alert_id: str
    mark: str
    text: str
    kind: Literal["write_note"] = "write_note"


@dataclass(frozen=True)
class LinkIssue:
    """Show a link to the card on the Sentry issue."""

    alert_id: str
    kind: Literal["link_issue"] = "link_issue"


Effect = (
    PostCard
    | EditCard
    | Say
    | Announce
    | Revise
    | Remove
    | HearSilence
    | ReadIssue
    | ReadEvents
    | Screen
    | SetStatus
    | Assign
    | WriteNote
    | LinkIssue
)
RENEWED = (EditCard, Revise, ReadIssue, ReadEvents, Screen, LinkIssue)
"""Effects that are armed again when asked for again: they bring something up to date and carry no news of their own."""


def effect_id(effect: Effect) -> str:
    """The id under which an effect is saved; equal for effects that must happen once."""
    match effect:
        case PostCard() | EditCard() | LinkIssue():
            return f"{effect.kind}:{effect.alert_id}"
        case Say():
            return f"say:{effect.alert_id}:{effect.line}:{effect.about}"
        case Announce():
            return f"announce:{effect.line}:{effect.about}"
        case Revise():
            return f"revise:{effect.of}"
        case Remove():
            return f"remove:{effect.of}"
        case HearSilence():
            return f"hear_silence:{effect.of}"
        case ReadIssue():
            return f"read_issue:{effect.issue_id}:{'event' if effect.with_event else 'state'}"
        case ReadEvents():
            return f"read_events:{effect.issue_id}"
        case Screen():
            return f"screen:{effect.occurrence.issue_id}:{effect.occurrence.source}"
        case SetStatus():
            return f"set_status:{effect.alert_id}:{effect.act}:{effect.status}"
        case Assign():
            return f"assign:{effect.alert_id}:{effect.act}:{effect.user_id}"
        case WriteNote():
            return f"write_note:{effect.mark}"


def ref_key(effect_id: str) -> str:
    """Under which name the store keeps where the message of an effect stands."""
    return f"ref:{effect_id}"


def service_of(effect: Effect) -> Service:
    """Which queue an effect waits in."""
    return (
        Service.SLACK
        if isinstance(effect, PostCard | EditCard | Say | Announce | Revise | Remove | HearSilence)
        else Service.SENTRY
    )


def alert_of(effect: Effect) -> str | None:
    """The alert an effect belongs to, where it belongs to one."""
    return getattr(effect, "alert_id", None)


class EffectState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class SavedEffect:
    """An effect on its way. All times are the machine's own, not the business clock."""

    id: str
    effect: Effect
    created_at: datetime
    due_at: datetime
    state: EffectState = EffectState.WAITING
    urgent: bool = False
    attempts: int = 0
    begun_at: datetime | None = None
    """Set before the first call goes out: until a receipt comes, the call may have happened."""
    failed_since: datetime | None = None
    error: str = ""
    armed: int = 0
    """How often it was asked for; a receipt for an older asking leaves a renewed effect waiting."""


@dataclass(frozen=True)
class Outcome:
    """What a rule returns: the alert as it is now, the effects that follow, and what the log should say."""

    alert: Alert
    effects: tuple[Effect, ...] = ()
    entries: tuple[Entry, ...] = ()
