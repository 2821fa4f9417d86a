"""What a replay of the decision log costs, beside a plain loop over the same records; `python -m bench.backtest`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.store_update import an_alert
from bench.table import Table, times
from bench.turns import in_turns
from bot.config.calendar import make_calendar
from bot.config.rules import load_rules
from bot.domain.alert import Alert
from bot.domain.deciding import Choice, press
from bot.domain.decision import Verdict
from bot.domain.policy import Policy
from bot.domain.rotation import Rotation
from bot.domain.rules import Rules
from bot.ports import HOT_FOR
from bot.services.backtest import backtest
from bot.stores import open_readonly, open_store

ROOT = Path(__file__).parent.parent
DECISIONS = 10_000
ROUNDS = 3
AT = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)
AT_ONCE = 1_000
"""Decisions that one change of the store takes while it is filled."""


class _Clock:
    def now(self) -> datetime:
        return AT

    def machine(self) -> datetime:
        return AT


def main() -> None:
    """Print the table."""
    print(table(DECISIONS, ROUNDS).text())


def table(decisions: int, rounds: int) -> Table:
    """Median seconds of the whole replay, and of a plain loop over the same records."""
    rules = load_rules(ROOT / "rules.yaml")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "triage.db"
        fill(path, rules, decisions)
        kinds = {
            "plain loop": timed(lambda: plain(path), decisions),
            "rules backtest": timed(lambda: replayed(path, rules), decisions),
        }
        seconds = {name: median(values) for name, values in in_turns(kinds, rounds).items()}
    floor = seconds["plain loop"]
    rows = tuple(
        (name, f"{value:.2f}", f"{value / decisions * 1e6:.0f}", times(value, floor))
        for name, value in seconds.items()
    )
    told = (
        f"{decisions:,} decisions of as many alerts, nine in ten of which have left memory; median of {rounds}. "
        "Plain loop: the same rows out of SQLite, each text through json.loads, one comparison."
    )
    return Table("Replay of the decision log", told, ("", "s", "µs a decision", "/ plain loop"), rows)


def timed(work: Callable[[], int], expected: int) -> Callable[[int], float]:
    """Seconds of one run, which must have seen every decision."""

    def once(_number: int) -> float:
        began = perf_counter()
        seen = work()
        took = perf_counter() - began
        assert seen == expected, f"{seen} of {expected} decisions were seen"
        return took

    return once


def replayed(path: Path, rules: Rules) -> int:
    """What the command does, from opening the store on."""
    return backtest(open_readonly(f"tinydb:///{path}"), rules, examples=10).decisions


def plain(path: Path) -> int:
    """The same records, read and compared with nothing of ours."""
    connection = sqlite3.connect(path)
    documents = {one["id"]: one for one in _documents(connection)}
    seen = agreed = 0
    for body, text in connection.execute(
        "SELECT e.body, f.document FROM entries e LEFT JOIN facts f ON f.alert_id = e.alert_id"
        " WHERE e.kind = 'decided' ORDER BY e.number"
    ):
        entry = json.loads(body)
        alert = json.loads(text) if text else documents[entry["alert_id"]]
        seen += alert["decision"]["id"] == entry["decision"]["id"]
        agreed += alert["suggestion"]["level"] == entry["decision"]["verdict"]
    connection.close()
    assert agreed, "the store is not filled as it should be"
    return seen


def _documents(connection: sqlite3.Connection) -> list[dict[str, str]]:
    rows = connection.execute("SELECT body FROM documents WHERE collection = 'alerts'")
    return [json.loads(body) for (body,) in rows]


def fill(path: Path, rules: Rules, decisions: int) -> None:
    """A store with so many decided alerts; nine in ten are over for so long that they are in the file only."""
    store = open_store(f"tinydb:///{path}", clock=_Clock())
    policy = Policy(rules, make_calendar(rules), Rotation(dict.fromkeys(range(5), ("U0BENCH",))))
    for first in range(0, decisions, AT_ONCE):
        with store.change() as change:
            for number in range(first, min(first + AT_ONCE, decisions)):
                outcome = press(_suggested(number, policy), _choice(number), _decided_at(number), policy)
                change.save(outcome.alert)
                for entry in outcome.entries:
                    change.log(entry)
            change.sweep(AT)
    store.close()


def _suggested(number: int, policy: Policy) -> Alert:
    alert = an_alert(number)
    return replace(alert, suggestion=policy.suggest(alert.facts), arrived_at=_decided_at(number))


def _choice(number: int) -> Choice:
    verdict = Verdict.NOT_OURS if number % 10 else Verdict.MEDIUM
    return Choice(verdict, "U0BENCH", "Bench")


def _decided_at(number: int) -> datetime:
    return AT - HOT_FOR - timedelta(days=1) if number % 10 else AT


if __name__ == "__main__":
    main()
