"""`triage rules backtest` as an operator meets it: the report, the record for scripts, a store that a bot has open."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.domain.deciding import press
from bot.domain.decision import Verdict
from bot.ports import Store
from bot.stores import open_store
from tests.builders import MONDAY_1140, ROOT, a_choice, a_policy, an_alert, facts_of_a, some_facts
from tests.stores.kept_things import StoppedClock

SHIPPED = (ROOT / "rules.yaml").read_text(encoding="utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A running bot's store: two of A decided Small, one of B Medium, one of B Large, one that no rule knows."""
    opened = open_store(f"tinydb:///{tmp_path}/triage.db", clock=StoppedClock())
    unknown = some_facts(transaction="Other", culprit="Other", tags=())
    cases = (
        ("1", facts_of_a(), Verdict.SMALL),
        ("2", facts_of_a(), Verdict.SMALL),
        ("3", some_facts(), Verdict.MEDIUM),
        ("4", some_facts(), Verdict.LARGE),
        ("5", unknown, Verdict.MEDIUM),
    )
    with opened.change() as change:
        for issue, facts, verdict in cases:
            alert = an_alert(issue_id=issue, facts=facts, short_id=f"KYC-{issue}")
            outcome = press(alert, a_choice(verdict), MONDAY_1140, a_policy())
            change.save(outcome.alert)
            for entry in outcome.entries:
                change.log(entry)
    yield opened
    opened.close()


def backtested(folder: Path, text: str, *options: str) -> Result:
    rules = folder / "changed.yaml"
    rules.write_text(text, encoding="utf-8")
    env = {"DATABASE_URL": f"tinydb:///{folder}/triage.db"}
    return CliRunner().invoke(main, ["rules", "backtest", "--rules", str(rules), *options], env=env)


def record(folder: Path, text: str, *options: str) -> dict[str, Any]:
    done = backtested(folder, text, "--json", *options)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def without(name: str) -> str:
    """The shipped rules without one rule."""
    before, _, rest = SHIPPED.partition(f"  - name: {name} ")
    return before + rest[rest.index("\n  - name:") + 1 :]


def test_the_rules_in_force_change_nothing_and_say_how_often_they_agreed(
    store: Store, tmp_path: Path
) -> None:
    found = record(tmp_path, SHIPPED)

    assert [found[key] for key in ("decisions", "same", "changed", "newly_suggested", "no_longer")] == [
        5,
        5,
        0,
        0,
        0,
    ]
    assert found["agreement"] == {
        "before": {"suggested": 4, "agreed": 3},
        "after": {"suggested": 4, "agreed": 3},
    }
    assert found["examples"] == []


def test_changed_rules_are_told_by_rule_with_examples(store: Store, tmp_path: Path) -> None:
    other = "  - name: other\n    when: {transaction: Other}\n    step: check\n    suggest: medium\n\n"
    text = without("async-worker").replace("  - name: review-console\n", f"{other}  - name: review-console\n")

    found = record(tmp_path, text, "--examples", "2")

    assert [found[key] for key in ("same", "changed", "newly_suggested", "no_longer")] == [2, 2, 1, 0]
    assert found["agreement"]["after"] == {"suggested": 3, "agreed": 3}
    by_rule = {line["rule"]: (line["before"], line["after"]) for line in found["by_rule"]}
    none = {"suggested": 0, "agreed": 0}
    assert by_rule["async-worker"] == ({"suggested": 2, "agreed": 1}, none)
    assert by_rule["other"] == (none, {"suggested": 1, "agreed": 1})
    assert [(one["issue"], one["turn"]) for one in found["examples"]] == [
        ("KYC-3", "changed"),
        ("KYC-4", "changed"),
    ]


def test_the_report_for_people_says_the_same(store: Store, tmp_path: Path) -> None:
    done = backtested(tmp_path, without("async-worker"))

    assert done.exit_code == 0
    assert "5 decisions that stand" in done.stdout
    assert "2  changed" in done.stdout
    assert "before  3 of 4 (75 %)" in done.stdout
    assert "after   2 of 2 (100 %)" in done.stdout
    assert (
        "KYC-4          medium at check (async-worker) -> at check (tag-check); decided large" in done.stdout
    )
    assert "Suggested otherwise (2 of 2):" in done.stdout
    assert "Replaying" not in done.stderr


def test_a_terminal_sees_how_far_it_is_and_the_report_stays_clean(store: Store, tmp_path: Path) -> None:
    seen, terminal = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "bot",
        "rules",
        "backtest",
        "--rules",
        str(ROOT / "rules.yaml"),
        "--json",
    ]
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"tinydb:///{tmp_path}/triage.db",
        "TERM": "xterm",
    }

    done = subprocess.run(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=terminal, timeout=60)

    os.close(terminal)
    shown = os.read(seen, 65536).decode()
    os.close(seen)
    assert "Replaying" in shown
    assert "100%" in shown
    assert json.loads(done.stdout)["decisions"] == 5


def test_no_decisions_and_no_store_are_told_plainly(tmp_path: Path) -> None:
    missing = backtested(tmp_path, SHIPPED)
    assert missing.exit_code == 2
    open_store(f"tinydb:///{tmp_path}/triage.db", clock=StoppedClock()).close()

    assert backtested(tmp_path, SHIPPED).stdout == "0 decisions that stand\n"


def test_wrong_rules_are_told_by_line_and_nothing_is_replayed(store: Store, tmp_path: Path) -> None:
    done = backtested(tmp_path, SHIPPED.replace("\nlanguage:", "\nlangage:"))

    assert done.exit_code == 2
    assert "changed.yaml:6: langage" in done.stderr
