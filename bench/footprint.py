"""What the process costs before it does anything: memory and the time to start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from bench.processes import bare_running, bot_running, nothing_seconds
from bench.stage import bot_env
from bench.table import Table, times
from bench.turns import in_turns

NOTHING, BARE = "python -c pass", "bare Flask + waitress"


def memory(bare: float, started: float, later: Mapping[str, float]) -> Table:
    """Resident memory in MiB, of each moment, beside the bare server's."""
    rows = {BARE: bare, "bot, started": started} | {f"bot, {when}": mib for when, mib in later.items()}
    told = "Resident memory of the serving process (VmRSS)."
    shown = tuple((name, f"{mib:.0f}", times(mib, bare)) for name, mib in rows.items())
    return Table("Memory", told, ("", "MiB", f"/ {BARE}"), shown)


def starts(env: Mapping[str, str], full: Path, alerts: int, folder: Path, rounds: int) -> Table:
    """From the start of the process until /healthz answers 200; `full` is the folder of a store with alerts in it."""

    def bare(_: int) -> float:
        with bare_running(folder) as server:
            return server.start_seconds

    def bot(home: Callable[[int], Path]) -> Callable[[int], float]:
        def once(number: int) -> float:
            with bot_running(bot_env(env, home(number)), folder) as server:
                return server.start_seconds

        return once

    seconds = in_turns(
        {
            NOTHING: lambda _: nothing_seconds(),
            BARE: bare,
            "bot, new store": bot(lambda number: folder / f"new-{number}"),
            f"bot, {alerts:,} alerts in its store": bot(lambda _: full),
        },
        rounds,
    )
    middle = {name: median(values) for name, values in seconds.items()}
    rows = tuple(
        (name, f"{value * 1000:.0f}", times(value, middle[NOTHING]), times(value, middle[BARE]))
        for name, value in middle.items()
    )
    told = f"From the start of the process until /healthz answers 200 (`pass`: until it ends); median of {rounds}."
    return Table("Start", told, ("", "ms", f"/ {NOTHING}", f"/ {BARE}"), rows)
