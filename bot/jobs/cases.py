"""Job: tell the responder of new cases whose telling had to wait for business hours or for half a day."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.services.follow import tell_due_cases


def run(crew: Crew) -> None:
    tell_due_cases(crew.desk)


JOB = Job("cases", every(timedelta(minutes=1)), run)
