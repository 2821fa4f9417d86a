"""Use case: what the app's Home shows one person: who is on duty, what waits for them, how much waits in all."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alert import Alert
from bot.domain.rotation import Duty
from bot.services.desk import Desk
from bot.services.incident import fixes
from bot.services.lists import TODAY_AND_NEXT, on_call, waiting


@dataclass(frozen=True)
class AtHome:
    """One person's Home."""

    duty: Duty
    next_duty: Duty
    mine: tuple[Alert, ...]
    """Their own open alerts, the first due first."""
    waiting: int
    """All alerts that wait for somebody; a drill's are not counted."""
    fixes: tuple[Alert, ...] = ()
    """Incidents whose permanent fix is still to come: first priority, on every Home."""


def home_of(desk: Desk, user_id: str) -> AtHome:
    """The Home of one person, as it stands now."""
    today, following = on_call(desk, TODAY_AND_NEXT).duties
    alerts = waiting(desk)
    real = sum(1 for alert in alerts if not alert.drill)
    mine = tuple(a for a in alerts if a.owner == user_id)
    return AtHome(today, following, mine, real, fixes(desk.store))
