"""Where the bot is measured: a folder, its variables, and a store in which cards stand already. For the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from bench.processes import ROOT
from bench.webhooks import body
from bot.app import build
from bot.config.rules import load_rules
from bot.config.settings import load_settings
from bot.domain.effects import EffectState, Service
from bot.sentry.webhook import parse
from bot.services.receive import receive
from bot.services.reconcile import set_watermark
from bot.slack import pace

AT_ONCE = 1_000_000


def bot_env(peers_env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """All variables of a bot with its store in `folder`, but for the port."""
    return {
        **peers_env,
        "DATABASE_URL": f"tinydb:///{folder}/data/triage.db",
        "RULES_FILE": str(ROOT / "rules.yaml"),
        "RUNBOOKS_DIR": str(ROOT / "runbooks"),
        "HOST": "127.0.0.1",
        "LOG_FORMAT": "json",
    }


def let_cards_stand(env: Mapping[str, str], numbers: range) -> None:
    """Alerts of the issues with these numbers are in the store, their cards in Slack, and nothing waits any more.

    In a process of its own, for Slack's pace is lifted in it: nobody waits a second a card.
    """
    seeding = get_context("spawn").Process(target=_seed, args=(dict(env), numbers))
    seeding.start()
    seeding.join()
    if seeding.exitcode:
        raise RuntimeError("the cards could not be put up; see above")


def _seed(env: dict[str, str], numbers: range) -> None:
    pace.POSTS_A_SECOND = AT_ONCE
    settings = load_settings(env)
    bot = build(settings, load_rules(settings.rules_file))
    set_watermark(bot.desk)
    bot.timetable.crew.identify()
    bot.people.refresh()
    for number in numbers:
        receive(bot.desk, parse("event_alert", body(number), headers={}, received_at=datetime.now(UTC)))
    slack = next(box for box in bot.outboxes if box.service is Service.SLACK)
    while slack.step() is None:
        pass
    with bot.store.change() as change:
        for saved in bot.store.due(Service.SENTRY, datetime.now(UTC), AT_ONCE):
            change.update_effect(replace(saved, state=EffectState.DROPPED, error="not measured"))
    bot.store.close()
