"""Job: a fault is told where it can be heard: one of Slack in the bot's own Sentry project, one of Sentry in Slack."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.effects import Announce, Service
from bot.domain.lines import Line
from bot.jobs.job import Crew, Job, every

log = logging.getLogger(__name__)

SILENT_SINCE = "sentry_silent_since"
"""Under this name the store keeps since when the poll has had no answer (machine time), and `told` once it is said."""
TOLD_IN_SLACK_AFTER = timedelta(minutes=5)
"""A short silence of Sentry is no news for a channel; its cards say it sooner."""


def run(crew: Crew) -> None:
    degraded = crew.overview.degraded()
    if Service.SLACK.value in degraded:
        log.error("Slack does not take deliveries: %s", degraded[Service.SLACK.value])
    _tell_of_sentry(crew)


def _tell_of_sentry(crew: Crew) -> None:
    """The poll speaks with Sentry every minute or two: its silence is Sentry's, said once until it answers again."""
    store, now = crew.desk.store, crew.clock.machine()
    kept = store.value(SILENT_SINCE) or ""
    if "job_poll" not in crew.figures.ailing():
        if kept:
            _keep(crew, "")
        return
    since, _, told = kept.partition(" ")
    if not since:
        _keep(crew, now.isoformat())
    elif not told and now - datetime.fromisoformat(since) >= TOLD_IN_SLACK_AFTER:
        silent_since = crew.clock.now() - (now - datetime.fromisoformat(since))
        with crew.desk.change() as change:
            change.set_value(SILENT_SINCE, f"{since} told")
            values = {"at": silent_since.isoformat()}
            change.add(Announce(Line.SENTRY_SILENT, about=since, values=values), now)


def _keep(crew: Crew, value: str) -> None:
    with crew.desk.store.change() as change:
        change.set_value(SILENT_SINCE, value)


JOB = Job("faults", every(timedelta(seconds=20)), run)
