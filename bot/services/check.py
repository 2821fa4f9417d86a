"""Use case: what `triage check` says: findings, each failure with its remedy. Probes live in their own rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.rotation import Rotation
from bot.ports import Finding, Person

FEWEST_PEOPLE = 3
"""A weekday rotation is carried by three people or more (design, section 1)."""


def people_findings(named: Sequence[str], known: dict[str, Person | None]) -> Iterable[Finding]:
    """Whether each person of the rules is in Slack, active, and no bot."""
    for name in named:
        person = known.get(name)
        if person is None:
            yield Finding.failed(
                "people",
                f"{name} is not in this workspace",
                "correct it in rules.yaml (profile, Copy member ID)",
            )
        elif not person.is_active:
            yield Finding.failed(
                "people", f"{person.name} is deactivated in Slack", "take the name out of rules.yaml"
            )
        elif person.is_bot:
            yield Finding.failed("people", f"{person.name} is a bot", "name a person instead")
        elif not person.email:
            yield Finding.warned(
                "people",
                f"{person.name} has no e-mail address that the bot may see",
                "grant users:read.email; without it issues are not assigned to them in Sentry",
            )


def rotation_findings(rotation: Rotation) -> Iterable[Finding]:
    """Whether enough people carry the rotation."""
    carriers = {person for people in rotation.weekdays.values() for person in people}
    if len(carriers) < FEWEST_PEOPLE:
        yield Finding.warned(
            "rotation",
            f"{len(carriers)} people carry the weekday rotation",
            f"name {FEWEST_PEOPLE} or more: one who is ill must not leave one alone",
        )
    else:
        yield Finding.passed("rotation", f"{len(carriers)} people carry the weekday rotation")


def address_findings(people: Iterable[Person], members: frozenset[str]) -> Iterable[Finding]:
    """People whose Slack address no Sentry member has: their issues cannot be assigned."""
    for person in people:
        if person.email and person.email.lower() not in members:
            yield Finding.warned(
                "addresses",
                f"{person.name}: no member of the Sentry organisation has the address {person.email}",
                "add it in Sentry (User settings, Emails), or expect issues not to be assigned",
            )
