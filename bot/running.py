"""A bot that runs: its doors, its delivery, its jobs, opened and closed in order. Made by `bot.app.build`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]
from flask import Flask
from waitress.server import create_server

from bot import __version__
from bot.config.settings import Settings
from bot.jobs import Timetable
from bot.observability import Figures
from bot.outbox import Outbox
from bot.ports import Store
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.reconcile import set_watermark
from bot.web.doors import LARGEST_BODY

log = logging.getLogger(__name__)

TICK_SECONDS = 20
"""The scheduler asks the timetable this often what is due."""
THREADS = 16
HURRY_SECONDS = 30


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
    _was_connected: bool = False
    _hurried_at: float = 0.0

    @property
    def is_running(self) -> bool:
        return self._running.is_set()

    def parts_alive(self) -> dict[str, bool]:
        """Whether each part that must run does."""
        alive = {f"outbox_{box.service.value}": box.is_alive for box in self.outboxes}
        if self._socket_handler is not None and self._was_connected:
            alive["socket"] = bool(self._socket_handler.client.is_connected())
        return alive

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
                self._was_connected = True
                return

    def hurry_poll(self) -> None:
        """A delivery was refused: ask Sentry at once what was missed; not oftener than twice a minute."""
        if time.monotonic() - self._hurried_at < HURRY_SECONDS:
            return
        self._hurried_at = time.monotonic()
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
