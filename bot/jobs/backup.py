"""Job: the nightly copy of the store; looked at each hour, made once a day (UTC)."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.jobs.job import Crew, Job, every

log = logging.getLogger(__name__)

COPIED_ON = "copied_on"
"""Under this name the store keeps the day (machine time, UTC) of its last copy."""


def run(crew: Crew) -> None:
    today = crew.clock.machine().date().isoformat()
    store = crew.desk.store
    if store.value(COPIED_ON) == today:
        return
    place = store.backup()
    with store.change() as change:
        change.set_value(COPIED_ON, today)
    log.info("copied the store", extra={"to": place})


JOB = Job("backup", every(timedelta(hours=1)), run)
