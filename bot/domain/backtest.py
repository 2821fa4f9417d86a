"""What other rules would have suggested for decisions that people have made. Filled by `bot.services.backtest`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.alert import Alert
from bot.domain.decision import Decision
from bot.domain.rules import Rules
from bot.domain.suggesting import suggest


class Turn(StrEnum):
    """What became of a suggestion."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "newly_suggested"
    GONE = "no_longer"


@dataclass(frozen=True)
class Said:
    """A suggestion in short: the step, the level, and the rule that is named as its reason."""

    step: str | None = None
    level: str | None = None
    rule: str | None = None

    @property
    def is_empty(self) -> bool:
        return self.step is None and self.level is None


@dataclass(frozen=True)
class Replayed:
    """One decision with what was suggested then and what would be now."""

    alert_id: str
    issue: str
    """The short id, else the number."""
    verdict: str
    before: Said
    after: Said

    @property
    def turn(self) -> Turn:
        """By step and level; another rule with the same words is no change for the person on call."""
        if (self.before.step, self.before.level) == (self.after.step, self.after.level):
            return Turn.SAME
        if self.before.is_empty:
            return Turn.NEW
        return Turn.GONE if self.after.is_empty else Turn.CHANGED


@dataclass(frozen=True)
class Agreement:
    """How often a level was suggested, and how often people decided on that level."""

    suggested: int = 0
    agreed: int = 0

    def with_one(self, said: Said, verdict: str) -> Agreement:
        """Counted once more, where a level was suggested."""
        if said.level is None:
            return self
        return Agreement(self.suggested + 1, self.agreed + (said.level == verdict))


@dataclass(frozen=True)
class RuleLine:
    """One rule's part: what it suggested before and would suggest after."""

    before: Agreement = field(default_factory=Agreement)
    after: Agreement = field(default_factory=Agreement)


@dataclass
class Backtest:
    """The totals, filled one decision at a time; keeps only figures and a few examples."""

    examples_most: int
    decisions: int = 0
    looked_at_again: int = 0
    """Decisions that another one has replaced since; only the one that stands is compared."""
    turns: dict[Turn, int] = field(default_factory=lambda: dict.fromkeys(Turn, 0))
    before: Agreement = field(default_factory=Agreement)
    after: Agreement = field(default_factory=Agreement)
    rules: dict[str, RuleLine] = field(default_factory=dict[str, RuleLine])
    examples: list[Replayed] = field(default_factory=list[Replayed])

    def take(self, one: Replayed) -> None:
        """Count one decision."""
        self.decisions += 1
        self.turns[one.turn] += 1
        if one.turn is not Turn.SAME and len(self.examples) < self.examples_most:
            self.examples.append(one)
        self.before = self.before.with_one(one.before, one.verdict)
        self.after = self.after.with_one(one.after, one.verdict)
        self._line(one.before.rule, before=one)
        self._line(one.after.rule, after=one)

    def _line(self, rule: str | None, before: Replayed | None = None, after: Replayed | None = None) -> None:
        if rule is None:
            return
        line = self.rules.get(rule, RuleLine())
        if before:
            line = replace(line, before=line.before.with_one(before.before, before.verdict))
        if after:
            line = replace(line, after=line.after.with_one(after.after, after.verdict))
        self.rules[rule] = line

    def lines(self, order: Iterable[str]) -> list[tuple[str, RuleLine]]:
        """By rule: those of the file in its order, then those that it has no more; rules that suggest no level not."""
        names = dict.fromkeys((*order, *sorted(self.rules)))
        known = ((name, self.rules[name]) for name in names if name in self.rules)
        return [(name, line) for name, line in known if line.before.suggested or line.after.suggested]


def replay(alert: Alert, decision: Decision, rules: Rules) -> Replayed | None:
    """What was suggested and what these rules would suggest; None for a decision that stands no more.

    A step that a person had chosen on the card was no suggestion: then the one that the rules gave is meant.
    """
    if alert.decision is None or alert.decision.id != decision.id:
        return None
    then = alert.suggestion
    step = then.step if alert.step_by else decision.shown_step
    now = suggest(rules, alert.facts.features)
    return Replayed(
        alert_id=alert.id,
        issue=alert.display_id,
        verdict=decision.verdict.value,
        before=Said(step, decision.shown_level, then.rule_name),
        after=Said(now.step, now.level.value if now.level else None, now.rule_name),
    )
