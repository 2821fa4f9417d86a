"""Who has said to be away, and who has asked whom for a swap: the plan's exceptions. Called by `services.roster`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import UserError

LONGEST_ABSENCE = timedelta(days=90)
"""Ours: a longer absence belongs into `rules.yaml`."""
KEPT_FOR = timedelta(days=35)
"""Past exceptions are forgotten after this; the log keeps what was decided meanwhile."""


class SwapState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Nobody answered until the evening before: the turn stays with the first person."""


@dataclass(frozen=True)
class Absence:
    """Someone is away from the first day to the last, both included."""

    user_id: str
    first: date
    last: date

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Swap:
    """One person asks another to take a day, in return for another day or for nothing."""

    id: str
    day: date
    asker: str
    taker: str
    asked_at: datetime
    in_return: date | None = None
    state: SwapState = SwapState.ASKED
    said_open: bool = False
    """Whether the evening before has been said that nobody answered."""


@dataclass(frozen=True)
class Roster:
    """All exceptions that are not past. Small: it is saved whole."""

    absences: tuple[Absence, ...] = ()
    swaps: tuple[Swap, ...] = ()

    def is_away(self, user_id: str, day: date) -> bool:
        return any(absence.user_id == user_id and absence.covers(day) for absence in self.absences)

    def away_on(self, day: date) -> tuple[str, ...]:
        """Who is away on a day, each once."""
        return tuple(dict.fromkeys(a.user_id for a in self.absences if a.covers(day)))

    @property
    def taken(self) -> Mapping[date, str]:
        """By day, who has taken another's turn."""
        turns: dict[date, str] = {}
        for swap in self.swaps:
            if swap.state is SwapState.ACCEPTED:
                turns[swap.day] = swap.taker
                if swap.in_return is not None:
                    turns[swap.in_return] = swap.asker
        return turns

    def swap(self, swap_id: str) -> Swap:
        """The swap of that id. Raises UserError when it is past or unknown."""
        for swap in self.swaps:
            if swap.id == swap_id:
                return swap
        raise UserError("error.unknown_swap")

    def forget(self, today: date) -> Roster:
        """Without what is past."""
        since = today - KEPT_FOR
        return Roster(
            tuple(a for a in self.absences if a.last >= since),
            tuple(s for s in self.swaps if max(s.day, s.in_return or s.day) >= since),
        )


def go_away(roster: Roster, user_id: str, first: date, last: date, today: date) -> Roster:
    """Someone is away; said twice it is once. Raises UserError for days that are past, turned round, or too many."""
    if last < first:
        raise UserError("error.away_turned_round")
    if last < today:
        raise UserError("error.away_past")
    if last - first > LONGEST_ABSENCE:
        raise UserError("error.away_too_long", n=LONGEST_ABSENCE.days)
    absence = Absence(user_id, max(first, today), last)
    if absence in roster.absences:
        return roster
    return replace(roster, absences=(*roster.absences, absence))


def come_back(roster: Roster, user_id: str, today: date) -> Roster:
    """Someone is there after all, from today on."""
    kept: list[Absence] = []
    for absence in roster.absences:
        if absence.user_id != user_id or absence.last < today:
            kept.append(absence)
        elif absence.first < today:
            kept.append(replace(absence, last=today - timedelta(days=1)))
    return replace(roster, absences=tuple(kept))


def ask_swap(
    roster: Roster,
    *,
    swap_id: str,
    day: date,
    asker: str,
    taker: str,
    in_return: date | None,
    now: datetime,
    today: date,
) -> Roster:
    """Ask another to take a day; it counts only once accepted. Raises UserError for what cannot be asked."""
    if taker == asker:
        raise UserError("error.swap_self")
    if day < today or (in_return is not None and in_return < today):
        raise UserError("error.swap_past")
    if in_return == day:
        raise UserError("error.swap_same_day")
    if any(s.day == day and s.asker == asker and s.state is SwapState.ASKED for s in roster.swaps):
        raise UserError("error.swap_asked_already")
    swap = Swap(swap_id, day, asker, taker, now, in_return)
    return replace(roster, swaps=(*roster.swaps, swap))


def answer_swap(roster: Roster, swap_id: str, by: str, *, accept: bool) -> tuple[Roster, Swap]:
    """The other one answers. A second answer of the same kind changes nothing. Raises UserError for anyone else."""
    swap = roster.swap(swap_id)
    if swap.taker != by:
        raise UserError("error.swap_not_yours")
    answered = SwapState.ACCEPTED if accept else SwapState.DECLINED
    if swap.state is answered:
        return roster, swap
    if swap.state is not SwapState.ASKED:
        raise UserError("error.swap_answered")
    return _with(roster, replace(swap, state=answered))


def lapse(roster: Roster, swap_id: str) -> tuple[Roster, Swap]:
    """The evening before came without an answer: the turn stays where it was."""
    return _with(roster, replace(roster.swap(swap_id), state=SwapState.LAPSED, said_open=True))


def _with(roster: Roster, changed: Swap) -> tuple[Roster, Swap]:
    swaps = tuple(changed if swap.id == changed.id else swap for swap in roster.swaps)
    return replace(roster, swaps=swaps), changed
