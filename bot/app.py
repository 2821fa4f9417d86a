"""Where concrete things meet: `build` makes the bot of one team from its settings and rules; for the CLI and demo."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeGuard

from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]
from flask import Flask
from waitress.server import create_server

from bot import __version__
from bot.config.calendar import make_calendar
from bot.config.settings import Settings
from bot.domain.alert import Alert
from bot.domain.impact import MatrixRow
from bot.domain.rules import Rules
from bot.i18n import Words
from bot.jobs import JOBS, Crew, Timetable
from bot.listeners import Room, make_slack_app
from bot.observability import Figures, set_up_reports
from bot.outbox import Outbox
from bot.ports import Clock, Store
from bot.sentry.client import SentryClient
from bot.sentry.deliver import SentryDeliverer
from bot.services import follow, reconcile
from bot.services.desk import Desk
from bot.services.overview import Overview
from bot.services.people import TEAM, People
from bot.services.receive import INSTALLATION
from bot.services.reconcile import set_watermark
from bot.slack.blocks.look import Look
from bot.slack.client import REQUEST_TIMEOUT, web_client
from bot.slack.deliver import SlackDeliverer
from bot.slack.pace import Pace
from bot.slack.people import SlackPeople, find_channel, identify
from bot.stores import open_store
from bot.web.doors import LARGEST_BODY, Doors, make_web

log = logging.getLogger(__name__)

TICK_SECONDS = 20
"""The scheduler asks the timetable this often what is due."""
THREADS = 16
TEAM_URL = "team_url"
ALERTS_CHANNEL = "channel:alerts"


class SystemClock:
    """Both hands show the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Bot:
    """A running bot: doors, delivery, jobs. Made by `build`."""

    settings: Settings
    store: Store
    desk: Desk
    people: People
    figures: Figures
    timetable: Timetable
    outboxes: tuple[Outbox, ...]
    web: Flask
    socket: Callable[[], Any] | None
    url: str = ""
    _running: threading.Event = field(default_factory=threading.Event)
    _server: Any = None
    _scheduler: Any = None
    _socket_handler: Any = None

    @property
    def is_running(self) -> bool:
        return self._running.is_set()

    def parts_alive(self) -> dict[str, bool]:
        """Whether each part that must run does."""
        return {f"outbox_{box.service.value}": box.is_alive for box in self.outboxes}

    def start(self) -> None:
        """Open the doors, deliver, and tick. Returns when the bot receives; raises OSError when the port is taken."""
        self._server = create_server(
            self.web,
            host=self.settings.host,
            port=self.settings.port,
            threads=THREADS,
            max_request_body_size=LARGEST_BODY + 1024 * 1024,
            inbuf_overflow=LARGEST_BODY + 2 * 1024 * 1024,
            connection_limit=1000,
            channel_timeout=10,
            cleanup_interval=5,
            asyncore_use_poll=True,
            ident="triage",
        )
        host = "127.0.0.1" if self.settings.host in ("0.0.0.0", "::", "") else self.settings.host  # noqa: S104
        self.url = f"http://{host}:{self._server.effective_port}"
        threading.Thread(target=self._server.run, name="http", daemon=True).start()
        set_watermark(self.desk)
        for box in self.outboxes:
            box.start()
        self._running.set()
        self._start_scheduler()
        if self.socket is not None:
            self._socket_handler = self.socket()
            threading.Thread(target=self._connect_socket, name="socket", daemon=True).start()
        log.info("started", extra={"url": self.url, "version": __version__})

    def _start_scheduler(self) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.timetable.tick,
            "interval",
            seconds=TICK_SECONDS,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def _connect_socket(self) -> None:
        """Connect to Slack by Socket Mode; until it works the fault stands in /healthz and it is tried again."""
        wait = 1.0
        while self.is_running:
            try:
                self._socket_handler.connect()
            except Exception as error:  # noqa: BLE001 - the edge: slack_sdk raises many kinds here, all mean "not connected"
                self.figures.ails("socket", f"not connected to Slack: {type(error).__name__}")
                log.warning("Socket Mode is not connected", extra={"why": str(error)})
                time.sleep(wait)
                wait = min(wait * 2, 30)
            else:
                self.figures.ails("socket", None)
                return

    def hurry_poll(self) -> None:
        """A delivery was refused: ask Sentry at once what was missed."""
        self.timetable.hurry("poll")
        if self._scheduler is not None and self.is_running:
            self._scheduler.add_job(self.timetable.tick, misfire_grace_time=None)

    def tick(self) -> None:
        """Run every job now: the business clock was moved."""
        self.timetable.tick(everything=True)

    def wait_idle(self, timeout: float = 10) -> bool:
        """Wait until nothing is due or under way; for the demo's clock and for tests. False when time ran out."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if all(box.is_idle for box in self.outboxes):
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Stop in order: no new requests, no new jobs, finish the delivery under way, close the store."""
        self._running.clear()
        if self._socket_handler is not None:
            self._socket_handler.close()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
        if self._server is not None:
            self._server.close()
            self._server.task_dispatcher.shutdown()
        for box in self.outboxes:
            box.stop()
        self.store.close()
        log.info("stopped")


