"""Whether the way of an alert is open: Sentry, store, Slack, by when each answered last. Asked by the morning ping."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs.job import Crew

ANSWERED = {
    "job_poll": ("sentry", timedelta(minutes=10)),
    "job_identity": ("slack", timedelta(minutes=15)),
}
"""The jobs that ask each service, and how old its last answer may be to say that all is well: ours, some of their
rounds. A service that is asked and does not answer is told sooner.
"""
PARTS = {
    "sentry": "sentry",
    "sentry_given_up": "sentry",
    "outbox_sentry": "sentry",
    "slack": "slack",
    "slack_given_up": "slack",
    "outbox_slack": "slack",
    "socket": "slack",
    "people": "people",
    "rules": "rules",
}
"""To which part of the way belongs what `/healthz` names."""


def ailing_parts(crew: Crew) -> tuple[str, ...]:
    """The parts of the way that are not well, in the alphabet's order; none when all answered lately."""
    ailing = crew.figures.ailing()
    found = {PARTS.get(name, name) for name in crew.overview.degraded()}
    found |= {part for name, part in PARTS.items() if name in ailing}
    for job, (part, most) in ANSWERED.items():
        answered = crew.figures.instants.get(job)
        if job in ailing or answered is None or crew.clock.machine() - answered > most:
            found.add(part)
    if not crew.overview.can_receive()[0]:
        found.add("store")
    return tuple(sorted(found))
