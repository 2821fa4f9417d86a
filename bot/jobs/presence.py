"""Job: whether those who are called next are still there; each is asked about once an hour, before they are called."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.services.presence import see_who_is_there


def run(crew: Crew) -> None:
    see_who_is_there(crew.desk, crew.people)


JOB = Job("presence", every(timedelta(seconds=20)), run)