def build(settings: Settings, rules: Rules, *, clock: Clock | None = None, store: Store | None = None) -> Bot:
    """Make the bot; nothing runs yet. Raises StoreLocked and the other errors of opening the store."""
    clock = clock or SystemClock()
    set_up_reports(settings.sentry_dsn, release=f"triage@{__version__}")
    store = store or open_store(settings.database_url, clock=clock)
    figures = Figures()
    calendar = make_calendar(rules)
    slow = web_client(settings.slack_bot_token, settings.slack_api_url)
    quick = web_client(settings.slack_bot_token, settings.slack_api_url, timeout=REQUEST_TIMEOUT)
    people = People(store, clock, SlackPeople(quick, clock.machine), lambda: rules, lambda: calendar)
    outboxes: list[Outbox] = []
    desk = Desk(store, clock, people.policy, wake=lambda: _wake(outboxes))
    look = _look_maker(settings, rules, people, clock)
    sentry = SentryClient(
        settings.sentry_url, settings.sentry_org, settings.sentry_auth_token, machine=clock.machine
    )
    deliverers = (
        SlackDeliverer(slow, Pace(time.monotonic), _channel(store, rules), look),
        SentryDeliverer(
            sentry,
            permalink=_permalink(store),
            installation_id=lambda: settings.sentry_installation_id or store.value(INSTALLATION),
            email_of=people.email_of,
        ),
    )
    for deliverer in deliverers:
        outboxes.append(
            Outbox(
                store,
                clock,
                deliverer,
                on_receipt=lambda change, saved, receipt: follow.apply(desk, change, saved, receipt),
                on_failure=lambda change, saved: follow.fail(desk, change, saved),
                ring=desk.wake,
            )
        )
    parts: list[Bot] = []
    overview = Overview(
        store,
        clock,
        is_running=lambda: parts[0].is_running,
        parts_alive=lambda: parts[0].parts_alive(),
        unresolved_people=lambda: people.unresolved,
    )
    crew = Crew(
        desk=desk,
        people=people,
        reader=sentry,
        overview=overview,
        figures=figures,
        clock=clock,
        poll_mode=settings.poll_mode,
        identify=lambda: _identify(store, slow, rules),
    )
    room = Room(
        desk, people, quick, look, figures, alerts_channel=_channel(store, rules), rules=lambda: rules
    )
    slack_app = make_slack_app(room, settings.slack_signing_secret)
    web = make_web(
        Doors(
            desk=desk,
            clock=clock,
            figures=figures,
            overview=overview,
            client_secret=settings.sentry_client_secret or None,
            slack=None if settings.socket_mode else slack_app.handle_http,
            missed=lambda: parts[0].hurry_poll(),
        )
    )
    bot = Bot(
        settings=settings,
        store=store,
        desk=desk,
        people=people,
        figures=figures,
        timetable=Timetable(crew, JOBS),
        outboxes=tuple(outboxes),
        web=web,
        socket=(
            lambda: (
                slack_app.socket_handler(settings.slack_app_token, settings.slack_api_url)
                if settings.socket_mode
                else None
            )
        )
        if settings.socket_mode
        else None,
    )
    parts.append(bot)
    return bot


