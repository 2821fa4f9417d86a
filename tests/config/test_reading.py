"""Rules and runbooks held against each other: each gap with its line in the rules file, and its remedy."""

from __future__ import annotations

from pathlib import Path

from bot.config.reading import runbook_warnings
from bot.config.rules import read_rules
from bot.config.runbooks import load_runbooks
from tests.builders import ROOT
from tests.config.test_rules import GOOD, write


def warned(tmp_path: Path, text: str = GOOD, **books: str) -> list[str]:
    folder = tmp_path / "books"
    folder.mkdir()
    for name, steps in books.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: T\nsteps: [{steps}]\n---\nRead.\n", encoding="utf-8")
    found = runbook_warnings(read_rules(write(tmp_path, text)), load_runbooks(folder), "books")
    return [problem.told("rules.yaml") for problem in found]


def test_a_step_without_a_runbook_is_told_with_its_line_and_what_to_write(tmp_path: Path) -> None:
    [told] = warned(tmp_path, a="check", b="any")

    assert told.startswith('rules.yaml:6: journey[0]: the step "submit" has no runbook; write one in books')
    assert "steps: [submit]" in told


def test_a_rule_of_the_step_that_names_a_runbook_serves_it(tmp_path: Path) -> None:
    text = GOOD.replace("    step: check\n", "    step: check\n    runbook: a.md\n")

    assert warned(tmp_path, text, a="submit") == []


def test_a_rule_whose_runbook_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    text = GOOD.replace("    step: check\n", "    step: check\n    runbook: worker-a.md\n")

    [told] = warned(tmp_path, text, worker="submit, check")

    assert told.startswith(
        'rules.yaml:31: match[0].runbook: names "worker-a.md", which cannot be read in books'
    )
    assert told.endswith('did you mean "worker.md"?')


def test_the_shipped_rules_and_runbooks_lack_nothing() -> None:
    assert (
        runbook_warnings(read_rules(ROOT / "rules.yaml"), load_runbooks(ROOT / "runbooks"), "runbooks") == ()
    )
