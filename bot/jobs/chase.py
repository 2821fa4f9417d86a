"""Job: reminders, chases, calls for large impact, silent questions; looked at each tick, said when due."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.services.chase import chase_all


def run(crew: Crew) -> None:
    chase_all(crew.desk)


JOB = Job("chase", every(timedelta(seconds=20)), run)
