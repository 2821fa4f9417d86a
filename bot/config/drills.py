"""Reads the scenarios of `bot/drills`; called by `bot.app`, `triage drill` and the check of rules."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from bot.domain.drill import Scenario

FOLDER = Path(__file__).parent.parent / "drills"


@cache
def load_scenarios() -> dict[str, Scenario]:
    """Every scenario by its name, which is that of its file. Raises pydantic's ValidationError for a broken file."""
    reader = TypeAdapter(Scenario)
    return {
        path.stem: reader.validate_json(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8"))))
        for path in sorted(FOLDER.glob("*.yaml"))
    }
