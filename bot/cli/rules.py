"""`triage rules`: read, check and try `rules.yaml`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bot.cli.backtest import rules_backtest
from bot.cli.operator import Refusal, rules_or_exit
from bot.cli.options import FILE_OPTION, RUNBOOKS_OPTION
from bot.config.reading import runbook_warnings
from bot.config.runbooks import load_runbooks
from bot.domain.facts import Facts
from bot.domain.rules import Rules


@click.group()
def rules() -> None:
    """Read, check and try rules.yaml."""


rules.add_command(rules_backtest)


@rules.command("check")
@FILE_OPTION
@RUNBOOKS_OPTION
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rules_check(rules_file: Path, runbooks_dir: Path, as_json: bool) -> None:
    """What is wrong with the rules file, by line; and all combinations of the matrix with their rows.

    Warned of: rules that can never win, steps and rules without a runbook, days without anybody on duty.
    """
    read = rules_or_exit(rules_file)
    beside = runbook_warnings(read, load_runbooks(runbooks_dir), str(runbooks_dir))
    told = sorted((*read.warnings, *beside), key=lambda problem: problem.line or 0)
    warnings = [problem.told(str(rules_file)) for problem in told]
    rows = list(matrix_rows(read.rules))
    if as_json:
        click.echo(
            json.dumps({"ok": True, "warnings": warnings, "matrix": rows}, ensure_ascii=False, indent=2)
        )
        return
    for warning in warnings:
        click.echo(f"warning: {warning}")
    for row in rows:
        click.echo(
            f"{row['step']:<12} {row['affected']:<4} workaround {row['workaround']:<4} -> {row['level']}"
        )
    click.echo(f"{rules_file}: well; {len(rows)} combinations, each in exactly one row.")


def matrix_rows(the_rules: Rules) -> Iterable[dict[str, str]]:
    """Each combination with the level and the row that it hits."""
    from bot.domain.impact import combinations

    for case in combinations(the_rules.journey):
        row = the_rules.matrix.row_for(case.step, case.affected, case.workaround, the_rules.journey)
        yield {
            "step": case.step,
            "affected": case.affected.value,
            "workaround": "yes" if case.workaround else "no",
            "level": row.impact.value if row else "-",
            "row": row.key if row else "-",
        }


@rules.command("try")
@click.argument("file", type=click.File("rb"))
@FILE_OPTION
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rules_try(file: Any, rules_file: Path, as_json: bool) -> None:
    """What the rules would suggest for one webhook body of Sentry in FILE (- for standard input)."""
    from bot.domain.suggesting import suggest

    read = rules_or_exit(rules_file)
    facts = facts_or_exit(file)
    found = suggest(read.rules, facts.features)
    result = {
        "step": found.step,
        "level": found.level.value if found.level else None,
        "row": found.row.key if found.row else None,
        "because": [
            {k: v for k, v in vars(reason).items() if v} | {"kind": reason.kind.value}
            for reason in found.because
        ],
    }
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"step: {result['step'] or 'none'}   level: {result['level'] or 'none'}   row: {result['row'] or '-'}"
    )
    for reason in found.because:
        details = " ".join(str(part) for part in (reason.key, reason.pattern, reason.value) if part)
        click.echo(f"  because {reason.kind.value} (rule {reason.rule}): {details}")


@rules.command("schema")
def rules_schema() -> None:
    """The JSON Schema of rules.yaml, for editors that complete and check while you type."""
    from bot.config.schema import schema_text

    click.echo(schema_text(), nl=False)


@rules.command("compare")
@click.argument("earlier", type=click.File("rb"))
@click.argument("newer", type=click.File("rb"))
@FILE_OPTION
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rules_compare(earlier: Any, newer: Any, rules_file: Path, as_json: bool) -> None:
    """Whether two webhook bodies tell of one cause, of two causes with one face, or of unrelated things."""
    from bot.domain.lookalike import compare
    from bot.domain.suggesting import suggest

    read = rules_or_exit(rules_file)
    before, now = facts_or_exit(earlier), facts_or_exit(newer)
    found = compare(
        before,
        now,
        earlier_step=suggest(read.rules, before.features).step,
        newer_step=suggest(read.rules, now.features).step,
    )
    differs = [
        {"feature": each.feature.value, "earlier": each.before, "newer": each.now}
        | ({"tag": each.tag} if each.tag else {})
        for each in found.differs
    ]
    alike = [feature.value for feature in found.alike]
    if as_json:
        result = {"verdict": found.verdict.value, "alike": alike, "differs": differs}
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found.verdict.value}   alike: {', '.join(alike) or 'nothing'}")
    for each in differs:
        name = f"{each['feature']} {each.get('tag', '')}".strip()
        click.echo(f"  differs in {name}: {each['earlier'] or '-'} | {each['newer'] or '-'}")


def facts_or_exit(file: Any) -> Facts:
    """What a saved webhook body tells, or why it is none."""
    from bot.sentry.webhook import BadBody, facts_from_body

    try:
        return facts_from_body(file.read())
    except BadBody as error:
        raise Refusal(f"{file.name}: not a webhook body of Sentry: {error}") from error
