"""The opening scene holds together: both languages, a pair that looks alike, rules like the shipped ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.rules import load_rules
from bot.listeners.shortcuts import SHORTCUTS
from bot.sandbox.scene import RULES, Scene, load_scene
from bot.sandbox.sentry.samples import describe, title_of
from bot.sandbox.story import STEPS

SHIPPED = Path(__file__).parents[2] / "rules.yaml"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return load_scene()


def test_the_demo_plays_by_the_shipped_rules_with_its_own_people() -> None:
    shipped, ours = load_rules(SHIPPED), load_rules(RULES)

    assert replace(ours, rotation=shipped.rotation, impact=shipped.impact) == shipped
    assert [replace(row, line=None) for row in ours.matrix.rows] == [
        replace(row, line=None) for row in shipped.matrix.rows
    ]


def test_everybody_in_the_rotation_can_be_acted_as(scene: Scene) -> None:
    assert set(load_rules(RULES).rotation.everybody) <= {person.id for person in scene.people}


def test_every_channel_that_the_rules_name_is_there_so_that_a_large_one_reaches_support(scene: Scene) -> None:
    named = load_rules(RULES).channels
    wanted = {named.alerts, named.consultation, named.review, named.support}

    assert {name for _, name in scene.channels} == wanted


def test_the_menu_of_a_message_offers_every_shortcut_of_the_app(scene: Scene) -> None:
    assert [one["callback_id"] for one in scene.shortcuts] == [each.ID for each in SHORTCUTS]


def test_the_pair_looks_alike_and_is_not(scene: Scene) -> None:
    a, b = (describe(scene.alerts[key].event) for key in ("a", "b"))

    assert title_of(a) == title_of(b)
    assert a.transaction != b.transaction
    assert a.tags["journey_step"] != b.tags["journey_step"]


def test_every_step_has_its_words_in_both_languages(scene: Scene) -> None:
    assert {step.key for step in STEPS} == set(scene.steps)
    for words in scene.steps.values():
        assert words.hint.keys() == {"en", "ja"}
        assert words.title is None or words.title.keys() == {"en", "ja"}
    for step in STEPS:
        assert step.point is None or step.point.alert in scene.alerts
