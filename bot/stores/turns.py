"""One writer at a time over a `Keeping`: the lock, the frame of a change, and the questions from outside a change."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from bot.domain.alert import Alert, AlertState, MessageRef
from bot.domain.effects import Entry, SavedEffect, Service
from bot.ports import Backlog, Change, Person
from bot.stores.keeping import Keeping


class Guarded:
    """Answers the questions of a `Reading` from a `Keeping`, one at a time. Children say how a change is kept."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._lock = RLock()

    def _fresh(self) -> Keeping:
        """What a question is asked of, under the lock."""
        return self._keeping

    def alert(self, alert_id: str) -> Alert | None:
        with self._lock:
            return self._fresh().alert(alert_id)

    def latest_round(self, issue_id: str) -> Alert | None:
        with self._lock:
            return self._fresh().latest_round(issue_id)

    def rounds(self, issue_id: str) -> list[Alert]:
        with self._lock:
            return self._fresh().rounds(issue_id)

    def alerts(self, states: Iterable[AlertState] | None = None) -> list[Alert]:
        with self._lock:
            return self._fresh().alerts(states)

    def alert_at(self, ref: MessageRef) -> str | None:
        with self._lock:
            return self._fresh().alert_at(ref)

    def entries(self, *, issue_id: str | None = None, limit: int | None = None) -> list[Entry]:
        with self._lock:
            return self._fresh().entries(issue_id=issue_id, limit=limit)

    def effect(self, effect_id: str) -> SavedEffect | None:
        with self._lock:
            return self._fresh().effect(effect_id)

    def effects_of(self, alert_id: str) -> list[SavedEffect]:
        with self._lock:
            return self._fresh().effects_of(alert_id)

    def due(self, service: Service, at: datetime, limit: int) -> list[SavedEffect]:
        with self._lock:
            return self._fresh().due(service, at, limit)

    def next_due_at(self, service: Service) -> datetime | None:
        with self._lock:
            return self._fresh().next_due_at(service)

    def backlog(self, service: Service) -> Backlog:
        with self._lock:
            return self._fresh().backlog(service)

    def person(self, user_id: str) -> Person | None:
        with self._lock:
            return self._fresh().person(user_id)

    def people(self) -> list[Person]:
        with self._lock:
            return self._fresh().people()

    def value(self, name: str) -> str | None:
        with self._lock:
            return self._fresh().value(name)


class OneWriter(Guarded):
    """A store in which changes go one after another; `_commit` and `_roll_back` are its children's."""

    def __init__(self, keeping: Keeping) -> None:
        super().__init__(keeping)
        self._is_changing = False

    @contextmanager
    def change(self) -> Generator[Change]:
        """Begin a transaction; see `bot.ports.Store.change`. One inside another is refused with RuntimeError.

        Keep the block short and free of calls to the outside: other writers and readers wait for its end.
        """
        with self._lock:
            if self._is_changing:
                raise RuntimeError(
                    "a change is open in this thread already: write through it, do not begin another"
                )
            self._is_changing = True
            self._keeping.begin()
            try:
                yield self._keeping
                self._commit()
            except BaseException:
                self._roll_back()
                self._keeping.undo()
                raise
            else:
                self._keeping.end()
            finally:
                self._is_changing = False

    def _commit(self) -> None:
        raise NotImplementedError

    def _roll_back(self) -> None:
        raise NotImplementedError
