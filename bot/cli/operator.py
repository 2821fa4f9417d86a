"""What every command has before it: settings and rules or a clear refusal, the store to read, how records are said."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from bot.config.rules import RulesError, RulesFile, read_rules
from bot.config.settings import Settings, SettingsError, load_settings, load_store_url

ENV_FILE = Path(".env")
USAGE_ERROR = 2
"""Exit code for what the operator wrote; 1 is for what the world refused."""


class Refusal(click.ClickException):
    """What the operator must mend, on standard error, without a traceback."""

    exit_code = USAGE_ERROR

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


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


def reading_or_exit() -> Any:
    """The store, only to be read; a running server is not disturbed."""
    from bot.stores import open_readonly
    from bot.stores.errors import StoreNotOpened

    try:
        return open_readonly(load_store_url(os.environ, ENV_FILE))
    except (SettingsError, StoreNotOpened) as error:
        raise Refusal(str(error)) from error
