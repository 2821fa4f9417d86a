"""Job: ask Slack who the bot is and which ids its channels have, so that a renamed channel goes on working."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every


def run(crew: Crew) -> None:
    crew.identify()


JOB = Job("identity", every(timedelta(minutes=5)), run)
