"""The command line: demo, serve, check, rules, log, export, import. Each reading command takes --json."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import click

from bot import __version__
from bot.config.rules import RulesError, RulesFile, read_rules
from bot.config.settings import Settings, SettingsError, load_settings, load_store_url
from bot.domain.rules import Rules
from bot.ports import Finding

ENV_FILE = Path(".env")
DEFAULT_WAIT = 180
"""Seconds that `check --wait` waits: time to find the button in Sentry, and for one poll."""
USAGE_ERROR = 2
"""Exit code for what the operator wrote; 1 is for what the world refused."""


class Refusal(click.ClickException):
    """What the operator must mend, on standard error, without a traceback."""

    exit_code = USAGE_ERROR

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triage")
def main() -> None:
    """On-call triage of Sentry alerts in Slack."""


def settings_or_exit() -> Settings:
    """The settings from the environment and `.env`, or all that is wrong with them."""
    try:
        return load_settings(os.environ, ENV_FILE)
    except SettingsError as error:
        raise Refusal("Settings (environment or .env):\n  " + "\n  ".join(error.problems)) from error


def rules_or_exit(path: Path) -> RulesFile:
    """The rules, or all that is wrong with them by line."""
    try:
        return read_rules(path)
    except RulesError as error:
        raise Refusal(str(error)) from error


def say(rows: Iterable[dict[str, Any]], as_json: bool, line: Callable[[dict[str, Any]], str]) -> None:
    """Print records: as one JSON array, or a line each."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(line(row))


@main.command()
@click.option("--port", type=int, default=0, help="Port of the page (0: any free one).")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--language", type=click.Choice(["en", "ja"]), default=None, help="Language of the team's channels."
)
def demo(port: int, no_browser: bool, language: str | None) -> None:
    """The real bot against a local Slack and a local Sentry, on one page. No account is needed."""
    from bot.sandbox.demo import run_demo

    run_demo(port=port or None, open_browser=not no_browser, language=language)


@main.command()
def serve() -> None:
    """Run the bot: HTTP, jobs and delivery in one process."""
    from bot.app import build
    from bot.domain.errors import StoreUnavailable
    from bot.observability import set_up_logs
    from bot.stores.errors import StoreNotOpened

    settings = settings_or_exit()
    rules = rules_or_exit(settings.rules_file)
    set_up_logs(settings.log_level, settings.log_format, settings.secrets())
    try:
        bot = build(settings, rules.rules)
        bot.start()
    except (StoreNotOpened, StoreUnavailable) as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(not_listening(settings, error)) from error
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    stop.wait()
    bot.stop()


def not_listening(settings: Settings, error: OSError) -> str:
    """Why the HTTP door did not open, and what to do."""
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop that one, or set PORT to a free port."
    return f"Cannot listen on {where} ({error.strerror or error}): correct HOST or PORT."


@main.command()
@click.option(
    "--wait",
    "seconds",
    type=click.FloatRange(min=0, max=3600),
    is_flag=False,
    flag_value=DEFAULT_WAIT,
    default=None,
    metavar="[SECONDS]",
    help=f"Follow one test notification through the running bot, hop by hop ({DEFAULT_WAIT} seconds at most).",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(seconds: float | None, as_json: bool) -> None:
    """Settings, rules, matrix, runbooks, tokens, scopes, channels, people, Sentry: each failure with its remedy."""
    from bot.checks import follow_test, run_checks

    if seconds is not None and not as_json:
        click.echo(
            "Now send a test notification: in Sentry the project's alert rule, Send Test Notification."
        )
    asked = (
        run_checks(os.environ, ENV_FILE) if seconds is None else follow_test(os.environ, ENV_FILE, seconds)
    )
    findings: list[Finding] = []
    for finding in asked:
        findings.append(finding)
        if not as_json:
            click.echo(finding.told())
    if as_json:
        click.echo(json.dumps([finding.record() for finding in findings], ensure_ascii=False, indent=2))
    sys.exit(1 if any(finding.is_failure for finding in findings) else 0)


@main.group()
def rules() -> None:
    """Read, check and try rules.yaml."""


FILE_OPTION = click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("RULES_FILE") or "rules.yaml"),
    show_default="RULES_FILE, else rules.yaml",
    help="The rules file.",
)


@rules.command("check")
@FILE_OPTION
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rules_check(rules_file: Path, as_json: bool) -> None:
    """What is wrong with the rules file, by line; and all combinations of the matrix with their rows."""
    read = rules_or_exit(rules_file)
    rows = list(matrix_rows(read.rules))
    if as_json:
        warnings = [problem.told(str(rules_file)) for problem in read.warnings]
        click.echo(
            json.dumps({"ok": True, "warnings": warnings, "matrix": rows}, ensure_ascii=False, indent=2)
        )
        return
    for problem in read.warnings:
        click.echo(f"warning: {problem.told(str(rules_file))}")
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
    from bot.domain.rules import suggest
    from bot.sentry.webhook import BadBody, facts_from_body

    read = rules_or_exit(rules_file)
    try:
        facts = facts_from_body(file.read())
    except BadBody as error:
        raise Refusal(f"{file.name}: not a webhook body of Sentry: {error}") from error
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


@main.command()
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


@main.command()
@click.option("--json", "as_json", is_flag=True, default=True, help="As JSON lines (the only form).")
def export(as_json: bool) -> None:
    """Alerts and the decision log, a JSON object a line, on standard output."""
    from bot.services.history import export as export_all

    for record in export_all(reading_or_exit()):
        click.echo(json.dumps(record, ensure_ascii=False))


def reading_or_exit() -> Any:
    """The store, only to be read; a running server is not disturbed."""
    from bot.stores import open_readonly
    from bot.stores.errors import StoreNotOpened

    try:
        return open_readonly(load_store_url(os.environ, ENV_FILE))
    except (SettingsError, StoreNotOpened) as error:
        raise Refusal(str(error)) from error


@main.command("import")
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


if __name__ == "__main__":
    main()
