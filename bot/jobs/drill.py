"""Job: begin the drills that are due, send their next alert, end those that are played out."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every


def run(crew: Crew) -> None:
    crew.drills.tick()


JOB = Job("drill", every(timedelta(seconds=20)), run)
