"""Logs, the bot's own errors, and health figures. Set up by `bot.app`; read by the web doors and the CLI."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.integrations.logging import ignore_logger

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
FOREIGN = (
    "slack_sdk",
    "slack_bolt",
    "urllib3",
    "apscheduler",
    "waitress",
    "werkzeug",
    "requests",
    "websocket",
)
"""Loggers of libraries: never below INFO, for at DEBUG they log payloads and tokens."""
NOT_REPORTED = (
    "bot.sentry*",
    "bot.slack*",
    "bot.outbox",
    "slack_sdk*",
    "slack_bolt*",
    "urllib3*",
    "sentry_sdk.errors",
)
"""Their errors are about Sentry or Slack not answering; reporting them to Sentry could feed itself. Globs."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, event, and what was given as `extra`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(s for s in secrets if s)

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return self._without_secrets(json.dumps(fields, ensure_ascii=False, default=str))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class TextFormatter(JsonFormatter):
    """The same as key=value, for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        rest = " ".join(f"{key}={value}" for key, value in extras(record).items())
        text = f"{at} {record.levelname.lower():7} {record.getMessage()} {rest}".rstrip()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return self._without_secrets(text)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the call gave as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in STANDARD and value is not None}


def set_up_logs(level: str, form: str, secrets: Iterable[str] = ()) -> None:
    """Log to standard error, one line an event; secrets are struck out wherever they turn up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if form == "json" else TextFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in FOREIGN:
        logging.getLogger(name).setLevel(max(logging.getLevelNamesMapping()[level], logging.INFO))
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def set_up_reports(dsn: str | None, release: str) -> None:
    """Report the bot's own errors to Sentry, without local variables, bodies or people; nothing without a DSN.

    That no personal data is collected by default is the SDK's own rule (`send_default_pii`, deprecated, is False).
    """
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
        max_breadcrumbs=20,
    )
    for name in NOT_REPORTED:
        ignore_logger(name)


CHECKED_IN_EVERY = timedelta(minutes=10)
"""Ours: a job that runs three times a minute need not say so each time."""
CHECKED_IN_JOBS = {
    "poll": CHECKED_IN_EVERY,
    "rotation_ping": CHECKED_IN_EVERY,
    "chase": CHECKED_IN_EVERY,
    "backup": timedelta(hours=1),
}
"""The jobs that Sentry's Crons watch, and how often each is to be heard of: without them alerts or deadlines are missed
in silence. Whoever looks after the bot is told by Sentry when one is late."""
CHECK_IN_MARGIN = timedelta(minutes=10)
"""How late a check-in may be before Sentry calls it missed: a restart takes less."""
MISSED_BEFORE_ISSUE = 2


@dataclass
class CheckIns:
    """Tells Sentry's Crons that a job has run. Nothing happens without a DSN; sent in the background; never raises."""

    _told_at: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def ran(self, job_id: str, *, well: bool, at: datetime) -> None:
        """A run of this job has ended; `at` is machine time. At most one is told each ten minutes."""
        expected = CHECKED_IN_JOBS.get(job_id)
        told_at = self._told_at.get(job_id)
        if expected is None or not sentry_sdk.get_client().dsn:
            return
        if told_at is not None and at - told_at < CHECKED_IN_EVERY:
            return
        self._told_at[job_id] = at
        capture_checkin(
            monitor_slug=monitor_slug(job_id),
            status="ok" if well else "error",
            monitor_config={
                "schedule": {"type": "interval", "value": _minutes(expected), "unit": "minute"},
                "checkin_margin": _minutes(CHECK_IN_MARGIN),
                "failure_issue_threshold": MISSED_BEFORE_ISSUE,
                "recovery_threshold": 1,
            },
        )


def monitor_slug(job_id: str) -> str:
    """The monitor's name in Sentry: `triage-rotation_ping`."""
    return f"triage-{job_id}"


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


@dataclass
class Figures:
    """Counters and the last instants of things, for `/metrics` and `/healthz`. Thread-safe."""

    counters: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    instants: dict[str, datetime] = field(default_factory=dict[str, datetime])
    problems: dict[str, str] = field(default_factory=dict[str, str])
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict[str, Callable[[], float]])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str, label: str = "") -> None:
        with self._lock:
            self.counters[(name, label)] += 1

    def happened(self, name: str, at: datetime) -> None:
        with self._lock:
            self.instants[name] = at

    def ails(self, part: str, why: str | None) -> None:
        """A part is not well (`why`), or is well again (None)."""
        with self._lock:
            if why is None:
                self.problems.pop(part, None)
            else:
                self.problems[part] = why

    def ailing(self) -> dict[str, str]:
        """The parts that said that they are not well, and why."""
        with self._lock:
            return dict(self.problems)

    def prometheus(self, degraded: Iterable[str] = ()) -> str:
        """All figures in Prometheus' text format; `degraded` names more parts that are not well."""
        lines: list[str] = []
        with self._lock:
            counters, instants = dict(self.counters), dict(self.instants)
            gauges, problems = dict(self.gauges), dict(self.problems)
        for name in sorted({name for name, _ in counters}):
            lines.append(f"# TYPE {name} counter")
            lines += [
                f"{name}{_label(label)} {value}"
                for (other, label), value in sorted(counters.items())
                if other == name
            ]
        for name, ask in sorted(gauges.items()):
            lines += [f"# TYPE {name} gauge", f"{name} {ask():g}"]
        lines.append("# TYPE triage_last_seconds gauge")
        lines += [
            f"triage_last_seconds{_label(n)} {at.timestamp():.3f}" for n, at in sorted(instants.items())
        ]
        lines.append("# TYPE triage_degraded gauge")
        lines += [f"triage_degraded{_label(part)} 1" for part in sorted({*problems, *degraded})]
        return "\n".join(lines) + "\n"


def _label(value: str) -> str:
    return f'{{kind="{value}"}}' if value else ""


def health(figures: Figures, degraded: Mapping[str, str]) -> list[dict[str, str]]:
    """What is not well, as `/healthz` lists it."""
    problems = {**figures.ailing(), **degraded}
    return [{"part": part, "why": why} for part, why in sorted(problems.items())]
