"""`triage check`: asks every part how it is, and goes on after a failure so that all is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.app import SystemClock
from bot.config.calendar import make_calendar
from bot.config.rules import RulesError, RulesFile, read_rules
from bot.config.settings import Settings, SettingsError, load_settings
from bot.domain.effects import Service
from bot.domain.impact import combinations
from bot.ports import Finding, Person, Refused, TryLater
from bot.sentry.client import SentryClient
from bot.services.check import address_findings, people_findings, rotation_findings
from bot.services.people import People
from bot.slack.client import web_client
from bot.slack.people import SlackPeople
from bot.slack.probe import probe_channels, probe_socket, probe_token
from bot.stores import open_readonly, open_store
from bot.stores.errors import StoreNotOpened


def run_checks(environment: Mapping[str, str], env_file: Path) -> Iterator[Finding]:
    """All findings, in the order in which an operator mends them."""
    try:
        settings = load_settings(environment, env_file)
    except SettingsError as error:
        for problem in error.problems:
            variable, _, what = problem.partition(": ")
            yield Finding.failed("settings", variable, what)
        yield from _rules_findings(Path(environment.get("RULES_FILE") or "rules.yaml"))[1]
        return
    yield Finding.passed("settings", _modes(settings))
    read, findings = _rules_findings(settings.rules_file)
    yield from findings
    yield from _store_findings(settings)
    slack = web_client(settings.slack_bot_token, settings.slack_api_url)
    of_token = list(probe_token(slack))
    yield from of_token
    if settings.socket_mode:
        yield probe_socket(web_client(settings.slack_app_token, settings.slack_api_url))
    people: list[Person] = []
    # Behind a token that opens nothing every further question would fail for that one reason.
    if read is not None and any(finding.state == "ok" for finding in of_token):
        channels = read.rules.channels
        yield from probe_channels(
            slack,
            {
                "alerts": channels.alerts,
                "consultation": channels.consultation,
                "review": channels.review,
                "support": channels.support,
            },
        )
        yield from _people(settings, read, people)
    yield from _sentry(settings, people)


def _modes(settings: Settings) -> str:
    slack = "Socket Mode" if settings.socket_mode else "HTTP"
    sentry = "polled every minute" if settings.poll_mode else "webhooks and poll"
    return f"Slack by {slack}; Sentry by {sentry}"


def _rules_findings(path: Path) -> tuple[RulesFile | None, list[Finding]]:
    try:
        read = read_rules(path)
    except RulesError as error:
        return None, [Finding.failed("rules", line, "see the line") for line in str(error).splitlines()]
    cases = len(list(combinations(read.rules.journey)))
    found = [
        Finding.passed("rules", f"{path}: well; {cases} combinations, each in exactly one row of the matrix")
    ]
    found += [Finding.warned("rules", problem.told(str(path)), "see the line") for problem in read.warnings]
    return read, found


def _store_findings(settings: Settings) -> Iterable[Finding]:
    """Whether the store can be opened, and what delivery has given up."""
    try:
        reading = open_readonly(settings.database_url)
    except StoreNotOpened as error:
        yield Finding.warned("store", str(error), "it is made at the first start of `triage serve`")
        return
    yield Finding.passed("store", settings.database_url)
    for service in Service:
        backlog = reading.backlog(service)
        if backlog.given_up:
            yield Finding.failed(
                "delivery",
                f"{service.value}: {backlog.given_up} given up: {backlog.last_error}",
                "mend it, then restart",
            )
        elif backlog.failing:
            yield Finding.warned(
                "delivery",
                f"{service.value}: {backlog.failing} failing: {backlog.last_error}",
                "they are tried again",
            )


def _people(settings: Settings, read: RulesFile, found: list[Person]) -> Iterable[Finding]:
    clock = SystemClock()
    source = SlackPeople(web_client(settings.slack_bot_token, settings.slack_api_url), clock.machine)
    store = open_store("memory://", clock=clock)
    people = People(store, clock, source, lambda: read.rules, lambda: make_calendar(read.rules))
    named = (*read.rules.rotation.everybody, *read.rules.people.guests)
    known: dict[str, Person | None] = {}
    try:
        for name in named:
            known[name] = source.by_email(name) if "@" in name else source.by_id(name)
    except (TryLater, Refused) as error:
        yield Finding.failed(
            "people", str(error), "grant users:read and users:read.email, or check the network"
        )
        return
    for person in known.values():
        if person is not None:
            found.append(person)
            with store.change() as change:
                change.save_person(person)
    yield from people_findings(named, known)
    yield from rotation_findings(people.policy().rotation)
    if all(person is not None and person.is_active for person in known.values()):
        yield Finding.passed("people", f"{len(named)} named in the rules, all found in Slack")


def _sentry(settings: Settings, people: list[Person]) -> Iterable[Finding]:
    client = SentryClient(
        settings.sentry_url, settings.sentry_org, settings.sentry_auth_token, machine=SystemClock().machine
    )
    yield from client.probe()
    try:
        members = frozenset(address.lower() for address in client.members())
    except (TryLater, Refused):
        return
    yield from address_findings(people, members)
