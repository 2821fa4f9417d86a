"""`triage rules`: what an operator sees of a rules file before it is deployed."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main
from bot.config.schema import schema
from tests.builders import ROOT

SHIPPED = (ROOT / "rules.yaml").read_text(encoding="utf-8")
HIDDEN = '  - name: mail\n    when: {transaction: "Sidekiq/Mail*"}\n    suggest: small\n\n  - name: review-console\n'


def checked(folder: Path, text: str, *options: str) -> str:
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["rules", "check", "--rules", str(file), *options])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_rule_that_never_wins_and_a_step_without_runbook_are_warned_of_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    text = SHIPPED.replace("  - name: review-console\n", HIDDEN)
    text = text.replace("    runbook: double-submit.md\n", "")
    (tmp_path / "few").mkdir()
    for name in ("async-worker", "result-callback", "review-console", "business-api", "external-outage"):
        (tmp_path / "few" / f"{name}.md").write_text(
            (ROOT / "runbooks" / f"{name}.md").read_text(encoding="utf-8")
        )

    lines = [
        line
        for line in checked(tmp_path, text, "--runbooks", str(tmp_path / "few")).splitlines()
        if "warning" in line
    ]

    step = text.splitlines().index("  - id: submission") + 1
    rule = text.splitlines().index("  - name: mail") + 1
    assert len(lines) == 2
    assert f'rules.yaml:{step}: journey[1]: the step "submission" has no runbook; write one in' in lines[0]
    assert f"rules.yaml:{rule}: match[" in lines[1]
    assert '"mail" can never win' in lines[1]
    assert '"async-worker" (line' in lines[1]


def test_the_same_warnings_stand_in_json(tmp_path: Path) -> None:
    text = SHIPPED.replace("  - name: review-console\n", HIDDEN)

    told = json.loads(checked(tmp_path, text, "--runbooks", str(ROOT / "runbooks"), "--json"))

    assert told["ok"] is True
    assert [warning.partition("can never win")[1] for warning in told["warnings"]] == ["can never win"]


def test_the_schema_is_printed_for_editors() -> None:
    done = CliRunner().invoke(main, ["rules", "schema"])

    assert done.exit_code == 0
    assert json.loads(done.output) == schema()
