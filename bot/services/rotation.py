"""Use case: the morning ping of each business day, once; and who is on duty when. Ticked by `jobs.rotation_ping`."""

from __future__ import annotations

import json
from datetime import date, datetime

from bot.domain.chasing import WAITING_STATES, listed, overdue_lists
from bot.domain.effects import Announce, Revise, effect_id
from bot.domain.lines import Line
from bot.domain.pinging import MOST_LISTED, Morning, morning
from bot.domain.rotation import Duty
from bot.services.desk import Desk

PINGED = "pinged"
"""Under this name the store keeps the business day and the instant of the last ping: JSON."""

SMALL_PRINT = ("path", "checked", "since", "arrived", "shown")
"""What the ping found in the morning; a later word on who is on duty says it again as it was."""


def ping(desk: Desk, path_checked: str) -> Announce | None:
    """Post today's ping when the day has opened and none was posted. After a time of silence only today's is posted.

    `path_checked`: what the bot found of its own path just now, such as `well`, for the small print.
    """
    policy, now = desk.policy(), desk.clock.now()
    today = policy.calendar.date_of(now)
    if not policy.calendar.is_open(now):
        return None
    last = json.loads(desk.store.value(PINGED) or "{}")
    if last.get("day") == today.isoformat():
        return None
    alerts = desk.store.alerts(WAITING_STATES)
    said = morning(today, alerts, now, policy)
    since = last.get("at") or now.isoformat()
    began = datetime.fromisoformat(since)
    arrived = [alert for alert in desk.store.alerts() if alert.arrived_at >= began and not alert.drill]
    small_print = {
        "path": path_checked,
        "checked": now.isoformat(),
        "since": since,
        "arrived": str(len(arrived)),
        "shown": str(sum(alert.card is not None for alert in arrived)),
    }
    message = Announce(
        Line.PING,
        about=today.isoformat(),
        values={**ping_values(said), **small_print},
        mention=(said.duty.responder,) if said.duty.responder else (),
    )
    with desk.change() as change:
        change.set_value(PINGED, json.dumps({"day": today.isoformat(), "at": now.isoformat()}))
        change.add(message, desk.clock.machine())
        for theirs in overdue_lists([a for a in alerts if not a.drill], now, policy).values():
            for alert in theirs:
                fresh = change.alert(alert.id)
                if fresh is not None:
                    change.save(listed(fresh, today))
    return message


def revise_ping(desk: Desk) -> None:
    """Someone is away or has swapped: today's ping says who is on duty now, in the same message."""
    policy, now = desk.policy(), desk.clock.now()
    today = policy.calendar.date_of(now)
    last = json.loads(desk.store.value(PINGED) or "{}")
    if last.get("day") != today.isoformat():
        return
    said = morning(today, desk.store.alerts(WAITING_STATES), now, policy)
    of = effect_id(Announce(Line.PING, about=today.isoformat()))
    saved = desk.store.effect(of)
    before = saved.effect.values if saved and isinstance(saved.effect, Announce) else {}
    values = {**ping_values(said), **{key: before.get(key, "") for key in SMALL_PRINT}}
    mention = (said.duty.responder,) if said.duty.responder else ()
    with desk.change() as change:
        change.add(
            Revise(of, Line.PING, about=today.isoformat(), values=values, mention=mention),
            desk.clock.machine(),
        )


def ping_values(said: Morning) -> dict[str, str]:
    """The ping as plain values; `bot.slack.blocks.ping` words them."""
    return {
        "day": said.day.isoformat(),
        "responder": said.duty.responder or "",
        "backups": ",".join(said.duty.backups),
        "instead_of": said.duty.instead_of or "",
        "next_day": said.next_duty.date.isoformat(),
        "next": said.next_duty.responder or "",
        "to_judge": str(said.to_judge),
        "in_progress": str(said.in_progress),
        "due_today": str(said.due_today),
        "overdue": ",".join(alert.display_id for alert in said.overdue[:MOST_LISTED]),
        "overdue_count": str(len(said.overdue)),
        "week": ";".join(f"{duty.date.isoformat()}={duty.responder or ''}" for duty in said.week),
        "away": ",".join(said.away),
    }


def duties(desk: Desk, first: date, number: int) -> list[Duty]:
    """The duties of so many business days from the first on."""
    policy = desk.policy()
    day = first if policy.calendar.is_business_day(first) else policy.calendar.next_business_day(first)
    found: list[Duty] = []
    for _ in range(number):
        found.append(policy.duty_of(day))
        day = policy.calendar.next_business_day(day)
    return found
