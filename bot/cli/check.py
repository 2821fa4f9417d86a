"""`triage check`: everything that is wrong with a set-up, each with its remedy."""

from __future__ import annotations

import json
import os
import sys

import click

from bot.cli.operator import ENV_FILE
from bot.ports import Finding

DEFAULT_WAIT = 180
"""Seconds that `check --wait` waits: time to find the button in Sentry, and for one poll."""


@click.command()
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
