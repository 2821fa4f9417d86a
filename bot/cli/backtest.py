"""`triage rules backtest`: what changed rules would have suggested for the decisions in the log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.operator import reading_or_exit, rules_or_exit
from bot.cli.options import FILE_OPTION

if TYPE_CHECKING:
    from bot.domain.backtest import Agreement, Backtest, Said
    from bot.domain.rules import Rules

STEPS = 1000
"""Of the progress bar."""


@click.command("backtest")
@FILE_OPTION
@click.option(
    "--examples", type=click.IntRange(0, 1000), default=10, show_default=True, help="Changed ones to list."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rules_backtest(rules_file: Path, examples: int, as_json: bool) -> None:
    """What a changed rules file would have suggested for each decision in the log. Reads only, beside a running bot."""
    from bot.services.backtest import backtest_record

    rules = rules_or_exit(rules_file).rules
    found = _replayed(rules, examples)
    if as_json:
        click.echo(json.dumps(backtest_record(found, rules), ensure_ascii=False, indent=2))
        return
    for line in _told(found, rules):
        click.echo(line)


def _replayed(rules: Rules, examples: int) -> Backtest:
    """With a progress bar on standard error, where that is a terminal."""
    from bot.services.backtest import backtest

    reading = reading_or_exit()
    if not sys.stderr.isatty():
        return backtest(reading, rules, examples)
    bar: Any = click.progressbar(length=STEPS, label="Replaying", file=sys.stderr)
    with bar:
        found = backtest(reading, rules, examples, lambda part: bar.update(int(part * STEPS) - bar.pos))
        bar.update(STEPS - bar.pos)
    return found


def _told(found: Backtest, rules: Rules) -> list[str]:
    """The report for a terminal."""
    again = f" ({found.looked_at_again} more were looked at again since)" if found.looked_at_again else ""
    lines = [f"{found.decisions} decisions that stand{again}"]
    if not found.decisions:
        return lines
    lines += [f"{number:>8}  {turn.value.replace('_', ' ')}" for turn, number in found.turns.items()]
    lines += ["", "The suggested level was the one that people decided on:"]
    lines += [f"  before  {_share(found.before)}", f"  after   {_share(found.after)}"]
    by_rule = found.lines(rule.name for rule in rules.match)
    if by_rule:
        widest = max(len(name) for name, _ in by_rule)
        lines += ["", f"{'rule':<{widest}}  {'before':>22}  {'after':>22}"]
        lines += [
            f"{name:<{widest}}  {_share(line.before):>22}  {_share(line.after):>22}" for name, line in by_rule
        ]
    if found.examples:
        lines += ["", f"Suggested otherwise ({len(found.examples)} of {_otherwise(found)}):"]
        lines += [
            f"  {one.issue:<14} {_said(one.before)} -> {_said(one.after)}; decided {one.verdict.replace('_', ' ')}"
            for one in found.examples
        ]
    return lines


def _otherwise(found: Backtest) -> int:
    from bot.domain.backtest import Turn

    return found.decisions - found.turns[Turn.SAME]


def _share(one: Agreement) -> str:
    if not one.suggested:
        return "-"
    return f"{one.agreed} of {one.suggested} ({one.agreed * 100 // one.suggested} %)"


def _said(said: Said) -> str:
    words = " ".join(part for part in (said.level, f"at {said.step}" if said.step else "") if part)
    return f"{words or 'nothing'}{f' ({said.rule})' if said.rule else ''}"
