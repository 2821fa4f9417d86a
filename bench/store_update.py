"""What one update costs as the store grows, ours beside plain TinyDB and bare SQLite; `python -m bench.store_update`.

Figures of one run compare with each other only: most of an update is the disk's sync, which differs by machine and hour.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tinydb import TinyDB

from bot.domain.alert import Alert, AlertState, Facts, Frame, Source
from bot.stores import open_store
from bot.stores.codec import encoded, to_text

OURS = (100, 1_000, 10_000, 100_000)
PLAIN = (100, 1_000)
BARE = (1_000,)
UPDATES = 300
PLAIN_UPDATES = 20
AT = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)


class _Clock:
    def now(self) -> datetime:
        return AT

    def machine(self) -> datetime:
        return AT


def main() -> None:
    """Print a table: milliseconds an update (median) and how many times the cost at 100 documents."""
    rows = [
        *(("ours", size, ours(size)) for size in OURS),
        *(("bare SQLite", size, bare(size)) for size in BARE),
        *(("plain TinyDB", size, plain(size)) for size in PLAIN),
    ]
    print(f"{'store':<14}{'documents':>10}{'ms/update':>12}{'x at 100':>10}")
    for name, size, seconds in rows:
        first = next(cost for other, _, cost in rows if other == name)
        print(f"{name:<14}{size:>10,}{seconds * 1000:>12.3f}{seconds / first:>10.1f}")
    by_size = {(name, size): seconds for name, size, seconds in rows}
    for size in PLAIN:
        ratio = by_size["plain TinyDB", size] / by_size["ours", size]
        print(f"at {size:,} documents plain TinyDB takes {ratio:.0f} times as long as ours")
    for size in BARE:
        ratio = by_size["ours", size] / by_size["bare SQLite", size]
        print(
            f"at {size:,} documents ours takes {ratio:.1f} times as long as one bare SQLite commit of the same text"
        )


def ours(size: int) -> float:
    """Seconds for one change that saves one alert (median), with so many alerts in the store."""
    with TemporaryDirectory() as folder:
        store = open_store(f"tinydb:///{folder}/data/triage.db", clock=_Clock())
        with store.change() as change:
            for number in range(size):
                change.save(an_alert(number))
        random = Random(size)

        def update(step: int) -> None:
            with store.change() as change:
                change.save(replace(an_alert(random.randrange(size)), count=step))

        seconds = _median_of(update, UPDATES)
        store.close()
        return seconds


def plain(size: int) -> float:
    """The same with TinyDB's own JSON file, by document number, which is its quickest way."""
    with TemporaryDirectory() as folder:
        table = TinyDB(Path(folder) / "triage.json").table("alerts")
        table.insert_multiple(encoded(an_alert(number)) for number in range(size))
        random = Random(size)

        def update(step: int) -> None:
            table.update({"count": step}, doc_ids=[random.randrange(size) + 1])

        return _median_of(update, PLAIN_UPDATES)


def bare(size: int) -> float:
    """One SQLite commit of one row with the same text, in the same mode: what no store over SQLite can go below."""
    with TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, body TEXT)")
        texts = [to_text(encoded(an_alert(number))) for number in range(size)]
        connection.executemany("INSERT INTO bare VALUES (?, ?)", enumerate(texts))
        random = Random(size)

        def update(step: int) -> None:
            number = random.randrange(size)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "UPDATE bare SET body = ? WHERE number = ?", (f"{texts[number]}{step}", number)
            )
            connection.execute("COMMIT")

        seconds = _median_of(update, UPDATES)
        connection.close()
        return seconds


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


def _median_of(work: Callable[[int], None], times: int) -> float:
    costs: list[float] = []
    for step in range(times):
        began = perf_counter()
        work(step)
        costs.append(perf_counter() - began)
    return median(costs)


if __name__ == "__main__":
    main()
