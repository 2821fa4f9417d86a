"""Use case: one's own turns: asking another to take one, answering, being away; the ping follows at once."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.errors import UserError
from bot.domain.roster import Swap, SwapState
from bot.services import roster
from bot.services.desk import Actor, Desk
from bot.services.rotation import duties, revise_ping

LOOKED_AHEAD = 60
"""Business days looked at for someone's next turns: about three months."""
MOST_TURNS = 10
"""Turns that the form of a swap offers."""
SWAPPED_WITHIN = timedelta(days=180)
"""Ours: how far ahead a turn may be swapped; the rotation itself may be another by then."""


def next_turns(desk: Desk, user_id: str) -> tuple[date, ...]:
    """The days on which this person will be on duty, the next first. Raises UserError when there are none."""
    today = desk.policy().calendar.date_of(desk.clock.now())
    theirs = [duty.date for duty in duties(desk, today, LOOKED_AHEAD) if duty.responder == user_id]
    if not theirs:
        raise UserError("error.no_turn")
    return tuple(theirs[:MOST_TURNS])


def ask_for_swap(
    desk: Desk, asker: Actor, taker: Actor, day: date | None, in_return: date | None = None
) -> Swap:
    """Ask someone to take one's turn. Raises UserError for a day that is not one's own, or not theirs to give back."""
    if day is None:
        raise UserError("error.choose_day")
    if taker.user_id != asker.user_id:
        _check_turn(desk, day, asker.user_id, "error.swap_not_your_turn")
        if desk.policy().absent(taker.user_id, day):
            raise UserError("error.swap_taker_away", name=taker.name)
        if in_return is not None:
            _check_turn(desk, in_return, taker.user_id, "error.swap_not_their_turn", name=taker.name)
    return roster.ask_for_swap(desk, asker, taker, day, in_return)


def _check_turn(desk: Desk, day: date, user_id: str, error: str, **values: str) -> None:
    policy = desk.policy()
    today = policy.calendar.date_of(desk.clock.now())
    if day < today:
        return  # told by the rule of swaps itself: the day is past
    is_near = day - today <= SWAPPED_WITHIN
    if not is_near or not policy.calendar.is_business_day(day) or policy.duty_of(day).responder != user_id:
        raise UserError(error, **values)


def answer_swap(desk: Desk, swap_id: str, by: Actor, *, accept: bool) -> Swap:
    """The one who was asked takes the turn or does not. Raises UserError for anyone else, and once it has lapsed."""
    swap = roster.answer(desk, swap_id, by.user_id, accept=accept)
    if swap.state is SwapState.ACCEPTED:
        revise_ping(desk)
    return swap


def be_away(desk: Desk, user_id: str, first: date | None, last: date | None = None) -> None:
    """Someone is away from the first day to the last (one day without a last one). Raises UserError for odd days."""
    if first is None:
        raise UserError("error.choose_day")
    roster.say_away(desk, user_id, first, last or first)
    revise_ping(desk)


def be_away_today(desk: Desk, user_id: str, day: date) -> None:
    """The button of that day's ping, for the person whom it named: a second press sends nobody else away.

    Raises UserError on any other day.
    """
    if day != desk.policy().calendar.date_of(desk.clock.now()):
        raise UserError("error.ping_of_another_day")
    be_away(desk, user_id, day)


def be_back(desk: Desk, user_id: str) -> None:
    """Someone is there after all, from today on."""
    roster.say_back(desk, user_id)
    revise_ping(desk)
