"""Job: forget what is only of use for a while: seen keys, done effects, old rounds in memory."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every


def run(crew: Crew) -> None:
    with crew.desk.store.change() as change:
        change.sweep(crew.clock.machine())


JOB = Job("sweep", every(timedelta(hours=6)), run)
