"""The earlier alert that a hurried person would take for a new one, and what stands against it. Found at arrival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.alert import Alert, AlertState, Source
from bot.domain.decision import Verdict
from bot.domain.likeness import Comparison, Feature, Likeness, Twin
from bot.domain.lookalike import compare
from bot.domain.policy import Policy

MOST_DIFFERENCES = 6
"""Differences kept on the alert; ours: the card shows three, the comparison on demand computes all of them anew."""


@dataclass(frozen=True)
class _Found:
    earlier: Alert
    twin: Twin
    shared: int


def with_twin(alert: Alert, candidates: Iterable[Alert], policy: Policy) -> Alert:
    """The alert with the one earlier alert that matters most, or with none.

    One cause and decided: that decision is offered, and no other face alarms. Else the look-alike: a decided one
    before one that waits, of several the one that shares most. An earlier round of the same issue counts only when its
    cause was another one; the card tells of it anyway.
    """
    found = [each for candidate in candidates if (each := _look(alert, candidate, policy)) is not None]
    best = max(found, key=_weight, default=None)
    return replace(alert, twin=best.twin if best else None)


def may_have_twin(alert: Alert) -> bool:
    """Whether a look-alike is sought at all: of what was judged, or was made by hand, none is."""
    return alert.state is AlertState.OPEN and alert.source is not Source.PERSON


def _look(alert: Alert, earlier: Alert, policy: Policy) -> _Found | None:
    if earlier.id == alert.id or earlier.arrived_at > alert.arrived_at or earlier.source is Source.PERSON:
        return None
    comparison = side_by_side(alert, earlier, policy)
    if comparison.verdict is Likeness.UNRELATED:
        return None
    twin = Twin(earlier.id, comparison.verdict, comparison.differs[:MOST_DIFFERENCES])
    return _Found(earlier, twin, len(comparison.alike))


def side_by_side(alert: Alert, earlier: Alert, policy: Policy) -> Comparison:
    """The whole comparison of an alert with an earlier one.

    With the step by today's rules on both sides: one that a person chose says nothing of the cause.
    """
    steps = [policy.suggest(each.facts).step for each in (earlier, alert)]
    return compare(earlier.facts, alert.facts, earlier_step=steps[0], newer_step=steps[1])


def _weight(found: _Found) -> tuple[bool, bool, bool, int, str]:
    is_decided = found.earlier.decision is not None
    is_same = found.twin.likeness is Likeness.SAME_CAUSE
    has_title = Feature.TITLE not in {each.feature for each in found.twin.differs}
    decided_at = found.earlier.decision.at.isoformat() if found.earlier.decision else ""
    return is_same and is_decided, is_decided, has_title, found.shared, decided_at


def is_warned(alert: Alert) -> bool:
    """Whether a look-alike of another cause stands on the card."""
    return alert.twin is not None and alert.twin.likeness is Likeness.LOOK_ALIKE


def last_verdict(alert: Alert, earlier: Alert | None) -> Verdict | None:
    """What was decided last time for the same cause; None where nothing was, or where the cause is another."""
    if earlier is None or earlier.decision is None or alert.twin is None:
        return None
    return earlier.decision.verdict if alert.twin.likeness is Likeness.SAME_CAUSE else None
