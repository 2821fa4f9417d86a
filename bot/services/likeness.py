"""Use case: each new alert learns which earlier one it could be taken for; and what the guard then asks of it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import EditCard, Outcome
from bot.domain.fingerprint import face_keys, fingerprint
from bot.domain.twin import may_have_twin, with_twin
from bot.ports import Change, Reading

MOST_CANDIDATES = 16
"""Earlier alerts that are compared with a new one; ours: of each cause one, those that share most first."""


def guarded(change: Reading, outcome: Outcome) -> Outcome:
    """The outcome with its alert's twin sought anew, and the card edited when another twin was found."""
    alert = outcome.alert
    if not may_have_twin(alert):
        return outcome
    keys = face_keys(fingerprint(alert.facts, alert.effective_step))
    earlier = change.rounds(alert.issue_id) if alert.round > 1 else []
    found = with_twin(alert, [*change.alike(keys, MOST_CANDIDATES), *earlier])
    if found == alert:
        return outcome
    edit = () if any(isinstance(effect, EditCard) for effect in outcome.effects) else (EditCard(alert.id),)
    return replace(outcome, alert=found, effects=(*outcome.effects, *edit))


def earlier_of(reading: Reading, alert: Alert) -> Alert | None:
    """The alert that its twin names, as it stands now."""
    return reading.alert(alert.twin.alert_id) if alert.twin else None


def tell_twins(change: Change, alert: Alert) -> list[EditCard]:
    """The cards that name this alert say what has just been decided on it."""
    waiting = change.alerts((AlertState.OPEN,))
    return [EditCard(other.id) for other in waiting if other.twin and other.twin.alert_id == alert.id]
