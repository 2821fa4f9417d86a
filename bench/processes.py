"""Starts the bot and the bare server as processes of their own, and asks the system about them. For the measures."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.wire import raw_request, send

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 30.0
STOPS_WITHIN = 20.0
"""Seconds."""
LOOK_AGAIN_AFTER = 0.002
"""Seconds; how finely the start is timed."""


class NotStarted(Exception):  # noqa: N818 - what happened
    """The process ended or did not answer in time; told with the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running process that answers on `port`; `start_seconds` from its start to the first 200 of /healthz."""

    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float

    def rss_mib(self) -> float:
        """Resident memory in MiB; 0.0 where the system has no /proc."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0.0
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def running(
    module: str, arguments: tuple[str, ...], env: Mapping[str, str], folder: Path, port: int
) -> Generator[Server]:
    """`python -m MODULE ...` in `folder` from its first 200 on; terminated at the end. Raises NotStarted."""
    full = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    log = folder / f"{module}.log"
    with log.open("ab") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=full, cwd=folder, stdout=output, stderr=output
        )
    try:
        seconds = _first_answer(process, port, began, log)
        yield Server(process, port, seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_answer(process: subprocess.Popen[bytes], port: int, began: float, log: Path) -> float:
    health = raw_request("GET", "/healthz")
    while (passed := time.perf_counter() - began) < STARTS_WITHIN and process.poll() is None:
        try:
            if send(port, health).status == 200:
                return time.perf_counter() - began
        except OSError:
            pass
        time.sleep(LOOK_AGAIN_AFTER)
    raise NotStarted(f"after {passed:.1f} s:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def bare_running(folder: Path) -> Generator[Server]:
    """The bare server, its file in `folder`."""
    port = free_port()
    with running("bench.bare", (str(port), str(folder / "page")), {}, folder, port) as server:
        yield server


@contextmanager
def bot_running(env: Mapping[str, str], folder: Path) -> Generator[Server]:
    """The bot as its operator starts it; `env` lacks only the port."""
    port = free_port()
    with running("bot", ("serve",), {**env, "PORT": str(port)}, folder, port) as server:
        yield server


def nothing_seconds() -> float:
    """How long `python -c pass` takes from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
