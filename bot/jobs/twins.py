"""Job: cards that wait hear what was decided on the alert that they look like, or on their own cause."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.services.likeness import tell_waiting


def run(crew: Crew) -> None:
    tell_waiting(crew.desk)


JOB = Job("twins", every(timedelta(seconds=20)), run)
