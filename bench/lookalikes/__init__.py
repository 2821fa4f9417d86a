"""The labelled pairs, judged as `triage rules compare` judges them; `python -m bench.lookalikes`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bench.table import Table
from bot.config.rules import load_rules
from bot.domain.lookalike import compare
from bot.domain.rules import Rules
from bot.domain.suggesting import suggest
from bot.sentry.webhook import facts_from_body

HERE = Path(__file__).parent
SETS = tuple(sorted(path.name for path in HERE.iterdir() if (path / "README.md").is_file()))
VERDICTS = ("same_cause", "look_alike", "unrelated")


@dataclass(frozen=True)
class Pair:
    """Two whole webhook bodies and what they are to each other."""

    name: str
    verdict: str
    earlier: bytes
    newer: bytes


def pairs(name: str) -> Iterator[Pair]:
    """The pairs of one set, in their order."""
    for folder in sorted(path for path in (HERE / name).iterdir() if path.is_dir()):
        label = yaml.safe_load((folder / "label.yaml").read_text(encoding="utf-8"))
        earlier, newer = ((folder / f"{which}.json").read_bytes() for which in "ab")
        yield Pair(folder.name, str(label["verdict"]), earlier, newer)


def judged(pair: Pair) -> str:
    """What the guard says, with the steps that the shipped rules know."""
    before, now = facts_from_body(pair.earlier), facts_from_body(pair.newer)
    steps = [suggest(_rules(), facts.features).step for facts in (before, now)]
    return compare(before, now, earlier_step=steps[0], newer_step=steps[1]).verdict.value


@cache
def _rules() -> Rules:
    return load_rules(HERE.parents[1] / "rules.yaml")


def table() -> Table:
    """How often the guard is right on each set."""
    rows: list[tuple[str, ...]] = []
    for name in SETS:
        verdicts = Counter((pair.verdict, judged(pair)) for pair in pairs(name))
        right = verdicts["look_alike", "look_alike"]
        alike = sum(verdicts["look_alike", said] for said in VERDICTS)
        warned = sum(verdicts[label, "look_alike"] for label in VERDICTS)
        same = sum(verdicts["same_cause", said] for said in VERDICTS)
        rows.append(
            (
                name,
                str(sum(verdicts.values())),
                f"{right / alike:.3f}",
                f"{right / warned:.3f}",
                f"{verdicts['same_cause', 'look_alike'] / same:.3f}",
                f"{sum(verdicts[label, label] for label in VERDICTS) / sum(verdicts.values()):.3f}",
            )
        )
    told = (
        "Recall and precision of “another cause, same face”; how many recurrences of the same cause are warned about "
        "wrongly; all three verdicts right."
    )
    return Table(
        "Look-alikes told apart",
        told,
        ("set", "pairs", "recall", "precision", "false alarms", "right"),
        tuple(rows),
    )
