"""`triage drill`: lists the scenarios, or hands the start of one to the running bot."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import click
import requests

from bot.cli.operator import Refusal, say, settings_or_exit
from bot.config.settings import Settings

ANSWERS_WITHIN = 10.0
"""Seconds; ours: the bot answers at once, or is not there."""


@click.command()
@click.argument("scenario", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def drill(scenario: str | None, as_json: bool) -> None:
    """Start the drill SCENARIO in the running bot, in business hours only; without SCENARIO list them."""
    from bot.config.drills import load_scenarios

    scenarios = load_scenarios()
    if scenario is None:
        rows = [
            {
                "scenario": name,
                "name": found.name,
                "trains": found.trains,
                "minutes": found.minutes,
                "alerts": sum(part.times for part in found.parts),
                "support": found.support,
            }
            for name, found in scenarios.items()
        ]
        say(rows, as_json, _line)
        return
    if scenario not in scenarios:
        raise Refusal(f"{scenario}: no such scenario; there are {', '.join(scenarios)}")
    started = _hand_over(settings_or_exit(), scenario)
    said = f"The drill {scenario} has begun in the alerts channel. Its button there ends it."
    click.echo(json.dumps(started, ensure_ascii=False) if as_json else said)


def _line(row: dict[str, Any]) -> str:
    return f"{row['scenario']:<16} {row['minutes']:>3} min  {row['name']['en']}: {row['trains']['en']}"


def _hand_over(settings: Settings, scenario: str) -> dict[str, Any]:
    """Ask the running bot, by its signed door, so that one process alone writes to the store."""
    from bot.web.drill_door import ROUTE, SIGNATURE, TIMESTAMP, key_of, sign

    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
    where = f"http://{host}:{settings.port}"
    body = json.dumps({"scenario": scenario, "id": uuid4().hex}).encode()
    timestamp = str(int(time.time()))
    headers = {
        TIMESTAMP: timestamp,
        SIGNATURE: sign(key_of(settings.slack_bot_token), timestamp, body),
        "Content-Type": "application/json",
    }
    try:
        answer = requests.post(f"{where}{ROUTE}", data=body, headers=headers, timeout=ANSWERS_WITHIN)
        told: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Refusal(
            f"No bot answers at {where}: start `triage serve` first (HOST and PORT as there)."
        ) from error
    if answer.status_code != 200:
        raise Refusal(str(told.get("error", answer.status_code)))
    return told
