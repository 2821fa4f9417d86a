"""`triage log`, `triage export`, `triage import`: what the store holds, and what is brought into it."""

from __future__ import annotations

import json
from typing import Any

import click

from bot.cli.operator import Refusal, reading_or_exit, rules_or_exit, say, settings_or_exit


@click.command()
@click.argument("issue", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the newest entries.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def log(issue: str | None, limit: int | None, as_json: bool) -> None:
    """The decision log: of ISSUE (short id or number), or of all."""
    from bot.services.history import history, issue_of

    reading = reading_or_exit()
    issue_id = None
    if issue:
        issue_id = issue_of(reading, issue)
        if issue_id is None:
            raise Refusal(f"{issue}: no such issue in the store; give its short id or its number")
    rows = history(reading, issue_id, limit)
    say(rows, as_json, _line)


def _line(row: dict[str, Any]) -> str:
    return f"{row['at'][:19]}  {row['alert']:<16} {row['kind']:<12} {_words(row)}"


def _words(row: dict[str, Any]) -> str:
    hidden = ("id", "at", "kind", "alert", "issue", "by")
    return " ".join(f"{key}={value}" for key, value in row.items() if key not in hidden)


@click.command()
@click.option("--json", "as_json", is_flag=True, default=True, help="As JSON lines (the only form).")
def export(as_json: bool) -> None:
    """Alerts and the decision log, a JSON object a line, on standard output."""
    from bot.services.history import export as export_all

    for record in export_all(reading_or_exit()):
        click.echo(json.dumps(record, ensure_ascii=False))


@click.command("import")
@click.option(
    "--sentry-backlog",
    type=click.IntRange(1, 1000),
    required=True,
    metavar="N",
    help="Make alerts of up to N issues that were unresolved before the first start, last seen first.",
)
def import_(sentry_backlog: int) -> None:
    """Bring in what was there before. Needs the store to itself: stop the bot first, start it after."""
    from bot.app import import_backlog
    from bot.ports import Refused, TryLater
    from bot.stores.errors import StoreNotOpened

    settings = settings_or_exit()
    read = rules_or_exit(settings.rules_file)
    try:
        opened = import_backlog(settings, read.rules, sentry_backlog)
    except (StoreNotOpened, TryLater, Refused) as error:
        raise Refusal(str(error)) from error
    click.echo(f"{opened} alerts opened; their cards are posted when the bot runs.")
