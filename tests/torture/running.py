"""The bot as a process of its own between a local Slack and a local Sentry of this one; for tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from bot.domain.effects import Service
from bot.ports import Reading
from bot.stores import open_readonly
from tests.builders import ROOT
from tests.e2e.world import World

T = TypeVar("T")
STARTS_WITHIN = 30.0
"""Seconds; about one on an idle machine."""


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One bot over one store, started again and again. Threads of the sandboxes may kill it at any moment."""

    def __init__(self, world: World, port: int | None = None) -> None:
        self.world = world
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = world.folder / "bot.log"
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        world.slack.request_url = f"{self.url}/slack/events"
        world.sentry.webhook_url = f"{self.url}/sentry/webhook"

    @property
    def environment(self) -> dict[str, str]:
        """All that the process is told; nothing of the developer's own settings."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "RULES_FILE": str(self.world.rules_path),
            "PORT": str(self.port),
            **self.world.env,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot", *arguments]

    def triage(
        self, *arguments: str, given: bytes | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One command of the command line, to its end."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment if env is None else env,
            cwd=self.world.folder,
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        )

    def triage_json(self, *arguments: str) -> Any:
        """What a command says with `--json`; it must go well."""
        done = self.triage(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def begin(self) -> None:
        """Start the process, and do not wait for it."""
        with self._lock:
            assert self._process is None or self._process.poll() is not None, "it runs already"
            with self.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command("serve"), env=self.environment, cwd=self.world.folder, stdout=log, stderr=log
                )

    def start(self) -> None:
        """Start the process and wait until it receives."""
        self.begin()
        self.wait_up()

    def wait_up(self) -> None:
        """Wait until the bot says that it receives; fails with its log when it has ended instead."""
        wait_until(lambda: self.health() is not None or not self.is_alive, STARTS_WITHIN, self.log)
        assert self.is_alive or self._was_killed, f"the bot ended by itself:\n{self.log()[-3000:]}"

    def ensure_up(self) -> None:
        """Start it again, as a supervisor does, until it has not been killed meanwhile."""
        while not self.is_alive or self.health() is None:
            if not self.is_alive:
                self.begin()
            self.wait_up()

    def health(self) -> dict[str, Any] | None:
        """What /healthz says under 200; None while nobody answers so."""
        try:
            answer = requests.get(f"{self.url}/healthz", timeout=2)
        except requests.RequestException:
            return None
        return answer.json() if answer.status_code == 200 else None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def _was_killed(self) -> bool:
        return self._process is not None and self._process.poll() == -signal.SIGKILL

    def kill(self) -> bool:
        """SIGKILL, now. False when it does not run."""
        with self._lock:
            if not self.is_alive or self._process is None:
                return False
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
            self.kills += 1
            return True

    def terminate(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code; fails when it has not after 10 s."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(10)

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    def log_lines(self, level: str) -> list[str]:
        """What was logged at this level."""
        return [line for line in self.log().splitlines() if f'"level": "{level}"' in line]

    def reading(self) -> Reading:
        """The store as it stands, read beside the bot."""
        return open_readonly(self.world.env["DATABASE_URL"])

    def wait_idle(self, timeout: float = 60.0) -> None:
        """Wait until every effect has been carried out and Sentry's own bells have rung."""
        kinds = (
            Service.SLACK,
            Service.SENTRY,
            Service.SLACK,
        )  # what ends in one queue may begin in the other

        def is_idle() -> bool:
            reading = self.reading()
            waiting = sum(reading.backlog(service).waiting for service in kinds)
            close(reading)
            return waiting == 0 and self.world.sentry.is_idle

        wait_until(lambda: is_idle() and is_idle(), timeout, self.log)

    def wait_identified(self) -> None:
        """Wait until the bot knows its channel's id, which Slack tells it at its very first start."""

        def is_identified() -> bool:
            reading = self.reading()
            known = reading.value("channel:alerts") is not None and reading.value("baseline") is not None
            close(reading)
            return known

        wait_until(is_identified, 15, self.log)


def close(reading: Reading) -> None:
    """Give the file back; a port of questions only does not say how."""
    closing: Any = reading
    closing.close()


def wait_until(predicate: Callable[[], T], timeout: float, told: Callable[[], str] = str) -> T:
    """The first truthy answer; fails, with the end of what `told` says, after `timeout` seconds."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        if answer := predicate():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {timeout} s: {predicate}\n{told()[-3000:]}")
