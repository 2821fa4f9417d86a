"""`triage check`: asks every part how it is, and goes on after a failure so that all is told at once.

With `--wait` it follows one test notification through the bot that runs beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from bot.config.calendar import make_calendar
from bot.config.rules import RulesError, RulesFile, read_rules
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings, SettingsError, load_settings
from bot.domain.alert import Alert, MessageRef
from bot.domain.effects import PostCard, ReadIssue, Service, effect_id
from bot.domain.impact import combinations
from bot.ports import Finding, Person, Reading, Refused, Store, TryLater
from bot.running import SystemClock
from bot.sentry.client import SentryClient
from bot.services import hops
from bot.services.check import address_findings, people_findings, rotation_findings
from bot.services.people import People
from bot.services.roster import ROSTER
from bot.services.watching import alert_rule_findings, night_findings, runbook_findings
from bot.slack.client import web_client
from bot.slack.people import SlackPeople
from bot.slack.probe import probe_channels, probe_message, probe_socket, probe_token
from bot.stores import open_readonly, open_store
from bot.stores.errors import StoreNotOpened

LOOKED_EVERY = 0.5
"""Seconds between two looks at a running bot; ours: a person is watching the lines appear."""
ANSWER_WITHIN = 3
"""Seconds that a running bot on the same machine gets for an answer; ours."""
_FIGURE = re.compile(r'(?P<name>\w+)(?:\{kind="(?P<kind>[^"]*)"\})? (?P<value>\S+)')


def run_checks(environment: Mapping[str, str], env_file: Path) -> Iterator[Finding]:
    """All findings, in the order in which an operator mends them."""
    try:
        settings = load_settings(environment, env_file)
    except SettingsError as error:
        yield from _settings_findings(error)
        yield from _rules_findings(Path(environment.get("RULES_FILE") or "rules.yaml"))[1]
        return
    yield Finding.passed("settings", _modes(settings))
    read, findings = _rules_findings(settings.rules_file)
    yield from findings
    if read is not None:
        books = load_runbooks(settings.runbooks_dir)
        yield from runbook_findings(read.rules, books, str(settings.runbooks_dir))
    reading, opened = _opened(settings)
    yield opened
    if reading is not None:
        yield from _deliveries(reading)
        if read is not None and not settings.poll_mode:
            yield from alert_rule_findings(reading, read.rules, SystemClock().machine())
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
        yield from _people(settings, read, people, reading)
    yield from _sentry(settings, people)


def _settings_findings(error: SettingsError) -> Iterable[Finding]:
    for problem in error.problems:
        variable, _, what = problem.partition(": ")
        yield Finding.failed("settings", variable, what)


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


def _opened(settings: Settings) -> tuple[Reading | None, Finding]:
    """The store, only to be read, and whether that works."""
    try:
        return open_readonly(settings.database_url), Finding.passed("store", settings.database_url)
    except StoreNotOpened as error:
        remedy = "it is made at the first start of `triage serve`"
        return None, Finding.warned("store", str(error), remedy)


def _deliveries(reading: Reading) -> Iterable[Finding]:
    """What delivery has given up, or tries again."""
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


def _people(
    settings: Settings, read: RulesFile, found: list[Person], reading: Reading | None
) -> Iterable[Finding]:
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
    _take_roster(store, reading)
    yield from people_findings(named, known)
    yield from rotation_findings(people.policy().rotation)
    yield from night_findings(people.policy(), clock.now(), people.name_of)
    if all(person is not None and person.is_active for person in known.values()):
        yield Finding.passed("people", f"{len(named)} named in the rules, all found in Slack")


def _take_roster(store: Store, reading: Reading | None) -> None:
    """Who is away, and who has swapped: the running bot's own word."""
    roster = reading.value(ROSTER) if reading is not None else None
    if roster:
        with store.change() as change:
            change.set_value(ROSTER, roster)


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


def follow_test(
    environment: Mapping[str, str],
    env_file: Path,
    seconds: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Finding]:
    """The hops of one test notification through the bot that runs with these settings, each as it is reached."""
    try:
        settings = load_settings(environment, env_file)
    except SettingsError as error:
        yield from _settings_findings(error)
        return
    reading, opened = _opened(settings)
    if reading is None:
        yield Finding.failed("running", opened.what, "start `triage serve` first, with the same DATABASE_URL")
        return
    until = time.monotonic() + seconds

    def wait() -> bool:
        if time.monotonic() >= until:
            return False
        sleep(LOOKED_EVERY)
        return True

    yield from hops.follow(_Beside(settings, reading), wait, poll_mode=settings.poll_mode)


class _Beside:
    """`hops.Witness` of a bot that runs with the same settings on this machine."""

    def __init__(self, settings: Settings, reading: Reading) -> None:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
        self._base = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
        self._reading = reading
        self._slack = web_client(settings.slack_bot_token, settings.slack_api_url)

    def figures(self) -> hops.Figures:
        found = (_FIGURE.fullmatch(line) for line in self._get("metrics").text.splitlines())
        return {(one["name"], one["kind"] or ""): float(one["value"]) for one in found if one}

    def ails(self) -> str:
        answer = self._get("healthz")
        try:
            body: dict[str, Any] = answer.json()
        except ValueError:
            return f"something else answers at {self._base}"
        return "" if answer.ok else str(body.get("why") or f"HTTP {answer.status_code}")

    def _get(self, path: str) -> requests.Response:
        try:
            return requests.get(f"{self._base}/{path}", timeout=ANSWER_WITHIN)
        except requests.RequestException as error:
            raise OSError(f"nothing at {self._base} ({type(error).__name__})") from error

    def alerts(self) -> Mapping[str, tuple[Alert, int]]:
        return {alert.id: (alert, self._heard(alert)) for alert in self._reading.alerts()}

    def _heard(self, alert: Alert) -> int:
        """How often its issue was asked after: each renewing delivery asks once more."""
        saved = self._reading.effect(effect_id(ReadIssue(alert.issue_id)))
        return saved.armed + 1 if saved else 0

    def posting(self, alert_id: str) -> str:
        saved = self._reading.effect(effect_id(PostCard(alert_id)))
        return saved.error if saved else "no card is on its way"

    def is_shown(self, ref: MessageRef) -> str | None:
        return probe_message(self._slack, ref.channel, ref.ts)
