"""Carries saved effects out into the world: due, deliver, receipt, retry. Started by `bot.app`, one thread a service.

The mark "begun" is durable before a call goes out. An effect that was begun and has no receipt may have happened:
its deliverer looks before it does it again. That, and ids that are functions of what an effect is for, is what keeps
a message and a note from appearing twice.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.effects import (
    Announce,
    EditCard,
    EffectState,
    HearSilence,
    PostCard,
    Remove,
    Revise,
    SavedEffect,
    Say,
    Service,
    alert_of,
    ref_key,
)
from bot.domain.errors import StoreUnavailable
from bot.domain.receipts import Receipt
from bot.ports import Change, Clock, Deliverer, Refused, Store, TryLater

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=72)
"""An effect is tried for this long from its first failure (design, section 6)."""
FIRST_RETRY_AFTER = timedelta(seconds=1)
LONGEST_RETRY_AFTER = timedelta(minutes=5)
LOOK_AHEAD = 500
"""How many due effects are looked at to find the one that should go first."""
MOST_BLOCKED = 100
"""So many lines may wait for their cards within one look before they are put off."""
PUT_OFF_FOR = timedelta(minutes=1)
LONGEST_NAP = timedelta(seconds=5)
"""The outbox looks at the store at least this often, in case a bell was lost."""

RANK: dict[type[object], int] = {
    PostCard: 0,
    EditCard: 1,
    Announce: 1,
    Revise: 1,
    Say: 2,
    HearSilence: 2,
    Remove: 3,
}
"""Within one urgency: cards before edits before what the threads say, what goes last."""

OnReceipt = Callable[[Change, SavedEffect, Receipt], None]
OnFailure = Callable[[Change, SavedEffect], None]


class Outbox:
    """Delivers the effects of one service, one after another, the most urgent first."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        deliverer: Deliverer,
        on_receipt: OnReceipt,
        on_failure: OnFailure,
        ring: Callable[[], None],
    ) -> None:
        """`ring` wakes every outbox: what a receipt changes may be the other service's to deliver."""
        self._store = store
        self._clock = clock
        self._deliverer = deliverer
        self._on_receipt = on_receipt
        self._on_failure = on_failure
        self._ring = ring
        self._bell = threading.Condition()
        self._rung = False
        self._stopping = False
        self._busy = False
        self._thread: threading.Thread | None = None

    @property
    def service(self) -> Service:
        return self._deliverer.service

    def start(self) -> None:
        """Deliver from now on. What was given up is tried once more: a restart is how an operator says "mended"."""
        self._take_up_again()
        self._thread = threading.Thread(target=self._run, name=f"outbox-{self.service}", daemon=True)
        self._thread.start()

    def _take_up_again(self) -> None:
        given_up = self._store.given_up(self.service)
        if not given_up:
            return
        now = self._clock.machine()
        with self._store.change() as change:
            for saved in given_up:
                change.update_effect(
                    replace(saved, state=EffectState.WAITING, due_at=now, attempts=0, failed_since=None)
                )
        log.info("given up before, tried again", extra={"service": self.service, "n": len(given_up)})

    def stop(self) -> None:
        """Stop after the delivery that is under way."""
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
        if self._thread:
            self._thread.join(timeout=15)

    def wake(self) -> None:
        """Something was saved: look now."""
        with self._bell:
            self._rung = True
            self._bell.notify_all()

    @property
    def is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_idle(self) -> bool:
        """Nothing is due and nothing is under way."""
        return (
            not self._busy
            and self._next()[0] is None
            and not self._store.due(self.service, self._clock.machine(), 1)
        )

    def _run(self) -> None:
        while not self._stopping:
            try:
                nap = self.step()
            except StoreUnavailable:
                nap = LONGEST_NAP
                log.error("the store takes no writes; delivery waits")
            except Exception:  # the edge: a defect must not end delivery for good
                nap = LONGEST_NAP
                log.exception("delivery stumbled")
            with self._bell:
                if nap and not self._rung and not self._stopping:
                    self._bell.wait(nap.total_seconds())
                self._rung = False

    def step(self) -> timedelta | None:
        """Deliver one effect and return None, or return how long there is nothing to do."""
        self._busy = True
        try:
            saved, nap = self._next()
            if saved is None:
                return nap
            self._carry_out(saved)
            return None
        finally:
            self._busy = False

    def _next(self) -> tuple[SavedEffect | None, timedelta]:
        """The effect that should go now, or how long to wait for one."""
        now = self._clock.machine()
        waits: list[timedelta] = [LONGEST_NAP]
        ready: list[SavedEffect] = []
        blocked: list[SavedEffect] = []
        for saved in self._store.due(self.service, now, LOOK_AHEAD):
            wait = self._deliverer.ready_in(saved)
            if wait > timedelta(0):
                waits.append(wait)
            else:
                ready.append(saved)
        # The sort keeps the store's order among equals. Alerts are read last and few: this is done at each bell.
        ready.sort(key=lambda s: (not s.urgent, RANK.get(type(s.effect), 0)))
        for saved in ready:
            if self._can_be_placed(saved):
                return saved, timedelta(0)
            blocked.append(saved)
        if len(blocked) > MOST_BLOCKED:
            self._put_off(blocked, now)
            return None, timedelta(0)
        # Lines that wait for their card are due already and stand in front of the retry that would bring it.
        upcoming = self._store.next_due_at(self.service, now)
        if upcoming is not None:
            waits.append(upcoming - now)
        return None, min(waits)

    def _put_off(self, blocked: list[SavedEffect], now: datetime) -> None:
        """Lines whose card does not stand yet must not crowd out what can go; the card's receipt calls them back."""
        with self._store.change() as change:
            for saved in blocked:
                change.update_effect(replace(saved, due_at=now + PUT_OFF_FOR))

    def _can_be_placed(self, saved: SavedEffect) -> bool:
        """A thread needs its first message first, a revision the message that it revises."""
        effect = saved.effect
        if isinstance(effect, Revise | Remove | HearSilence) or (
            isinstance(effect, Announce) and effect.thread_of
        ):
            of = effect.thread_of if isinstance(effect, Announce) else effect.of
            return self._store.value(ref_key(of or "")) is not None
        if not isinstance(effect, EditCard | Say):
            return True
        alert = self._store.alert(effect.alert_id)
        return alert is not None and alert.card is not None

    def _carry_out(self, found: SavedEffect) -> None:
        """Mark it as begun, deliver it, and write back what came of it."""
        with self._store.change() as change:
            saved = change.effect(found.id)
            if saved is None or saved.state is not EffectState.WAITING:
                return
            begun = replace(
                saved, begun_at=saved.begun_at or self._clock.machine(), attempts=saved.attempts + 1
            )
            change.update_effect(begun)
        try:
            receipt = self._deliverer.deliver(replace(begun, begun_at=saved.begun_at), self._alert(saved))
            self._done(begun, receipt)
        except TryLater as later:
            # A refusal says that this call did nothing; of an earlier one whose reply was lost it says nothing.
            self._try_later(begun if later.sent else replace(begun, begun_at=saved.begun_at), later)
        except Refused as refused:
            self._give_up(begun, str(refused))
        except StoreUnavailable:
            raise
        except (
            Exception
        ) as defect:  # a defect of ours must not lose the effect; it is reported and tried again
            log.exception("an effect could not be delivered", extra={"effect": saved.id})
            self._try_later(begun, TryLater(f"{type(defect).__name__}: see the log"))

    def _alert(self, saved: SavedEffect) -> Alert | None:
        alert_id = alert_of(saved.effect)
        return self._store.alert(alert_id) if alert_id else None

    def _done(self, saved: SavedEffect, receipt: Receipt) -> None:
        done = replace(
            saved, state=EffectState.DONE, error="", failed_since=None, due_at=self._clock.machine()
        )
        with self._store.change() as change:
            change.update_effect(done)
            self._on_receipt(change, done, receipt)
        self._ring()
        log.info("delivered", extra={"effect": saved.id, "attempts": saved.attempts})

    def _try_later(self, saved: SavedEffect, later: TryLater) -> None:
        now = self._clock.machine()
        since = saved.failed_since or now
        if now - since >= GIVE_UP_AFTER:
            self._give_up(saved, str(later))
            return
        failed = replace(
            saved,
            due_at=now + (later.after if later.after is not None else back_off(saved.attempts)),
            failed_since=since,
            error=str(later),
        )
        self._failed(failed)
        log.warning("to be tried again", extra={"effect": saved.id, "why": str(later)})

    def _give_up(self, saved: SavedEffect, why: str) -> None:
        given_up = replace(
            saved,
            state=EffectState.GIVEN_UP,
            failed_since=saved.failed_since or self._clock.machine(),
            error=why,
        )
        self._failed(given_up)
        log.error("an effect was given up", extra={"effect": saved.id, "why": why})

    def _failed(self, saved: SavedEffect) -> None:
        """Keep the failure, unless a newer act has overtaken the effect meanwhile; then what follows from it."""
        with self._store.change() as change:
            current = change.effect(saved.id)
            if current is None or current.state is not EffectState.WAITING:
                return
            change.update_effect(replace(saved, urgent=current.urgent))
        try:
            with self._store.change() as change:
                self._on_failure(change, saved)
        except StoreUnavailable:
            raise
        except Exception:  # a defect in what follows must not keep this effect at the head of its queue
            log.exception("a failure could not be told", extra={"effect": saved.id})
        self._ring()


def back_off(attempts: int) -> timedelta:
    """Doubling from one second to five minutes, with up to a quarter of jitter so that a crowd does not march."""
    doubled = FIRST_RETRY_AFTER * (2 ** min(attempts - 1, 12))
    jitter = 1 + random.random() / 4  # noqa: S311 - spread, not secrecy
    return min(doubled, LONGEST_RETRY_AFTER) * jitter
