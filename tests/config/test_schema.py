"""The schema for editors: kept true, takes what the program takes, and finds the usual slips."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.config.rules import RulesError, read_rules
from bot.config.schema import schema, schema_text
from bot.config.shape import plain
from bot.config.yaml_source import parse_source
from bot.domain.spelling import Spelling
from tests.builders import ROOT
from tests.config.test_rules import good_with, write

VALIDATOR = Draft7Validator(schema())
KEPT = ROOT / "docs" / "rules.schema.json"


def faults(text: str) -> list[str]:
    """Where the schema finds fault, as paths."""
    found = VALIDATOR.iter_errors(plain(parse_source(text).root))
    return [".".join(str(part) for part in error.absolute_path) for error in found]


def is_taken(folder: Path, text: str) -> bool:
    try:
        read_rules(write(folder, text))
    except RulesError:
        return False
    return True


def test_the_kept_schema_is_what_the_types_say() -> None:
    assert KEPT.read_text(encoding="utf-8") == schema_text(), "run: python docs/rules_reference.py"


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(json.loads(KEPT.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", ["rules.yaml", "bot/sandbox/scenes/rules.yaml"])
def test_the_rules_that_come_with_the_program_fit_it(file: str) -> None:
    assert faults((ROOT / file).read_text(encoding="utf-8")) == []


def test_the_shipped_rules_tell_editors_where_the_schema_is() -> None:
    first = (ROOT / "rules.yaml").read_text(encoding="utf-8").splitlines()[0]

    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found and (ROOT / found[1]) == KEPT


WELL = [
    ("triage: 1 business day", "triage: 2  Business Hours"),
    ("triage: 1 business day", "triage: 30 minutes"),
    ('hours: "10:00-19:00"', "hours: always"),
    ('hours: "10:00-19:00"', 'hours: ["9:00-12:00", "13:00 - 18:00"]'),
    ("holidays: [2026-12-29]", "holidays: 2026-12-29"),
    ("holidays: [2026-12-29]", "holidays:"),
    ("monday: [U01ALICE]", "monday: Alice@Example.com"),
    ("monday: [U01ALICE]", "monday: []"),
    ('alerts: "#dev-alerts"', "alerts: C012AB3CD"),
    ('alerts: "#dev-alerts"', "alerts: 開発-アラート"),
    ('transaction: "Sidekiq/*"', 'transaction: ["*", a$b, "?^x"]'),
    ('transaction: "Sidekiq/*"', 'tags: {journey_step: ["2", "2-3"], queue: low}'),
    ("step: check", "runbook: 手順/ワーカー.md"),
    ("step: check", "runbook: https://docs.example.com/a?b=c#d"),
    ("[any, whole], affected: all, workaround: false", "[any, whole], affected: all, workaround: False"),
    ("response: {medium: 3 business days}", "response:"),
    ("[docs.example.com,", "[DOCS.example.com,"),
]


@pytest.mark.parametrize(("old", "new"), WELL, ids=lambda value: str(value)[:30])
def test_what_the_program_takes_is_no_fault_in_an_editor(tmp_path: Path, old: str, new: str) -> None:
    text = good_with(old, new)
    assert is_taken(tmp_path, text), "the case itself is wrong"

    assert faults(text) == []


SLIPS = [
    ("calendar:", "calender:", ""),
    ("timezone: Asia/Tokyo\n", "", ""),
    ("triage: 1 business day", "triage: soon", "deadlines.triage"),
    ("triage: 1 business day", "triage: 3", "deadlines.triage"),
    ('hours: "10:00-19:00"', 'hours: "10-19"', "calendar.hours"),
    ("country: JP", "country: jp", "calendar.country"),
    ("monday: [U01ALICE]", "monday: [taro]", "rotation.monday"),
    ("step: check", "step: check\n    sugest: small", "match.0"),
    ("suggest: medium", "suggest: big", "match.0.suggest"),
    ("impact: large}\n    - {steps: [any, whole], affected: all, workaround: true",
     "impact: large}\n    - {steps: [any, whole], affected: all, workaround: yes", "impact.matrix.1.workaround"),
    ("write: full", "write: al", "sentry.write"),
    ('"Sidekiq/*"', '"^Sidekiq/.*$"', "match.0.when.transaction"),
    ("version: 1", "version: 2", "version"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where"), SLIPS, ids=lambda value: str(value)[:30])
def test_a_slip_is_found_while_it_is_typed(tmp_path: Path, old: str, new: str, where: str) -> None:
    text = good_with(old, new)
    assert not is_taken(tmp_path, text), "the case itself is right"

    found = faults(text)

    assert any(path.startswith(where) or where.startswith(path) for path in found), found


def keys_of(part: Any) -> list[dict[str, Any]]:
    """Every key that the schema knows, wherever it stands."""
    if isinstance(part, list):
        return [key for item in part for key in keys_of(item)]
    if not isinstance(part, dict):
        return []
    return [*part.get("properties", {}).values(), *(key for item in part.values() for key in keys_of(item))]


def test_every_key_is_explained_where_it_is_typed() -> None:
    assert all(key.get("description") for key in keys_of(schema()))


def test_patterns_hold_for_editors_too_which_read_them_as_unicode_expressions() -> None:
    patterns = set(re.findall(r'"pattern": "(.*)"', schema_text()))

    assert len(patterns) >= len(Spelling)
    for pattern in patterns:
        escapes = set(re.findall(r"\\(.)", json.loads(f'"{pattern}"')))
        assert escapes <= set(r"sSx\*^$.+/"), f"{pattern}: JavaScript refuses other escapes there"
