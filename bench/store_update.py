"""What one update costs as the store grows, beside bare SQLite and plain TinyDB; `python -m bench.store_update`.

All take turns, update by update, so that a busy disk slows all alike: compare figures of one run only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, cast

from tinydb import TinyDB

from bench.table import Table, times
from bot.domain.alert import Alert, AlertState, Source
from bot.domain.facts import Facts, Frame
from bot.stores import open_store
from bot.stores.codec import encoded, to_text

OURS = (100, 1_000, 10_000, 100_000)
PLAIN = (100, 1_000)
BARE = 1_000
UPDATES = 300
PLAIN_UPDATES = 20
AT = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)

Update = Callable[[int], None]


class Clock:
    def now(self) -> datetime:
        return AT

    def machine(self) -> datetime:
        return AT


def main() -> None:
    """Print the table."""
    print(table(OURS, UPDATES).text())


def table(sizes: Sequence[int], updates: int) -> Table:
    """Median milliseconds an update, and how many times one bare SQLite commit of the same text."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        works: dict[tuple[str, int], Update] = {("bare SQLite", BARE): bare(folder, BARE, opened)}
        works |= {("ours", size): ours(folder, size, opened) for size in sizes}
        works |= {("plain TinyDB", size): plain(folder, size) for size in PLAIN if size <= sizes[-1]}
        costs = measured(works, updates)
    floor, smallest = costs["bare SQLite", BARE], costs["ours", sizes[0]]
    rows = tuple(
        (name, f"{size:,}", f"{seconds * 1000:.2f}", times(seconds, floor), times(seconds, smallest))
        for (name, size), seconds in costs.items()
    )
    told = (
        f"One alert saved in a store of so many; median of {updates} ({PLAIN_UPDATES} for plain TinyDB). "
        "Bare SQLite: one commit of the same text, as durable."
    )
    return Table(
        "One update of the store", told, ("", "alerts", "ms", "/ bare", f"/ ours, {sizes[0]:,}"), rows
    )


def measured(works: Mapping[tuple[str, int], Update], updates: int = UPDATES) -> dict[tuple[str, int], float]:
    """The median seconds of each, taking turns; plain TinyDB gets fewer turns, for it takes long."""
    costs: dict[tuple[str, int], list[float]] = {key: [] for key in works}
    for step in range(updates):
        for key, update in works.items():
            if key[0] == "plain TinyDB" and step >= PLAIN_UPDATES:
                continue
            began = perf_counter()
            update(step)
            costs[key].append(perf_counter() - began)
    return {key: median(seconds) for key, seconds in costs.items()}


def ours(folder: Path, size: int, opened: ExitStack) -> Update:
    """One change that saves one alert, with so many alerts in the store."""
    store = open_store(f"tinydb:///{folder}/ours-{size}/triage.db", clock=Clock())
    opened.callback(store.close)
    with store.change() as change:
        for number in range(size):
            change.save(an_alert(number))
    random = Random(size)
    changed = [replace(an_alert(random.randrange(size)), count=step) for step in range(UPDATES)]

    def update(step: int) -> None:
        with store.change() as change:
            change.save(changed[step])

    return update


def plain(folder: Path, size: int) -> Update:
    """The same with TinyDB's own JSON file, by document number, which is its quickest way."""
    table = cast(Any, TinyDB(folder / f"plain-{size}.json")).table("alerts")
    table.insert_multiple(encoded(an_alert(number)) for number in range(size))
    random = Random(size)

    def update(step: int) -> None:
        table.update({"count": step}, doc_ids=[random.randrange(size) + 1])

    return update


def bare(folder: Path, size: int, opened: ExitStack) -> Update:
    """One SQLite commit of one row with the same text, in the same mode: what no store over SQLite can go below."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    opened.callback(connection.close)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, body TEXT)")
    texts = [to_text(encoded(an_alert(number))) for number in range(size)]
    connection.executemany("INSERT INTO bare VALUES (?, ?)", enumerate(texts))
    random = Random(size)

    def update(step: int) -> None:
        number = random.randrange(size)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE bare SET body = ? WHERE number = ?", (f"{texts[number]}{step}", number))
        connection.execute("COMMIT")

    return update


def an_alert(number: int) -> Alert:
    """An alert of the usual size, about 3 KiB as JSON."""
    frames = tuple(Frame(f"app/models/document_{line}.rb", line, "finalize!") for line in range(10))
    return Alert(
        id=f"{number}-1",
        issue_id=str(number),
        round=1,
        state=AlertState.OPEN,
        source=Source.EVENT_ALERT,
        facts=Facts(
            "ActiveRecord::Deadlocked: PG::TRDeadlockDetected",
            project="kyc-api",
            transaction="Sidekiq/DocumentFinalizeJob",
            exceptions=("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked"),
            frame=frames[0],
            frames=frames,
            tags=tuple((f"tag_{tag}", "value") for tag in range(20)),
        ),
        arrived_at=AT,
        judge_by_at=AT,
    )


if __name__ == "__main__":
    main()
