"""Every scenario is whole: both languages, a key that the shipped matrix gives, bodies that the door understands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config.drills import FOLDER, load_scenarios
from bot.config.rules import RulesError, read_rules
from bot.domain.alert import Occurrence, Source
from bot.domain.drill import Drill, Played, Scenario, begin
from bot.domain.impact import Impact
from bot.domain.journey import WHOLE
from bot.i18n import LANGUAGES
from bot.sentry.invented import RESOURCE, body_of
from bot.sentry.webhook import parse
from tests.builders import MONDAY_1140, ROOT, a_policy, the_rules

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
MOST_MINUTES = 90


def scenario(name: str) -> Scenario:
    return load_scenarios()[name]


def texts_of(found: Scenario) -> Iterator[dict[str, str]]:
    yield from (found.name, found.trains, found.story, found.question)
    for part in found.parts:
        yield part.key.why
        yield from part.runbook


def played_of(found: Scenario) -> tuple[Played, ...]:
    return begin(Drill("d", 1, "s", MONDAY_1140), found, MONDAY_1140, a_policy().calendar).played


def occurrence(name: str, played: Played) -> Occurrence:
    body = body_of(played, scenario(name).part(played.part).event, MONDAY_1140)
    told = parse(RESOURCE, body, headers={}).tells
    assert isinstance(told, Occurrence)
    return told


def test_the_four_scenarios_are_there() -> None:
    assert NAMES == ["a_or_b", "customer_notice", "large_at_night", "storm"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_said_in_every_language(name: str) -> None:
    assert all(
        set(text) == set(LANGUAGES) and all(said.strip() for said in text.values())
        for text in texts_of(scenario(name))
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_a_step_and_a_level_that_the_shipped_matrix_allows(name: str) -> None:
    rules = the_rules()
    for part in scenario(name).parts:
        key = part.key
        assert key.step in (*rules.journey.ids, WHOLE)
        assert rules.matrix.rows_for_level(Impact(key.level), key.step, rules.journey)


@pytest.mark.parametrize("name", NAMES)
def test_everything_comes_well_before_the_end(name: str) -> None:
    found = scenario(name)
    ids = [part.id for part in found.parts]

    assert found.minutes <= MOST_MINUTES
    assert all(part.after <= found.minutes // 2 for part in found.parts)
    assert len(ids) == len(set(ids))
    assert all(part.once_decided in (None, *ids) for part in found.parts)


@pytest.mark.parametrize("name", NAMES)
def test_the_door_reads_each_invented_body_as_an_alert_of_that_issue(name: str) -> None:
    for played in played_of(scenario(name)):
        told = occurrence(name, played)
        event = scenario(name).part(played.part).event

        assert (told.issue_id, told.source, told.drill) == (played.issue_id, Source.EVENT_ALERT, "")
        assert told.facts.exceptions == event.exceptions
        assert told.facts.project == "kyc-api"
        assert "{n}" not in str(told)


def test_a_and_b_have_the_same_title_and_stop_other_steps() -> None:
    a, b = (occurrence("a_or_b", played).facts for played in played_of(scenario("a_or_b")))

    assert a.title == b.title
    assert [a_policy().suggest(facts).step for facts in (a, b)] == ["submission", "check"]


def test_the_storm_has_a_dozen_small_ones_and_one_large_among_them() -> None:
    levels = [scenario("storm").part(p.part).key.level for p in played_of(scenario("storm"))]

    assert levels.count(Impact.SMALL) == 12
    assert levels.count(Impact.LARGE) == 1


def test_a_body_is_the_same_bytes_each_time() -> None:
    played = played_of(scenario("a_or_b"))[0]
    event = scenario("a_or_b").part(played.part).event

    assert body_of(played, event, MONDAY_1140) == body_of(played, event, MONDAY_1140)


def rules_with(folder: Path, line: str) -> Path:
    path = folder / "rules.yaml"
    path.write_text((ROOT / "rules.yaml").read_text("utf-8") + f"\ndrills:\n  - {line}\n", "utf-8")
    return path


def test_the_rules_say_when_drills_take_place(tmp_path: Path) -> None:
    read = read_rules(rules_with(tmp_path, "{scenario: storm, day: friday, time: 14:00, weeks: 6}")).rules

    (plan,) = read.drills
    assert (plan.scenario, plan.day, f"{plan.time:%H:%M}", plan.weeks) == ("storm", "friday", "14:00", 6)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{scenario: stom, day: friday, time: 14:00}", 'did you mean "storm"?'),
        ("{scenario: storm, day: sunday, time: 14:00}", "drills[0].day"),
        ('{scenario: storm, day: friday, time: "18:30"}', "leaves less than its 60 minutes"),
        ('{scenario: storm, day: friday, time: "03:00"}', "leaves less than its 60 minutes"),
        ('{scenario: storm, day: friday, time: "25:00"}', "is no time of day"),
        ("{scenario: storm, day: friday, time: 14:00, weeks: 0}", "must be from 1 to 52"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_told_with_its_remedy(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(RulesError) as refused:
        read_rules(rules_with(tmp_path, line))

    assert says in str(refused.value)
