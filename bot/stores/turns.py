"""One writer at a time over a `Keeping`: the lock, the frame of a change, and questions from outside one."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from bot.domain.alert import Alert, AlertState, MessageRef
from bot.domain.decision import Answers
from bot.domain.effects import SavedEffect, Service
from bot.domain.entries import Entry
from bot.domain.guiding import Example
from bot.ports import Backlog, Change, Decided, Person
from bot.stores.keeping import Keeping


class Guarded:
    """Answers the questions of a `Reading` from a `Keeping`, one at a time. Children say how a change is kept."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._lock = RLock()

    @contextmanager
    def _asking(self) -> Generator[Keeping]:
        """What a question is asked of, and nobody changes meanwhile."""
        with self._lock:
            yield self._keeping

    def alert(self, alert_id: str) -> Alert | None:
        with self._asking() as keeping:
            return keeping.alert(alert_id)

    def latest_round(self, issue_id: str) -> Alert | None:
        with self._asking() as keeping:
            return keeping.latest_round(issue_id)

    def alike(self, keys: Sequence[str], limit: int) -> list[Alert]:
        with self._asking() as keeping:
            return keeping.alike(keys, limit)

    def rounds(self, issue_id: str) -> list[Alert]:
        with self._asking() as keeping:
            return keeping.rounds(issue_id)

    def alerts(self, states: Iterable[AlertState] | None = None) -> list[Alert]:
        with self._asking() as keeping:
            return keeping.alerts(states)

    def alert_at(self, ref: MessageRef) -> str | None:
        with self._asking() as keeping:
            return keeping.alert_at(ref)

    def entries(self, *, issue_id: str | None = None, limit: int | None = None) -> list[Entry]:
        with self._asking() as keeping:
            return keeping.entries(issue_id=issue_id, limit=limit)

    def examples(self, given: Answers, *, besides: str = "", limit: int = 1) -> list[Example]:
        with self._asking() as keeping:
            return keeping.examples(given, besides=besides, limit=limit)

    def decided(self) -> Iterator[Decided]:
        """As `Reading.decided`, a page at a time, so that others may ask and write in between."""
        after: int | None = 0
        while after is not None:
            with self._asking() as keeping:
                after, page = keeping.decided_after(after)
            yield from page

    def effect(self, effect_id: str) -> SavedEffect | None:
        with self._asking() as keeping:
            return keeping.effect(effect_id)

    def effects_of(self, alert_id: str) -> list[SavedEffect]:
        with self._asking() as keeping:
            return keeping.effects_of(alert_id)

    def due(self, service: Service, at: datetime, limit: int) -> list[SavedEffect]:
        with self._asking() as keeping:
            return keeping.due(service, at, limit)

    def next_due_at(self, service: Service, after: datetime | None = None) -> datetime | None:
        with self._asking() as keeping:
            return keeping.next_due_at(service, after)

    def backlog(self, service: Service) -> Backlog:
        with self._asking() as keeping:
            return keeping.backlog(service)

    def given_up(self, service: Service) -> list[SavedEffect]:
        with self._asking() as keeping:
            return keeping.given_up(service)

    def person(self, user_id: str) -> Person | None:
        with self._asking() as keeping:
            return keeping.person(user_id)

    def people(self) -> list[Person]:
        with self._asking() as keeping:
            return keeping.people()

    def value(self, name: str) -> str | None:
        with self._asking() as keeping:
            return keeping.value(name)


class OneWriter(Guarded):
    """A store in which changes go one after another; its children begin, commit and roll back."""

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
            self._begin()
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

    def _begin(self) -> None:
        """Collect what is written from now on."""

    def _commit(self) -> None:
        raise NotImplementedError

    def _roll_back(self) -> None:
        raise NotImplementedError
