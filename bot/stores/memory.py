"""A store in plain dicts that forgets all at the end of the process; for tests, benches and `memory://`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Generic, TypeVar, cast

from bot.domain.alert import Alert, MessageRef
from bot.domain.decision import Answers
from bot.domain.effects import SavedEffect
from bot.domain.entries import Entry, EntryKind
from bot.domain.guiding import Example
from bot.ports import Person
from bot.stores.faces import Face, best
from bot.stores.facts import example_of
from bot.stores.keeping import Keeping, Logged, Shelves
from bot.stores.turns import OneWriter

Key = TypeVar("Key")
Item = TypeVar("Item")
_NOTHING = object()


class UndoableDict(Generic[Key, Item]):
    """A dict that can go back to how it was when `settle` was last called; also a `Shelf`, when keyed by text."""

    def __init__(self) -> None:
        self._items: dict[Key, Item] = {}
        self._numbers: dict[Key, int] = {}
        self._next = count(1)
        self._before: dict[Key, object] = {}

    def get(self, key: Key) -> Item | None:
        return self._items.get(key)

    def number(self, key: Key) -> int:
        """The order in which this key was first put."""
        return self._numbers[key]

    def put(self, key: Key, item: Item) -> None:
        self._before.setdefault(key, self._items.get(key, _NOTHING))
        self._items[key] = item
        if key not in self._numbers:
            self._numbers[key] = next(self._next)

    def drop(self, key: Key) -> None:
        self._before.setdefault(key, self._items.get(key, _NOTHING))
        self._items.pop(key, None)

    def items(self) -> Iterator[tuple[Key, Item]]:
        """All pairs, in the order in which they were first put."""
        yield from sorted(self._items.items(), key=lambda pair: self._numbers[pair[0]])

    def undo(self) -> None:
        """Go back to the last `settle`."""
        for key, item in self._before.items():
            if item is _NOTHING:
                self._items.pop(key, None)
            else:
                self._items[key] = cast(Item, item)
        self.settle()

    def settle(self) -> None:
        """Make all writes until now final."""
        for key in self._before:
            if key not in self._items:
                self._numbers.pop(key, None)
        self._before.clear()


@dataclass(frozen=True)
class MemoryArchive:
    """The past in plain dicts, scanned when asked: tests have little of it."""

    cold: UndoableDict[str, Alert] = field(default_factory=UndoableDict[str, Alert])
    log_book: UndoableDict[str, Entry] = field(default_factory=UndoableDict[str, Entry])
    seen: UndoableDict[str, datetime] = field(default_factory=UndoableDict[str, datetime])
    places: UndoableDict[MessageRef, str] = field(default_factory=UndoableDict[MessageRef, str])
    taught: UndoableDict[str, tuple[str, Example]] = field(
        default_factory=UndoableDict[str, tuple[str, Example]]
    )
    """By alert id: the issue, and what its decision teaches."""
    faces: UndoableDict[tuple[str, str], tuple[str, bool, str]] = field(
        default_factory=UndoableDict[tuple[str, str], tuple[str, bool, str]]
    )
    """Alert id, whether it is decided, and its arrival, by key and cause."""

    def entries(self, issue_id: str | None, limit: int | None) -> list[Entry]:
        found = [entry for _, entry in self.log_book.items() if issue_id in (None, entry.issue_id)]
        found.sort(key=lambda entry: entry.at)
        return found if limit is None else found[max(0, len(found) - limit) :]

    def examples(self, given: Answers, besides: str, limit: int) -> list[Example]:
        fit = [
            example
            for issue_id, example in (pair for _, pair in self.taught.items())
            if issue_id != besides
            and given.step in (None, example.answers.step)
            and given.affected in (None, example.answers.affected)
            and given.workaround in (None, example.answers.workaround)
        ]
        return sorted(fit, key=lambda example: example.at, reverse=True)[:limit]

    def decided(self, after: int, limit: int) -> list[Logged]:
        made = [entry for _, entry in self.log_book.items()]
        found = [
            Logged(number, number / len(made), entry, self.cold.get(entry.alert_id))
            for number, entry in enumerate(made, start=1)
            if number > after and entry.kind is EntryKind.DECIDED
        ]
        return found[:limit]

    def log(self, entry: Entry) -> None:
        if self.log_book.get(entry.id) is None:
            self.log_book.put(entry.id, entry)

    def cold_alert(self, alert_id: str) -> Alert | None:
        return self.cold.get(alert_id)

    def cold_rounds(self, issue_id: str) -> list[Alert]:
        return [alert for _, alert in self.cold.items() if alert.issue_id == issue_id]

    def freeze(self, alert: Alert) -> None:
        self.cold.put(alert.id, alert)

    def keep_facts(self, alert: Alert) -> None:
        self.cold.drop(alert.id)
        if example := example_of(alert):
            self.taught.put(alert.id, (alert.issue_id, example))
        else:
            self.taught.drop(alert.id)

    def keep_face(self, alert: Alert) -> None:
        face, arrived = Face.of(alert), alert.arrived_at.isoformat()
        cause, keys = face.keys()
        for key in keys:
            known = self.faces.get((key, cause))
            if known is None or (face.is_decided, arrived) >= (known[1], known[2]):
                self.faces.put((key, cause), (alert.id, face.is_decided, arrived))

    def alike(self, keys: Sequence[str], limit: int) -> list[str]:
        found = [
            (alert_id, arrived) for (key, _), (alert_id, _, arrived) in self.faces.items() if key in keys
        ]
        return best(found, limit)

    def alert_at(self, ref: MessageRef) -> str | None:
        return self.places.get(ref)

    def place(self, ref: MessageRef, alert_id: str) -> None:
        self.places.put(ref, alert_id)

    def first_time(self, key: str, at: datetime) -> bool:
        if self.seen.get(key) is not None:
            return False
        self.seen.put(key, at)
        return True

    def forget_seen(self, before: datetime) -> None:
        for key, at in list(self.seen.items()):
            if at < before:
                self.seen.drop(key)


class MemoryStore(OneWriter):
    """Keeps everything until the process ends, with the same promises as the others but that one."""

    def __init__(self) -> None:
        alerts = UndoableDict[str, Alert]()
        effects = UndoableDict[str, SavedEffect]()
        people = UndoableDict[str, Person]()
        values = UndoableDict[str, str]()
        archive = MemoryArchive()
        super().__init__(Keeping(Shelves(alerts, effects, people, values), archive))
        self._parts = (
            alerts,
            effects,
            people,
            values,
            archive.cold,
            archive.log_book,
            archive.seen,
            archive.places,
            archive.taught,
            archive.faces,
        )

    def is_writable(self) -> bool:
        return True

    def backup(self) -> str | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""

    def _commit(self) -> None:
        for part in self._parts:
            part.settle()

    def _roll_back(self) -> None:
        for part in self._parts:
            part.undo()
