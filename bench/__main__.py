"""`make bench`: every figure beside what it can be compared with, in one run; `--write` keeps them in RESULTS.md."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import backtest, likeness_search, lookalikes, store_update
from bench.answers import clicks, webhooks
from bench.cards import QUIET_FOR, cards
from bench.footprint import memory, starts
from bench.peers import peers_running
from bench.processes import Server, bare_running, bot_running
from bench.stage import bot_env, let_cards_stand
from bench.table import Table
from bench.webhooks import body

RESULTS = Path(__file__).parent / "RESULTS.md"
SETTLES_FOR = 3.0
"""Seconds after which a started process is asked for its memory."""


@dataclass(frozen=True)
class Size:
    """How much is done; the defaults are those of `make bench`."""

    cards: int = 30
    webhooks: int = 949
    clicks: int = 300
    warm: int = 20
    starts: int = 5
    sizes: tuple[int, ...] = store_update.OURS
    updates: int = store_update.UPDATES
    decisions: int = backtest.DECISIONS
    replays: int = backtest.ROUNDS
    searched: tuple[int, ...] = likeness_search.SIZES
    searches: int = likeness_search.SEARCHES
    quiet_for: float = QUIET_FOR
    settles_for: float = SETTLES_FOR

    @property
    def alerts(self) -> int:
        """How many issues the first bot hears of in all."""
        return 1 + self.cards + self.warm + self.webhooks


def main() -> None:
    """Print each table as soon as it is there."""
    began, shown = time.monotonic(), [heading()]
    print(shown[0], flush=True)
    for table in measured(Size()):
        shown.append(table.text())
        print(f"\n{table.text()}", flush=True)
    print(f"\n{time.monotonic() - began:.0f} s", file=sys.stderr)
    if "--write" in sys.argv[1:]:
        RESULTS.write_text("\n\n".join(shown) + "\n", encoding="utf-8")


def heading() -> str:
    """What these figures are of: compare figures of one run only."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    machine = f"{os.cpu_count()} cores {platform.machine()}, {gib:.0f} GiB, {platform.system()}"
    return (
        "# Figures\n\n"
        f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {machine}. "
        "What is compared took turns in one run, request by request, so that the machine's noise met all alike:\n"
        "read the ratios; the milliseconds are this machine's."
    )


def measured(size: Size) -> Iterator[Table]:
    """Every table; processes are started and stopped on the way."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="triage-bench-")))
        peers = opened.enter_context(peers_running())
        bare = opened.enter_context(bare_running(folder))
        time.sleep(size.settles_for)
        bare_mib = bare.rss_mib()
        peers.know([body(number) for number in range(size.alerts)])
        full = folder / "full"
        with bot_running(bot_env(peers.env(), full), folder) as bot:
            yield from _first_bot(bot, bare, peers, size, bare_mib)
        yield _presses(folder / "pressed", bare, peers, size)
        yield starts(peers.env(), full, size.alerts, folder, size.starts)
    yield store_update.table(size.sizes, size.updates)
    yield backtest.table(size.decisions, size.replays)
    yield likeness_search.table(size.searched, size.searches)
    yield lookalikes.table()


def _first_bot(bot: Server, bare: Server, peers: Any, size: Size, bare_mib: float) -> Iterator[Table]:
    """One bot from its start on: quiet at first, then 1,000 alerts."""
    time.sleep(size.settles_for)
    started = bot.rss_mib()
    yield cards(bot, peers, 0, size.cards, 1, size.quiet_for)
    yield webhooks(bot, bare, 1 + size.cards, size.webhooks, size.warm)
    yield memory(bare_mib, started, {f"{size.alerts:,} alerts later": bot.rss_mib()})


def _presses(home: Path, bare: Server, peers: Any, size: Size) -> Table:
    """Another bot, whose cards stand in Slack before it starts."""
    env = bot_env(peers.env(), home)
    first = size.alerts
    let_cards_stand(env, range(first, first + size.clicks + size.warm))
    presses = peers.presses("impact_medium")[-(size.clicks + size.warm) :]
    with bot_running(env, home) as bot:
        time.sleep(size.settles_for)
        return clicks(bot, bare, presses, size.clicks, size.warm)


if __name__ == "__main__":
    main()
