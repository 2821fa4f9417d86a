"""Options that several commands take: which rules file, which runbooks."""

from __future__ import annotations

import os
from pathlib import Path

import click

FILE_OPTION = click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("RULES_FILE") or "rules.yaml"),
    show_default="RULES_FILE, else rules.yaml",
    help="The rules file.",
)

RUNBOOKS_OPTION = click.option(
    "--runbooks",
    "runbooks_dir",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("RUNBOOKS_DIR") or "runbooks"),
    show_default="RUNBOOKS_DIR, else runbooks",
    help="The folder of the runbooks.",
)
