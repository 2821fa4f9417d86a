"""Use case: each new alert learns which earlier one it could be taken for; and what the guard then asks of it."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import EditCard, Outcome
from bot.domain.fingerprint import face_keys, fingerprint
from bot.domain.likeness import Likeness
from bot.domain.policy import Policy
from bot.domain.twin import may_have_twin, with_twin
from bot.ports import Change, Reading
from bot.services.desk import Desk

DECIDED = "decided_lately"
"""Under this name the store keeps the alerts whose decision the waiting cards have not heard of yet: JSON."""
MOST_TOLD = 50
"""Waiting cards that one decision draws anew; ours: about as many as Slack takes edits in a minute."""
MOST_CANDIDATES = 12
"""Earlier alerts that are compared with a new one; ours: of each cause one, those that share most first."""


def guarded(change: Reading, outcome: Outcome, policy: Policy) -> Outcome:
    """The outcome with its alert's twin sought, and the card edited when another one was found.

    Sought once for what is known: a renewed count seeks nothing anew.
    """
    alert = outcome.alert
    if not may_have_twin(alert) or _is_sought(change.alert(alert.id), alert):
        return outcome
    found = with_twin(alert, _candidates(change, alert, policy), policy)
    if found == alert:
        return outcome
    edit = () if any(isinstance(effect, EditCard) for effect in outcome.effects) else (EditCard(alert.id),)
    return replace(outcome, alert=found, effects=(*outcome.effects, *edit))


def _candidates(change: Reading, alert: Alert, policy: Policy) -> list[Alert]:
    """The earlier alerts that it could be taken for. A drill keeps to itself."""
    if alert.drill:
        return [other for other in change.alerts() if other.drill == alert.drill and other.id != alert.id]
    keys = face_keys(fingerprint(alert.facts, policy.suggest(alert.facts).step))
    earlier = change.rounds(alert.issue_id) if alert.round > 1 else []
    return [*change.alike(keys, MOST_CANDIDATES), *earlier]


def _is_sought(stored: Alert | None, alert: Alert) -> bool:
    return stored is not None and stored.facts == alert.facts


def earlier_of(reading: Reading, alert: Alert) -> Alert | None:
    """The alert that its twin names, as it stands now."""
    return reading.alert(alert.twin.alert_id) if alert.twin else None


def note_decided(change: Change, alert_id: str) -> None:
    """Remember that the cards that wait are to hear of this decision; nobody who pressed waits for it."""
    waiting: list[str] = json.loads(change.value(DECIDED) or "[]")
    change.set_value(DECIDED, json.dumps([*(one for one in waiting if one != alert_id), alert_id]))


def tell_waiting(desk: Desk) -> None:
    """Say on the cards that wait what was decided lately; a decision a transaction, so that no press waits long."""
    waiting: list[str] = json.loads(desk.store.value(DECIDED) or "[]")
    for alert_id in waiting:
        with desk.change() as change:
            decided = change.alert(alert_id)
            if decided is not None and decided.decision is not None:
                for outcome in others_guarded(change, decided, desk.policy()):
                    desk.keep(change, outcome)
            left: list[str] = json.loads(change.value(DECIDED) or "[]")
            change.set_value(DECIDED, json.dumps([one for one in left if one != alert_id]))


def others_guarded(change: Reading, decided: Alert, policy: Policy) -> list[Outcome]:
    """What has just been decided, on the cards that wait: those that name this alert, and those of its cause.

    A card that offers a decision on its cause already keeps it, so that a storm is not drawn anew at each press.
    """
    told: list[Outcome] = []
    for other in change.alerts((AlertState.OPEN,)):
        if len(told) == MOST_TOLD:
            break
        if not _may_concern(other, decided) or _has_offer(change, other, decided):
            continue
        candidates = [each for each in (earlier_of(change, other), decided) if each is not None]
        found = with_twin(other, candidates, policy)
        if found != other or (other.twin and other.twin.alert_id == decided.id):
            told.append(Outcome(found, (EditCard(other.id),)))
    return told


def _may_concern(other: Alert, decided: Alert) -> bool:
    """Whether it names the alert, or says about the same: the rest need not be compared, and there may be hundreds."""
    if other.id == decided.id or other.drill != decided.drill or not may_have_twin(other):
        return False
    named = other.twin is not None and other.twin.alert_id == decided.id
    mine, theirs = other.facts, decided.facts
    return named or mine.exceptions[-1:] == theirs.exceptions[-1:] or mine.title[:20] == theirs.title[:20]


def _has_offer(change: Reading, other: Alert, decided: Alert) -> bool:
    """Whether the card offers what was decided on the same cause, by another alert."""
    twin = other.twin
    if twin is None or twin.likeness is not Likeness.SAME_CAUSE or twin.alert_id == decided.id:
        return False
    earlier = change.alert(twin.alert_id)
    return earlier is not None and earlier.decision is not None