def _wake(outboxes: list[Outbox]) -> None:
    for box in outboxes:
        box.wake()


def _look_maker(
    settings: Settings, rules: Rules, people: People, clock: Clock
) -> Callable[[Alert | None, str | None], Look]:
    """What blocks may know: words of a language (the team's when None), links, names, the policy's open rows."""

    def look(alert: Alert | None, language: str | None = None) -> Look:
        return Look(
            words=Words(language or rules.language.value, rules.zone),
            journey=rules.journey,
            issue_url=lambda a: (
                settings.sentry_web_base + a.link_path
                if a.link_path
                else settings.sentry_issue_url(a.issue_id)
            ),
            name_of=people.name_of,
            now=clock.now(),
            write=rules.sentry.write.value,
            open_rows=_open_rows(people),
            runbook_url=lambda a: a.suggestion.runbook if is_link(a.suggestion.runbook) else "",
            respond_by=lambda level: people.policy().respond_by(level, clock.now()),
        )

    return look


def is_link(runbook: str | None) -> TypeGuard[str]:
    """Whether a runbook of the rules is an address that a card may open; a file's name is not."""
    return runbook is not None and runbook.startswith("https://")


def _open_rows(people: People) -> Callable[[Alert], tuple[MatrixRow, ...]]:
    """The matrix rows that fit a decision whose answers are still open; none when nothing is open."""

    def open_rows(alert: Alert) -> tuple[MatrixRow, ...]:
        decision = alert.decision
        if decision is None or decision.verdict.level is None:
            return ()
        answers = decision.answers
        if answers.affected is not None and answers.workaround is not None:
            return ()
        return people.policy().rows_for_level(
            decision.verdict.level, answers.step, answers.affected, answers.workaround
        )

    return open_rows


def _channel(store: Store, rules: Rules) -> Callable[[], str]:
    """The alerts channel: its id once known, else the name that the rules give."""
    return lambda: store.value(ALERTS_CHANNEL) or rules.channels.alerts


def _permalink(store: Store) -> Callable[[Alert], str | None]:
    """The address of a card, made of parts that never change, so that a note has the same text at each attempt.

    The form `TEAM/archives/CHANNEL/pTS` is that of chat.getPermalink.
    """

    def permalink(alert: Alert) -> str | None:
        base = store.value(TEAM_URL)
        if not base or alert.card is None:
            return None
        return f"{base.rstrip('/')}/archives/{alert.card.channel}/p{alert.card.ts.replace('.', '')}"

    return permalink


def _identify(store: Store, client: Any, rules: Rules) -> None:
    """Learn our team and our channel's id from Slack, and keep them. Raises TryLater or Refused."""
    identity = identify(client)
    channel = find_channel(client, rules.channels.alerts)
    known = {TEAM: identity.team_id, TEAM_URL: identity.team_url, ALERTS_CHANNEL: channel}
    news = {name: value for name, value in known.items() if value and store.value(name) != value}
    if news:
        with store.change() as change:
            for name, value in news.items():
                change.set_value(name, value)


def import_backlog(settings: Settings, rules: Rules, most: int) -> int:
    """Make alerts of up to `most` issues that were unresolved before the first start; their cards wait for the bot.

    Raises StoreNotOpened while a bot runs, TryLater or Refused when Sentry does not answer.
    """
    bot = build(settings, rules)
    try:
        bot.people.refresh()
        set_watermark(bot.desk)
        return reconcile.import_backlog(bot.desk, bot.timetable.crew.reader, most)
    finally:
        bot.store.close()
