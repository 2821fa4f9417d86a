"""Job: a fault is told where it can be heard: one of Slack in the bot's own Sentry project, one of Sentry in Slack."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.domain.effects import Announce, Line, Service
from bot.jobs.job import Crew, Job, every

log = logging.getLogger(__name__)

TOLD = "fault_told"
"""Under this name the store keeps which fault of Sentry has been told in Slack, so that it is told once."""
TOLD_IN_SLACK_AFTER = timedelta(minutes=5)
"""A short silence of Sentry is no news for a channel; its cards say it sooner."""


def run(crew: Crew) -> None:
    degraded = crew.overview.degraded()
    if Service.SLACK.value in degraded:
        log.error("Slack does not take deliveries: %s", degraded[Service.SLACK.value])
    since = crew.desk.store.backlog(Service.SENTRY).oldest_failing_since
    store = crew.desk.store
    if since is None or crew.clock.machine() - since < TOLD_IN_SLACK_AFTER:
        return
    about = since.isoformat()
    if store.value(TOLD) == about:
        return
    silent_since = crew.clock.now() - (crew.clock.machine() - since)
    with crew.desk.change() as change:
        change.set_value(TOLD, about)
        values = {"at": silent_since.isoformat()}
        change.add(Announce(Line.SENTRY_SILENT, about=about, values=values), crew.clock.machine())


JOB = Job("faults", every(timedelta(seconds=20)), run)
