"""The questions and writes of a store, once for memory and TinyDB: the living on shelves, the past in an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.alert import Alert, AlertState, MessageRef
from bot.domain.decision import Answers
from bot.domain.effects import Effect, SavedEffect, Service, effect_id
from bot.domain.entries import Entry
from bot.domain.guiding import Example
from bot.ports import DONE_FOR, HOT_FOR, SEEN_FOR, Backlog, Decided, Person
from bot.stores.arming import asked_for, reported
from bot.stores.queues import EffectIndex
from bot.stores.rounds import RoundIndex

Item = TypeVar("Item")

DECISIONS_A_PAGE = 500
"""Ours: a page of rounds is a few megabytes."""


class Shelf(Protocol[Item]):
    """Things by their id, in memory."""

    def get(self, key: str) -> Item | None: ...

    def number(self, key: str) -> int:
        """The order in which this thing was first put; no two things have the same."""
        ...

    def put(self, key: str, item: Item) -> None: ...

    def drop(self, key: str) -> None: ...

    def items(self) -> Iterator[tuple[str, Item]]:
        """All things, in the order in which they were first put."""
        ...


@dataclass(frozen=True)
class Logged:
    """A decision as the archive has it: its number in the log, and its round where that has left the shelf."""

    number: int
    part: float
    entry: Entry
    cold: Alert | None


class Archive(Protocol):
    """What grows for ever and is asked for seldom: kept where it needs no memory, if the store has such a place."""

    def entries(self, issue_id: str | None, limit: int | None) -> list[Entry]: ...

    def decided(self, after: int, limit: int) -> list[Logged]:
        """The next decisions of the log after that number, in the order of their writing."""
        ...

    def log(self, entry: Entry) -> None: ...

    def examples(self, given: Answers, besides: str, limit: int) -> list[Example]:
        """Of all rounds whose facts were kept, on the shelf or not."""
        ...

    def cold_alert(self, alert_id: str) -> Alert | None:
        """A round that has left the shelf."""
        ...

    def cold_rounds(self, issue_id: str) -> list[Alert]: ...

    def freeze(self, alert: Alert) -> None:
        """Take in a round that leaves the shelf."""
        ...

    def keep_facts(self, alert: Alert) -> None:
        """Note the searchable facts of a round on the shelf; it is no longer a cold one if it was."""
        ...

    def keep_face(self, alert: Alert) -> None:
        """Note under which keys a look-alike of this round would be sought."""
        ...

    def alike(self, keys: Sequence[str], limit: int) -> list[str]:
        """Alert ids, as `Reading.alike` orders them."""
        ...

    def alert_at(self, ref: MessageRef) -> str | None: ...

    def place(self, ref: MessageRef, alert_id: str) -> None: ...

    def first_time(self, key: str, at: datetime) -> bool: ...

    def forget_seen(self, before: datetime) -> None: ...


@dataclass(frozen=True)
class Shelves:
    """Where a store keeps what is alive."""

    alerts: Shelf[Alert]
    effects: Shelf[SavedEffect]
    people: Shelf[Person]
    values: Shelf[str]


class Keeping:
    """A `Change` whose writes are kept or undone by the store that owns it; used under that store's lock only."""

    def __init__(self, shelves: Shelves, archive: Archive) -> None:
        self._shelves = shelves
        self._archive = archive
        self._rounds = RoundIndex()
        self._effects = EffectIndex()
        self._touched_alerts: set[str] = set()
        self._touched_effects: set[str] = set()
        self._is_open = False
        for _, alert in shelves.alerts.items():
            self._rounds.put(alert)
        for key, saved in shelves.effects.items():
            self._effects.put(saved, shelves.effects.number(key))

    # The frame of a change; called by the store.

    def begin(self) -> None:
        """Allow writes."""
        self._is_open = True

    def end(self) -> None:
        """Allow no more writes; those since `begin` are final."""
        self._touched_alerts.clear()
        self._touched_effects.clear()
        self._is_open = False

    def undo(self) -> None:
        """Bring the indexes back to the shelves, which the store has put back to where they were at `begin`."""
        for alert_id in self._touched_alerts:
            if alert := self._shelves.alerts.get(alert_id):
                self._rounds.put(alert)
            else:
                self._rounds.drop(alert_id)
        for key in self._touched_effects:
            if saved := self._shelves.effects.get(key):
                self._effects.put(saved, self._shelves.effects.number(key))
            else:
                self._effects.drop(key)
        self.end()

    def _must_be_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("this change has ended: write inside `with store.change() as change:` only")

    # Questions.

    def alert(self, alert_id: str) -> Alert | None:
        return self._shelves.alerts.get(alert_id) or self._archive.cold_alert(alert_id)

    def latest_round(self, issue_id: str) -> Alert | None:
        return max(self.rounds(issue_id), key=lambda alert: alert.round, default=None)

    def rounds(self, issue_id: str) -> list[Alert]:
        hot = [self._alert(alert_id) for alert_id in self._rounds.of_issue(issue_id)]
        return sorted([*hot, *self._archive.cold_rounds(issue_id)], key=lambda alert: alert.round)

    def alike(self, keys: Sequence[str], limit: int) -> list[Alert]:
        found = (self.alert(alert_id) for alert_id in self._archive.alike(keys, limit))
        return [alert for alert in found if alert is not None]

    def alerts(self, states: Iterable[AlertState] | None = None) -> list[Alert]:
        wanted = AlertState if states is None else states
        return [self._alert(alert_id) for alert_id in self._rounds.in_states(wanted)]

    def alert_at(self, ref: MessageRef) -> str | None:
        return self._archive.alert_at(ref)

    def entries(self, *, issue_id: str | None = None, limit: int | None = None) -> list[Entry]:
        return self._archive.entries(issue_id, limit)

    def examples(self, given: Answers, *, besides: str = "", limit: int = 1) -> list[Example]:
        return self._archive.examples(given, besides, limit)

    def decided(self) -> Iterator[Decided]:
        after: int | None = 0
        while after is not None:
            after, page = self.decided_after(after)
            yield from page

    def decided_after(self, after: int, limit: int = DECISIONS_A_PAGE) -> tuple[int | None, list[Decided]]:
        """The next decisions after that number of the log, and the number to go on from; None at the end."""
        page = self._archive.decided(after, limit)
        rounds = [(one, one.cold or self._shelves.alerts.get(one.entry.alert_id)) for one in page]
        found = [Decided(one.entry, alert, one.part) for one, alert in rounds if alert and not alert.drill]
        return (page[-1].number if page else None), found

    def effect(self, effect_id: str) -> SavedEffect | None:
        return self._shelves.effects.get(effect_id)

    def effects_of(self, alert_id: str) -> list[SavedEffect]:
        return [self._effect(effect_id) for effect_id in self._effects.of_alert(alert_id)]

    def due(self, service: Service, at: datetime, limit: int) -> list[SavedEffect]:
        return self._effects.queue(service).due(at, limit)

    def next_due_at(self, service: Service, after: datetime | None = None) -> datetime | None:
        return self._effects.queue(service).next_due_at(after)

    def backlog(self, service: Service) -> Backlog:
        return self._effects.queue(service).backlog()

    def given_up(self, service: Service) -> list[SavedEffect]:
        return self._effects.queue(service).given_up()

    def person(self, user_id: str) -> Person | None:
        return self._shelves.people.get(user_id)

    def people(self) -> list[Person]:
        return sorted(
            (person for _, person in self._shelves.people.items()), key=lambda person: person.user_id
        )

    def value(self, name: str) -> str | None:
        return self._shelves.values.get(name)

    # Writes.

    def save(self, alert: Alert) -> None:
        self._must_be_open()
        self._touched_alerts.add(alert.id)
        self._shelves.alerts.put(alert.id, alert)
        self._rounds.put(alert)
        if not alert.drill:  # what was invented is no past: no figure and no look-alike may find it there
            self._archive.keep_facts(alert)
            self._archive.keep_face(alert)

    def add(
        self, effect: Effect, at: datetime, *, urgent: bool = False, due_at: datetime | None = None
    ) -> None:
        self._must_be_open()
        stored = self._shelves.effects.get(effect_id(effect))
        wanted = asked_for(stored, effect, at, urgent=urgent, due_at=due_at)
        if wanted is not None:
            self._put_effect(wanted)

    def update_effect(self, saved: SavedEffect) -> None:
        self._must_be_open()
        self._put_effect(reported(self._shelves.effects.get(saved.id), saved))

    def log(self, entry: Entry) -> None:
        self._must_be_open()
        self._archive.log(entry)

    def save_person(self, person: Person) -> None:
        self._must_be_open()
        self._shelves.people.put(person.user_id, person)

    def set_value(self, name: str, value: str) -> None:
        self._must_be_open()
        self._shelves.values.put(name, value)

    def first_time(self, key: str, at: datetime) -> bool:
        self._must_be_open()
        return self._archive.first_time(key, at)

    def place(self, ref: MessageRef, alert_id: str) -> None:
        self._must_be_open()
        self._archive.place(ref, alert_id)

    def sweep(self, at: datetime) -> None:
        self._must_be_open()
        self._archive.forget_seen(at - SEEN_FOR)
        for key in self._effects.ended_before(at - DONE_FOR):
            self._touched_effects.add(key)
            self._shelves.effects.drop(key)
            self._effects.drop(key)
        for alert_id in self._rounds.over_before(at - HOT_FOR):
            if not self._alert(alert_id).drill:
                self._archive.freeze(self._alert(alert_id))
            self._touched_alerts.add(alert_id)
            self._shelves.alerts.drop(alert_id)
            self._rounds.drop(alert_id)

    def _put_effect(self, saved: SavedEffect) -> None:
        self._touched_effects.add(saved.id)
        self._shelves.effects.put(saved.id, saved)
        self._effects.put(saved, self._shelves.effects.number(saved.id))

    def _alert(self, alert_id: str) -> Alert:
        alert = self._shelves.alerts.get(alert_id)
        assert alert is not None, alert_id
        return alert

    def _effect(self, effect_id: str) -> SavedEffect:
        saved = self._shelves.effects.get(effect_id)
        assert saved is not None, effect_id
        return saved
