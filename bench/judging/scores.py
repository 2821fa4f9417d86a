"""The key, what was decided beside it, and the table of both; written when a judging ends. Used by `session.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from bench.judging.alerts import HERE, SetAlert
from bot.domain.decision import Decision, Verdict
from bot.ports import Reading

KEY = HERE / "key.yaml"
LAST = HERE / "last.md"
ENOUGH = 18
"""Right levels of twenty that the promise asks for."""


@dataclass(frozen=True)
class Key:
    """What is right for one alert, and why by the matrix."""

    level: Verdict
    step: str
    why: str


@dataclass(frozen=True)
class Judged:
    """One alert with its key and the decisions about it, oldest first; none where the judging ended before it."""

    name: str
    short_id: str
    key: Key
    decisions: tuple[Decision, ...] = ()

    @property
    def level(self) -> Verdict | None:
        """What stands at the end."""
        return self.decisions[-1].verdict if self.decisions else None

    @property
    def is_right(self) -> bool:
        """Whether the level that stands is that of the key. The step is not scored."""
        return self.level is self.key.level


def load_key() -> dict[str, Key]:
    """The key by the alerts' names."""
    given = yaml.safe_load(KEY.read_text(encoding="utf-8"))
    lines = cast("dict[str, dict[str, str]]", given)
    return {name: Key(Verdict(line["level"]), line["step"], line["why"]) for name, line in lines.items()}


def judged(alerts: Sequence[SetAlert], reading: Reading) -> tuple[Judged, ...]:
    """Every alert with what the store knows of its first round."""
    key = load_key()
    found: list[Judged] = []
    for alert in alerts:
        kept = next((each for each in reading.rounds(alert.issue_id) if each.decision), None)
        decisions = (*kept.history, kept.decision) if kept and kept.decision else ()
        name = (kept.short_id if kept else None) or alert.short_id or ""
        found.append(Judged(alert.name, name, key[alert.name], decisions))
    return tuple(found)


def score(results: Sequence[Judged]) -> int:
    """How many levels are right."""
    return sum(each.is_right for each in results)


def report(results: Sequence[Judged]) -> str:
    """The table, the score, and of each wrong one what was answered and why it is otherwise."""
    lines = ["| alert | id | decided | key | |", "| --- | --- | --- | --- | --- |"]
    for each in results:
        decided = " → ".join(decision.verdict.value for decision in each.decisions) or "not judged"
        mark = "right" if each.is_right else "wrong" if each.decisions else ""
        lines.append(f"| {each.name} | {each.short_id} | {decided} | {each.key.level.value} | {mark} |")
    lines += ["", f"{score(results)} of {len(results)} right; {ENOUGH} are asked for."]
    for each in results:
        if each.decisions and not each.is_right:
            lines += ["", *_wrong(each)]
    return "\n".join(lines) + "\n"


def _wrong(each: Judged) -> list[str]:
    last = each.decisions[-1]
    answers = last.answers
    said = {True: "yes", False: "no", None: "not said"}
    affected = answers.affected.value if answers.affected else "not said"
    return [
        f"- {each.name}: {last.verdict.value}, not {each.key.level.value}",
        f"  - answered: step {answers.step or 'not said'} (key: {each.key.step}), affected {affected}, "
        f"workaround {said[answers.workaround]}; reason: {last.reason or 'none'}",
        f"  - key: {each.key.why}",
    ]


def write(results: Sequence[Judged], path: Path = LAST) -> str:
    """Keep the report in that file and return it."""
    text = report(results)
    path.write_text(f"# The last judging\n\n{text}", encoding="utf-8")
    return text
