"""What saving an effect means when it is there already: one rule for every store, asked inside its transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.effects import RENEWED, Effect, EffectState, SavedEffect, effect_id


def asked_for(
    stored: SavedEffect | None, effect: Effect, at: datetime, *, urgent: bool, due_at: datetime | None
) -> SavedEffect | None:
    """What to save when an effect is asked for at machine time `at`; None when what is stored says it already.

    An effect that only brings something up to date is armed again: it waits once more, and remembers attempts, errors
    and a call under way only if it was still waiting.
    """
    due_at = due_at or at
    if stored is None:
        return SavedEffect(effect_id(effect), effect, created_at=at, due_at=due_at, urgent=urgent)
    if not isinstance(effect, RENEWED):
        return None
    if stored.state is EffectState.WAITING:
        return replace(
            stored,
            effect=effect,
            due_at=min(stored.due_at, due_at),
            urgent=stored.urgent or urgent,
            armed=stored.armed + 1,
        )
    return SavedEffect(
        stored.id, effect, stored.created_at, due_at=due_at, urgent=urgent, armed=stored.armed + 1
    )


def reported(stored: SavedEffect | None, given: SavedEffect) -> SavedEffect:
    """What to save when the outbox reports on an effect that may have been armed again while it was under way.

    A report that ends an older asking leaves the newer one waiting, as if it had not been tried.
    """
    if stored is None or stored.armed <= given.armed:
        return given
    if given.state is EffectState.WAITING:
        return replace(given, effect=stored.effect, armed=stored.armed)
    return replace(
        stored,
        state=EffectState.WAITING,
        due_at=given.due_at,
        attempts=0,
        begun_at=None,
        failed_since=None,
        error="",
    )


def done_at(saved: SavedEffect) -> datetime | None:
    """About when an effect ended (machine time), from which `DONE_FOR` counts; None while it must be kept."""
    if saved.state not in (EffectState.DONE, EffectState.DROPPED):
        return None
    return max(saved.due_at, saved.begun_at or saved.due_at)


def over_at(alert: Alert) -> datetime | None:
    """When a round came to its end, from which `HOT_FOR` counts; None while something is awaited from a person."""
    if not alert.is_over:
        return None
    ends = (
        alert.closing and alert.closing.at,
        alert.responded_at,
        alert.decision and alert.decision.at,
        alert.arrived_at,
    )
    return max(end for end in ends if end)
