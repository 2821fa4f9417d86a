"""Job: the morning ping of each business day, the swaps that nobody answered, the items of people who are away."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.jobs.path import ailing_parts
from bot.services.roster import reassign, say_unanswered
from bot.services.rotation import ping

WELL = "well"


def run(crew: Crew) -> None:
    reassign(crew.desk)
    ping(crew.desk, ",".join(ailing_parts(crew)) or WELL)
    say_unanswered(crew.desk)


JOB = Job("rotation_ping", every(timedelta(seconds=20)), run)
