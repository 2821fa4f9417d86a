"""What other rules would have suggested: what counts as a change, whose agreement is counted, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.alert import Alert
from bot.domain.backtest import Agreement, Backtest, Replayed, Said, Turn, replay
from bot.domain.deciding import change, choose_step, press
from bot.domain.decision import Verdict
from bot.domain.impact import Impact
from bot.domain.rules import Rules
from tests.builders import AIKO, MONDAY_1140, a_choice, a_policy, an_alert, the_rules

MEDIUM = Said("check", "medium", "async-worker")


def with_worker(**changes: object) -> Rules:
    """The shipped rules with another rule `async-worker`."""
    rules = the_rules()
    return replace(
        rules,
        match=tuple(replace(one, **changes) if one.name == "async-worker" else one for one in rules.match),
    )


def decided(alert: Alert | None = None, verdict: Verdict = Verdict.MEDIUM) -> Alert:
    return press(alert or an_alert(), a_choice(verdict), MONDAY_1140, a_policy()).alert


def replayed(rules: Rules, alert: Alert) -> Replayed:
    assert alert.decision
    found = replay(alert, alert.decision, rules)
    assert found
    return found


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        (MEDIUM, replace(MEDIUM, rule="another"), Turn.SAME),
        (MEDIUM, replace(MEDIUM, level="large"), Turn.CHANGED),
        (MEDIUM, replace(MEDIUM, step="result"), Turn.CHANGED),
        (MEDIUM, replace(MEDIUM, level=None), Turn.CHANGED),
        (MEDIUM, Said(), Turn.GONE),
        (Said(), MEDIUM, Turn.NEW),
        (Said(), Said(rule="only-a-runbook"), Turn.SAME),
    ],
)
def test_a_change_is_one_of_step_or_level(before: Said, after: Said, turn: Turn) -> None:
    assert Replayed("1-1", "1", "medium", before, after).turn is turn


def test_the_same_rules_change_nothing() -> None:
    one = replayed(the_rules(), decided())

    assert (one.before, one.after, one.turn, one.verdict) == (MEDIUM, MEDIUM, Turn.SAME, "medium")


def test_changed_rules_are_asked_with_the_facts_that_are_kept() -> None:
    one = replayed(with_worker(suggest=Impact.LARGE, affected=None, workaround=None), decided())

    assert (one.before.level, one.after.level, one.turn) == ("medium", "large", Turn.CHANGED)


def test_a_step_that_a_person_chose_is_no_suggestion_of_then() -> None:
    chosen = choose_step(an_alert(), "result", AIKO, "Aiko", MONDAY_1140, a_policy()).alert

    assert replayed(the_rules(), decided(chosen)).before.step == "check"


def test_only_the_decision_that_stands_is_compared() -> None:
    first = decided()
    assert first.decision
    again = change(first, a_choice(Verdict.LARGE), first.decision.id, MONDAY_1140, a_policy()).alert

    assert replay(again, first.decision, the_rules()) is None
    assert replayed(the_rules(), again).verdict == "large"


def test_figures_examples_and_lines_by_rule() -> None:
    found = Backtest(examples_most=1)
    large = replace(MEDIUM, level="large", rule="big")
    for verdict, after in (("medium", MEDIUM), ("large", large), ("large", large), ("small", Said())):
        found.take(Replayed("1-1", "1", verdict, MEDIUM, after))

    assert (found.decisions, found.turns) == (
        4,
        {Turn.SAME: 1, Turn.CHANGED: 2, Turn.NEW: 0, Turn.GONE: 1},
    )
    assert (found.before, found.after) == (Agreement(4, 1), Agreement(3, 3))
    assert len(found.examples) == 1
    assert [(name, line.before, line.after) for name, line in found.lines(["big", "quiet"])] == [
        ("big", Agreement(), Agreement(2, 2)),
        ("async-worker", Agreement(4, 1), Agreement(1, 1)),
    ]


def test_a_suggestion_without_a_level_agrees_with_nothing_and_contradicts_nothing() -> None:
    assert Agreement().with_one(Said("check"), "medium") == Agreement()
