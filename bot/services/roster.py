"""Use case: absences and swaps: asked, answered, said the evening before; open items follow to who is there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import Announce, Assign, EditCard, Effect, Outcome, Revise, Say, effect_id
from bot.domain.entries import Entry, EntryKind
from bot.domain.lines import Line
from bot.domain.roster import (
    Absence,
    Roster,
    Swap,
    SwapState,
    answer_swap,
    ask_swap,
    come_back,
    go_away,
    lapse,
)
from bot.ports import Change, Reading
from bot.services.desk import Actor, Desk

ROSTER = "roster"
"""Under this name the store keeps all absences and swaps: JSON."""
SAID_BEFORE_CLOSE = timedelta(hours=1)
"""How long before the close of the business day before a swap's day it is said that nobody answered."""


def roster_of(reading: Reading) -> Roster:
    """The exceptions as they stand."""
    kept = reading.value(ROSTER)
    if not kept:
        return Roster()
    data = json.loads(kept)
    return Roster(
        tuple(_absence(row) for row in data["absences"]),
        tuple(_swap(row) for row in data["swaps"]),
    )


def _absence(row: dict[str, str]) -> Absence:
    return Absence(row["user_id"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))


def _swap(row: dict[str, str]) -> Swap:
    return Swap(
        id=row["id"],
        day=date.fromisoformat(row["day"]),
        asker=row["asker"],
        taker=row["taker"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        in_return=date.fromisoformat(row["in_return"]) if row["in_return"] else None,
        state=SwapState(row["state"]),
        said_open=bool(row["said_open"]),
    )


def _keep(change: Change, roster: Roster) -> None:
    absences = [
        {"user_id": a.user_id, "first": a.first.isoformat(), "last": a.last.isoformat()}
        for a in roster.absences
    ]
    swaps = [
        {
            "id": s.id,
            "day": s.day.isoformat(),
            "asker": s.asker,
            "taker": s.taker,
            "asked_at": s.asked_at.isoformat(),
            "in_return": s.in_return.isoformat() if s.in_return else "",
            "state": s.state.value,
            "said_open": "yes" if s.said_open else "",
        }
        for s in roster.swaps
    ]
    change.set_value(ROSTER, json.dumps({"absences": absences, "swaps": swaps}))


def say_away(desk: Desk, user_id: str, first: date, last: date) -> None:
    """Someone is away, said by themselves or by anyone for them. Their open items go to who is there, at once."""
    today = _today(desk)
    with desk.change() as change:
        _keep(change, go_away(roster_of(change), user_id, first, last, today).forget(today))
    desk.refresh_policy()
    reassign(desk)


def say_back(desk: Desk, user_id: str) -> None:
    """Someone is there after all."""
    with desk.change() as change:
        _keep(change, come_back(roster_of(change), user_id, _today(desk)))
    desk.refresh_policy()


def reassign(desk: Desk) -> int:
    """Open items of nobody, or of people who are away, go to today's duty, who is told why. Returns how many."""
    policy, now = desk.policy(), desk.clock.now()
    today = policy.calendar.date_of(now)
    roster, moved = roster_of(desk.store), 0
    for alert in desk.store.alerts((AlertState.OPEN, AlertState.MEDIUM, AlertState.LARGE)):
        if alert.owner is None or policy.absent(alert.owner, today):
            taker = policy.duty(now).responder
            if taker and taker != alert.owner:
                moved += _hand_to(desk, alert, taker, _why(roster, alert.owner, today))
    return moved


def _why(roster: Roster, owner: str | None, today: date) -> str:
    """Whoever is absent without having said to be away takes no turns any more: deactivated in Slack, or a guest."""
    if owner is None:
        return "nobody"
    return "away" if roster.is_away(owner, today) else "left"


def _hand_to(desk: Desk, alert: Alert, taker: str, why: str) -> int:
    """`why`: its owner is `away` or has `left`, it was `nobody`'s, or the turn was taken in a `swap`."""
    with desk.change() as change:
        fresh = change.alert(alert.id)
        if fresh is None or fresh.owner != alert.owner or fresh.is_over:
            return 0
        now = desk.clock.now()
        entry = Entry(
            id=f"{alert.id}:away:{now.isoformat()}",
            kind=EntryKind.HANDED_OVER,
            at=now,
            alert_id=alert.id,
            issue_id=alert.issue_id,
            details={"to": taker, "why": why},
        )
        mention = (taker,) if desk.policy().calendar.is_open(now) else ()
        effects: list[Effect] = [
            EditCard(alert.id),
            Say(
                alert.id,
                Line.OWNER_AWAY,
                about=entry.id,
                values={"from": alert.owner or "", "to": taker, "why": why},
                mention=mention,
            ),
        ]
        if desk.policy().may_act and fresh.decision is not None:
            effects.append(Assign(alert.id, taker, act=entry.id, act_at=now))
        desk.keep(change, Outcome(replace(fresh, owner=taker), tuple(effects), (entry,)))
    return 1


def ask_for_swap(desk: Desk, asker: Actor, taker: Actor, day: date, in_return: date | None) -> Swap:
    """Ask someone to take a day; they are asked in a direct message and it counts once they accept."""
    now = desk.clock.now()
    swap_id = f"swap-{day.isoformat()}-{asker.user_id}-{int(now.timestamp())}"
    with desk.change() as change:
        roster = ask_swap(
            roster_of(change),
            swap_id=swap_id,
            day=day,
            asker=asker.user_id,
            taker=taker.user_id,
            in_return=in_return,
            now=now,
            today=_today(desk),
        )
        _keep(change, roster)
        change.add(_asking(roster.swap(swap_id)), desk.clock.machine())
    return roster.swap(swap_id)


def _values(swap: Swap) -> dict[str, str]:
    return {
        "swap": swap.id,
        "day": swap.day.isoformat(),
        "in_return": swap.in_return.isoformat() if swap.in_return else "",
        "asker": swap.asker,
        "taker": swap.taker,
        "state": swap.state.value,
    }


def _asking(swap: Swap) -> Announce:
    return Announce(
        Line.SWAP_ASKED, about=swap.id, values=_values(swap), mention=(swap.taker,), channel=swap.taker
    )


def answer(desk: Desk, swap_id: str, by: str, *, accept: bool) -> Swap:
    """The other one answers: the message loses its buttons, the asker is told. Raises UserError for anyone else."""
    with desk.change() as change:
        roster, swap = answer_swap(roster_of(change), swap_id, by, accept=accept)
        _keep(change, roster)
        at = desk.clock.machine()
        change.add(
            Revise(effect_id(_asking(swap)), Line.SWAP_ANSWERED, about=swap.id, values=_values(swap)), at
        )
        told = Announce(Line.SWAP_ANSWERED, about=swap.id, values=_values(swap), channel=swap.asker)
        change.add(told, at)
    desk.refresh_policy()
    if accept and swap.day == _today(desk):
        _follow_duty(desk, swap)
    return swap


def _follow_duty(desk: Desk, swap: Swap) -> None:
    """A swap of today moves what is still to be judged to the new responder; what is decided stays with its owner."""
    for alert in desk.store.alerts((AlertState.OPEN,)):
        if alert.owner == swap.asker:
            _hand_to(desk, alert, swap.taker, "swap")


def say_unanswered(desk: Desk) -> int:
    """The evening before: swaps nobody answered stay with the first person, and say so. Returns how many."""
    policy, now = desk.policy(), desk.clock.now()
    told = 0
    for swap in roster_of(desk.store).swaps:
        if swap.state is not SwapState.ASKED:
            continue
        evening = (
            policy.calendar.close_of(policy.calendar.add_business_days(swap.day, -1)) - SAID_BEFORE_CLOSE
        )
        if now < evening:
            continue
        with desk.change() as change:
            roster, lapsed = lapse(roster_of(change), swap.id)
            _keep(change, roster)
            at = desk.clock.machine()
            asking = effect_id(_asking(lapsed))
            change.add(Revise(asking, Line.SWAP_OPEN, about=swap.id, values=_values(lapsed)), at)
            change.add(
                Announce(Line.SWAP_OPEN, about=swap.id, values=_values(lapsed), channel=swap.asker), at
            )
        told += 1
    return told


def _today(desk: Desk) -> date:
    return desk.policy().calendar.date_of(desk.clock.now())
