"""The clock's doors: what the bot does by itself. Add a job: one file here with its `JOB`, and one line below."""

from bot.jobs import (
    backup,
    cases,
    chase,
    drill,
    faults,
    identity,
    people,
    poll,
    presence,
    reload,
    rotation_ping,
    sweep,
    twins,
)
from bot.jobs.job import Crew, Job, Timetable

JOBS: tuple[Job, ...] = (
    reload.JOB,
    identity.JOB,
    people.JOB,
    poll.JOB,
    cases.JOB,
    twins.JOB,
    presence.JOB,
    rotation_ping.JOB,
    drill.JOB,
    chase.JOB,
    faults.JOB,
    sweep.JOB,
    backup.JOB,
)

__all__ = ["JOBS", "Crew", "Job", "Timetable"]
