"""A local Sentry over real HTTP on loopback, a client of it, and a clock that only moves when a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.sentry import SentrySandbox
from bot.sentry.client import SentryClient
from tests.sentry.recorded import body

B = "6100000102"
"""The issue of the second deadlock, whose newest event the local Sentry knows."""


@dataclass
class Time:
    """The machine's clock, and what was waited for."""

    at: datetime = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)
    waited: list[float] = field(default_factory=list[float])

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += timedelta(seconds=seconds)

    def pass_by(self, **length: float) -> datetime:
        self.at += timedelta(**length)
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def sentry(time: Time) -> Iterator[SentrySandbox]:
    sandbox = SentrySandbox(now=time.now)
    sandbox.start()
    sandbox.load_webhook_issue(body("issue.created"))
    sandbox.load_webhook_issue(body("event_alert.triggered.deadlock_b_async_worker"), short_id="KYC-API-1B")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def client(sentry: SentrySandbox, time: Time) -> SentryClient:
    return client_of(sentry.url, time)


def client_of(
    url: str, time: Time, *, org: str = "acme-kyc", token: str = "sandbox-sentry-token"
) -> SentryClient:
    return SentryClient(url, org, token, machine=time.now, monotonic=time.monotonic, wait=time.wait)
