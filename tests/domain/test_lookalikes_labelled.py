"""The labelled pairs of `bench/lookalikes/`, as the promise that they are: how often the guard is right."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.lookalikes import SETS, judged, pairs

RECALL, PRECISION, FALSE_ALARMS = 0.98, 0.95, 0.03
"""What the guard promises of "another cause, same face": found, true, and warned about wrongly for the same cause."""


@pytest.mark.parametrize("name", SETS)
def test_the_guard_keeps_its_promise_on_the_labelled_pairs(name: str) -> None:
    verdicts = Counter((pair.verdict, judged(pair)) for pair in pairs(name))
    warned = sum(number for (_, said), number in verdicts.items() if said == "look_alike")
    alike = sum(number for (label, _), number in verdicts.items() if label == "look_alike")
    same = sum(number for (label, _), number in verdicts.items() if label == "same_cause")
    right = verdicts["look_alike", "look_alike"]

    assert right / alike >= RECALL, verdicts
    assert right / warned >= PRECISION, verdicts
    assert verdicts["same_cause", "look_alike"] / same <= FALSE_ALARMS, verdicts
