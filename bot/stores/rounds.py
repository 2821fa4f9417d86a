"""The alerts in memory by issue, by state and by when they ended, so that no question scans those that are over."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.stores.arming import over_at


@dataclass(frozen=True)
class _Known:
    """What the index must remember of an alert to find it, and to forget it again."""

    issue_id: str
    round: int
    state: AlertState
    arrived_at: datetime
    over_at: datetime | None


class RoundIndex:
    """Finds the alerts in memory; kept true by `put` and `drop`, also when a change is undone."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._by_issue: dict[str, dict[str, int]] = {}
        self._by_state: dict[AlertState, set[str]] = {state: set() for state in AlertState}
        self._over: list[tuple[datetime, str]] = []

    def put(self, alert: Alert) -> None:
        """Take in an alert, or its newer form."""
        self.drop(alert.id)
        known = _Known(alert.issue_id, alert.round, alert.state, alert.arrived_at, over_at(alert))
        self._known[alert.id] = known
        self._by_issue.setdefault(alert.issue_id, {})[alert.id] = alert.round
        self._by_state[alert.state].add(alert.id)
        if known.over_at:
            insort(self._over, (known.over_at, alert.id))

    def drop(self, alert_id: str) -> None:
        """Forget an alert; one that is not known is no error."""
        known = self._known.pop(alert_id, None)
        if known is None:
            return
        ids = self._by_issue[known.issue_id]
        del ids[alert_id]
        if not ids:
            del self._by_issue[known.issue_id]
        self._by_state[known.state].remove(alert_id)
        if known.over_at:
            del self._over[bisect_left(self._over, (known.over_at, alert_id))]

    def of_issue(self, issue_id: str) -> dict[str, int]:
        """The rounds of an issue by alert id."""
        return self._by_issue.get(issue_id, {})

    def in_states(self, states: Iterable[AlertState]) -> list[str]:
        """The alerts in these states, oldest arrival first."""
        ids = [alert_id for state in set(states) for alert_id in self._by_state[state]]
        return sorted(ids, key=lambda alert_id: (self._known[alert_id].arrived_at, alert_id))

    def over_before(self, at: datetime) -> list[str]:
        """The alerts that came to their end before this instant."""
        return [alert_id for _, alert_id in self._over[: bisect_left(self._over, (at, ""))]]
