"""Job: look for issues that no webhook told of, every minute without webhooks, every two with them."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.jobs.job import Crew, Job
from bot.services.archive import read_behind_the_archive
from bot.services.reconcile import first_start, poll

log = logging.getLogger(__name__)

WITHOUT_WEBHOOKS = timedelta(minutes=1)
WITH_WEBHOOKS = timedelta(minutes=2)
"""An alert whose webhook never came is found within five minutes (promise I9)."""


def run(crew: Crew) -> None:
    older = first_start(crew.desk, crew.reader)
    if older is not None:
        log.info("first start", extra={"older_unresolved": older})
    polled = poll(crew.desk, crew.reader)
    log.info("polled", extra={"listed": polled.listed, "opened": polled.opened, "asked": polled.asked})
    behind = read_behind_the_archive(crew.desk, crew.reader)
    log.info("polled the archive", extra={"asked": behind})


JOB = Job("poll", lambda crew: WITHOUT_WEBHOOKS if crew.poll_mode else WITH_WEBHOOKS, run)
