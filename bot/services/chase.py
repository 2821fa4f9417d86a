"""Use case: what is due, chased; what is large and unanswered, called out again. Ticked by `jobs.chase`."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.alert import Alert
from bot.domain.chasing import WAITING_STATES, chase, nudge
from bot.domain.consulting import listen
from bot.domain.effects import Outcome
from bot.domain.handling import ask_word
from bot.services.desk import Desk


def chase_all(desk: Desk) -> int:
    """Remind, chase, nudge and listen, each alert by itself. Safe at any moment and any number of times."""
    policy, now, said = desk.policy(), desk.clock.now(), 0
    rules: tuple[Callable[[Alert], Outcome], ...] = (
        lambda alert: nudge(alert, now, policy),
        lambda alert: ask_word(alert, now, policy),
        lambda alert: chase(alert, now, policy),
        lambda alert: listen(alert, now, policy),
    )
    for waiting in desk.store.alerts(WAITING_STATES):
        for rule in rules:
            if rule(waiting).alert != waiting:
                said += _apply(desk, waiting.id, rule)
    return said


def _apply(desk: Desk, alert_id: str, rule: Callable[[Alert], Outcome]) -> int:
    with desk.change() as change:
        fresh = change.alert(alert_id)
        if fresh is None:
            return 0
        outcome = rule(fresh)
        if outcome.alert == fresh:
            return 0
        desk.keep(change, outcome)
    return 1
