"""Use case: the decision log replayed against other rules, as it streams out of the store. For `rules backtest`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.domain.backtest import Agreement, Backtest, replay
from bot.domain.rules import Rules
from bot.ports import Reading


def backtest(
    reading: Reading, rules: Rules, examples: int, progress: Callable[[float], None] = lambda _: None
) -> Backtest:
    """Every decision that stands, once. `progress` hears the part that is done, from 0 to 1."""
    found = Backtest(examples)
    for one in reading.decided():
        progress(one.part)
        decision = one.entry.decision
        if decision is None:
            continue
        replayed = replay(one.alert, decision, rules)
        if replayed is None:
            found.looked_at_again += 1
        else:
            found.take(replayed)
    return found


def backtest_record(found: Backtest, rules: Rules) -> dict[str, Any]:
    """The whole as a plain record for scripts."""
    return {
        "decisions": found.decisions,
        "looked_at_again": found.looked_at_again,
        **{turn.value: number for turn, number in found.turns.items()},
        "agreement": {"before": _agreement(found.before), "after": _agreement(found.after)},
        "by_rule": [
            {"rule": name, "before": _agreement(line.before), "after": _agreement(line.after)}
            for name, line in found.lines(rule.name for rule in rules.match)
        ],
        "examples": [{**asdict(one), "turn": one.turn.value} for one in found.examples],
    }


def _agreement(one: Agreement) -> dict[str, int]:
    return {"suggested": one.suggested, "agreed": one.agreed}
