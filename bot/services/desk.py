"""What each use case has before it: the store, the clock, the team's policy, and the bell that wakes the outbox."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.domain.alert import Alert
from bot.domain.effects import EffectState, Outcome, Service, service_of
from bot.domain.errors import UserError
from bot.domain.policy import Policy
from bot.ports import Change, Clock, Store
from bot.services.offering import left, offers


@dataclass(frozen=True)
class Actor:
    """The person who acts: a Slack user id and the name that others know them by."""

    user_id: str
    name: str


@dataclass(frozen=True)
class Desk:
    """Given to every use case; made once in `bot.app`."""

    store: Store
    clock: Clock
    policy: Callable[[], Policy]
    wake: Callable[[], None]
    refresh_policy: Callable[[], None]
    """People, absences or swaps have changed: the next policy is made anew."""

    @contextmanager
    def change(self) -> Generator[Change]:
        """One transaction, and then the outbox is woken: whatever was saved is on its way at once."""
        with self.store.change() as change:
            yield change
        self.wake()

    def is_repeat(self, change: Change, what: str, once: str) -> bool:
        """Whether this form was sent before for this very thing. `once`: the form's own id; without one nothing is."""
        return bool(once) and not change.first_time(f"form:{what}:{once}", self.clock.machine())

    def keep(self, change: Change, outcome: Outcome) -> Alert:
        """Save the alert, its effects and its log entries together."""
        alert, at = outcome.alert, self.clock.machine()
        before = change.alert(alert.id)
        change.save(alert)
        for effect in outcome.effects:
            if service_of(effect) is Service.SENTRY and not alert.has_issue:
                continue  # whatever a rule asks: there is nothing to read or write there
            change.add(effect, at, urgent=alert.is_urgent)
        for entry in outcome.entries:
            change.log(replace(entry, drill=alert.drill))
        if alert.is_urgent:
            _hasten(change, alert.id)
        for effect in offers(change, before, alert):
            change.add(effect, at)
        if (lead := left(change, before, alert)) is not None:
            self.keep(change, lead)
        return alert


def _hasten(change: Change, alert_id: str) -> None:
    """What was on its way before the alert was suspected to be large goes to the front as well."""
    for saved in change.effects_of(alert_id):
        if saved.state is EffectState.WAITING and not saved.urgent:
            change.update_effect(replace(saved, urgent=True))


def newest_round(change: Change, alert_id: str) -> Alert:
    """The alert, if its issue has no newer round. Raises UserError where a newer card goes on with it."""
    alert = known_alert(change, alert_id)
    if alert.is_drill_over:
        raise UserError("error.drill_over")
    newest = change.latest_round(alert.issue_id)
    if newest is not None and newest.id != alert.id:
        raise UserError("error.newer_round")
    return alert


def known_alert(change: Change, alert_id: str) -> Alert:
    """The alert of that id. Raises UserError where the store has none (a card of another bot, a restored store)."""
    alert = change.alert(alert_id)
    if alert is None:
        raise UserError("error.unknown_alert")
    return alert
