"""Job: resolve the people of `rules.yaml` in Slack; each entry is believed for a day, a missing one asked for again."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew, Job, every


def run(crew: Crew) -> None:
    crew.people.refresh()


JOB = Job("people", every(timedelta(minutes=10)), run)
