"""What the `faces` table says of a round: the keys under which a look-alike of it would be sought, and its cause."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alert import Alert
from bot.domain.facts import Facts
from bot.domain.fingerprint import cause_key, face_keys, fingerprint

NEWEST_OF_A_KEY = 48
"""Causes looked at behind one key, newest first; ours: it bounds the cost of a title that everything has."""


@dataclass(frozen=True)
class Face:
    """One round's part in the index. Of each cause the newest decided round is found, else the newest one."""

    facts: Facts
    step: str | None
    is_decided: bool

    @classmethod
    def of(cls, alert: Alert) -> Face:
        return cls(alert.facts, alert.suggestion.step, alert.decision is not None)

    def keys(self) -> tuple[str, tuple[str, ...]]:
        """The cause, and the keys of its face."""
        known = fingerprint(self.facts, self.step)
        return cause_key(known), face_keys(known)


def best(found: list[tuple[str, str]], limit: int) -> list[str]:
    """The alerts that share most keys, of equals the newest; `found` has (alert id, arrival) once for each key."""
    shared: dict[str, tuple[int, str]] = {}
    for alert_id, arrived in found:
        number, _ = shared.get(alert_id, (0, ""))
        shared[alert_id] = (number + 1, arrived)
    ranked = sorted(shared, key=lambda alert_id: (shared[alert_id], alert_id), reverse=True)
    return ranked[:limit]
