"""What finding a look-alike costs as earlier alerts grow from 100 to 100,000; `python -m bench.likeness_search`.

The whole of what a new alert's arrival asks: its fingerprint, the index, the comparisons. All sizes take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.store_update import AT, Clock, an_alert
from bench.table import Table, times
from bench.turns import percentile
from bot.config.calendar import make_calendar
from bot.config.rules import load_rules
from bot.domain.alert import Alert, AlertState, Closing
from bot.domain.effects import Outcome
from bot.domain.facts import Facts
from bot.domain.policy import Policy
from bot.domain.rotation import Rotation
from bot.ports import HOT_FOR
from bot.services.likeness import guarded
from bot.stores import open_store

SIZES = (100, 100_000)
SEARCHES = 300
CHUNK = 1_000
CAUSES = 2_000
"""Causes in the large store: each tenth shares the searched one's face, the others have faces of their own."""
WORDS = "deadlock timeout refused missing invalid expired denied closed broken unknown stale locked".split()


def main() -> None:
    """Print the table."""
    print(table(SIZES, SEARCHES).text())


def table(sizes: Sequence[int], searches: int) -> Table:
    """Median and 99th percentile milliseconds of a search, and how many times the smallest store's."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        works = {size: searching(folder, size, opened) for size in sizes}
        costs: dict[int, list[float]] = {size: [] for size in sizes}
        for step in range(searches):
            for size, search in works.items():
                began = perf_counter()
                search(step)
                costs[size].append(perf_counter() - began)
    floor = median(costs[sizes[0]])
    rows = tuple(
        (
            f"{size:,}",
            f"{median(spent) * 1000:.2f}",
            f"{percentile(spent, 99) * 1000:.2f}",
            times(median(spent), floor),
        )
        for size, spent in costs.items()
    )
    told = f"A new alert asks for its look-alike among so many earlier ones; {searches} searches, in turns."
    return Table(
        "Finding a look-alike", told, ("earlier alerts", "p50 ms", "p99 ms", f"/ {sizes[0]:,}"), rows
    )


def searching(folder: Path, size: int, opened: ExitStack) -> Callable[[int], None]:
    """A store with so many earlier alerts, all closed and out of memory but the newest hundred."""
    store = open_store(f"tinydb:///{folder}/{size}/triage.db", clock=Clock())
    opened.callback(store.close)
    policy = _policy()
    for first in range(0, size, CHUNK):
        with store.change() as change:
            for number in range(first, min(first + CHUNK, size)):
                change.save(earlier(number, size))
            change.sweep(AT)

    def search(step: int) -> None:
        facts = replace(_facts(step % 7), event_id=f"{step}", release=f"kyc@{step}")
        guarded(
            store,
            Outcome(replace(an_alert(10**9), facts=facts, arrived_at=AT + timedelta(seconds=1))),
            policy,
        )

    return search


def _policy() -> Policy:
    """The shipped rules, with nobody on duty."""
    rules = load_rules(Path(__file__).parents[1] / "rules.yaml")
    return Policy(rules, make_calendar(rules), Rotation({}))


def earlier(number: int, size: int) -> Alert:
    """One of many: of the searched face or of its own; the oldest are long closed."""
    is_old = number < size - 100
    at = AT - HOT_FOR * 2 if is_old else AT
    facts = _facts(number) if number % 10 == 0 else _other_facts(number % CAUSES)
    closing = Closing("resolved", at)
    return replace(
        an_alert(number),
        facts=facts,
        arrived_at=at - timedelta(seconds=size - number),
        state=AlertState.CLOSED,
        closing=closing,
    )


def _facts(number: int) -> Facts:
    base = an_alert(number).facts
    return replace(
        base,
        transaction=f"Sidekiq/Job{_letters(number % CAUSES)}",
        title="ActiveRecord::Deadlocked: deadlock detected",
    )


def _other_facts(number: int) -> Facts:
    base = an_alert(number).facts
    one, two = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
    name = _letters(number)
    return replace(
        base,
        title=f"{name}Error: {one} {two} in {name}",
        exceptions=(f"{name}Error",),
        transaction=f"{name}Controller#{one}",
    )


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()


if __name__ == "__main__":
    main()
