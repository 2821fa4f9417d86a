"""Use case: what `/triage list`, `mine`, `oncall` and `log` show, as plain alerts, duties and entries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.alert import Alert
from bot.domain.chasing import WAITING_STATES, due_of
from bot.domain.entries import Entry
from bot.domain.errors import UserError
from bot.domain.rotation import Duty
from bot.services.desk import Desk
from bot.services.history import issue_of
from bot.services.rotation import duties

WEEK = 5
"""Business days that `/triage oncall week` shows, the current one first."""
TODAY_AND_NEXT = 2

_IN_ADDRESS = re.compile(r"/issues/(\d{1,30})")
"""Where Sentry's addresses carry the issue's number."""


@dataclass(frozen=True)
class OnCall:
    """Who is on duty on some business days, and who of the rotation is away on each."""

    duties: tuple[Duty, ...]
    away: Mapping[date, tuple[str, ...]]


@dataclass(frozen=True)
class IssueLog:
    """The newest round of an issue, and the log of all its rounds, oldest first."""

    alert: Alert
    entries: tuple[Entry, ...]


def waiting(desk: Desk, owner: str | None = None) -> list[Alert]:
    """Alerts that wait for a person (of one owner, where one is named): urgent ones first, then the first due first.

    What is of a drill stands behind everything that is real.
    """
    found = [alert for alert in desk.store.alerts(WAITING_STATES) if owner in (None, alert.owner)]
    return sorted(
        found, key=lambda a: (bool(a.drill), not a.is_urgent, due_of(a) or a.judge_by_at, a.arrived_at)
    )


def on_call(desk: Desk, days: int) -> OnCall:
    """The duties of so many business days from the current one on; after the close of business the next is current."""
    policy = desk.policy()
    found = duties(desk, policy.calendar.business_day_of(desk.clock.now()), days)
    return OnCall(tuple(found), {duty.date: _away(desk, duty.date) for duty in found})


def _away(desk: Desk, day: date) -> tuple[str, ...]:
    policy = desk.policy()
    return tuple(person for person in policy.rotation.people if policy.absent(person, day))


def log_of(desk: Desk, name: str) -> IssueLog:
    """The log of an issue by its number, short id, alert id or address in Sentry. Raises UserError for any other."""
    if not name:
        raise UserError("error.log_which")
    in_address = _IN_ADDRESS.search(name)
    issue_id = issue_of(desk.store, in_address[1] if in_address else name)
    alert = desk.store.latest_round(issue_id) if issue_id else None
    if issue_id is None or alert is None:
        raise UserError("error.log_unknown", name=name[:40])
    return IssueLog(alert, tuple(desk.store.entries(issue_id=issue_id)))


def page_of(alerts: Sequence[Alert], page: int, size: int) -> int:
    """The page that is there: an alert may have been decided since the button was made."""
    return max(0, min(page, (len(alerts) - 1) // size))
