"""The command line: demo, serve, check, rules, drill, log, export, import. Each reading command takes --json."""

from __future__ import annotations

import click

from bot import __version__
from bot.cli.check import check
from bot.cli.drill import drill
from bot.cli.log import export, import_, log
from bot.cli.rules import rules
from bot.cli.running import demo, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triage")
def main() -> None:
    """On-call triage of Sentry alerts in Slack."""


for command in (demo, serve, check, rules, drill, log, export, import_):
    main.add_command(command)
