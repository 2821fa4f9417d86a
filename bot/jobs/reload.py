"""Job: a changed rules.yaml or runbook is in force within a minute, without a restart; one that is wrong is told."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.jobs.job import Crew, Job, every
from bot.services import reload

log = logging.getLogger(__name__)

PART = "rules"


def run(crew: Crew) -> None:
    has_changed = crew.files.look()
    bad = crew.files.bad
    told = bad.told if bad else None
    if told and crew.figures.ailing().get(PART) != told:
        log.warning("the rules have changed and cannot be read", extra={"why": told})
    crew.figures.ails(PART, told)
    if has_changed:
        crew.people.forget_policy()
        log.info("changed rules are in force")
    reload.tell(crew.desk, bad)
    if has_changed:
        crew.people.refresh()
        crew.identify()


JOB = Job("reload", every(timedelta(seconds=20)), run)
