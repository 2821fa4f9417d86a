"""The doors by themselves, without a server: what each answers, in which order it looks, and what it never reads."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Request

from bot.domain.errors import StoreUnavailable
from bot.observability import Figures
from bot.ports import Change
from bot.services.desk import Desk
from bot.services.overview import Overview
from bot.stores.memory import MemoryStore
from bot.web.doors import SENTRY_BODY_CAP, SLACK_BODY_CAP, Doors, TooLarge, make_web, read_body
from tests.builders import ROOT, a_policy
from tests.fakes import FakeClock

SECRET = "a client secret"
RAW = (
    ROOT / "tests/payloads/sentry/webhooks/event_alert.triggered.deadlock_b_async_worker.json"
).read_bytes()


class FillingStore(MemoryStore):
    """A store whose disk can be full."""

    is_full = False

    @contextmanager
    def change(self) -> Iterator[Change]:
        with super().change() as change:
            yield change
            if self.is_full:
                raise StoreUnavailable("database or disk is full")

    def is_writable(self) -> bool:
        return not self.is_full


class House:
    """The doors with what stands behind them."""

    def __init__(self, *, secret: str | None = SECRET, slack: bool = True) -> None:
        self.store, self.figures, self.clock = FillingStore(), Figures(), FakeClock()
        policy = a_policy()
        self.is_running, self.missed, self.handled = True, 0, 0
        overview = Overview(self.store, self.clock, lambda: self.is_running, dict, tuple)
        doors = Doors(
            desk=Desk(self.store, self.clock, lambda: policy, wake=lambda: None, refresh_policy=lambda: None),
            clock=self.clock,
            figures=self.figures,
            overview=overview,
            client_secret=secret,
            slack=self._handle if slack else None,
            missed=self._miss,
        )
        self.client = make_web(doors).test_client()

    def _miss(self) -> None:
        self.missed += 1

    def _handle(self, request: Request) -> str:
        self.handled += 1
        return "handled"

    def webhook(self, raw: bytes = RAW, signature: str | None = None) -> Any:
        signed = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {
            "Sentry-Hook-Resource": "event_alert",
            "Sentry-Hook-Signature": signed if signature is None else signature,
        }
        return self.client.post("/sentry/webhook", data=raw, headers=headers)


class Untouchable(BytesIO):
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("read although its length says that it is too large")


def test_a_signed_webhook_is_kept_before_it_is_answered() -> None:
    house = House()
    answer = house.webhook()
    assert (answer.status_code, answer.json) == (200, {"result": "new"})
    assert [a.issue_id for a in house.store.alerts()] == ["6100000102"]
    assert house.figures.counters[("triage_webhooks_total", "new")] == 1


def test_a_body_is_not_read_when_its_declared_length_is_over_the_cap() -> None:
    house = House()
    environ = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": str(SENTRY_BODY_CAP + 1)}
    assert house.client.post("/sentry/webhook", environ_overrides=environ).status_code == 413
    environ["CONTENT_LENGTH"] = str(SLACK_BODY_CAP + 1)
    assert house.client.post("/slack/events", environ_overrides=environ).status_code == 413
    assert (house.missed, house.handled) == (1, 0)


def test_a_body_that_says_nothing_of_its_length_is_capped_while_reading() -> None:
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(b"x" * 11), "wsgi.input_terminated": True}
    with pytest.raises(TooLarge):
        read_body(Request(environ), 10)
    environ["wsgi.input"] = BytesIO(b"x" * 10)
    assert read_body(Request(environ), 10) == b"x" * 10


def test_the_signature_is_looked_at_before_the_body_is() -> None:
    house = House()
    assert house.webhook(b"[" * 200_000, signature="0" * 64).status_code == 401
    assert house.webhook(b"[" * 200_000).status_code == 400
    refused = {
        label: n for (name, label), n in house.figures.counters.items() if name.endswith("refused_total")
    }
    assert refused == {"signature": 1, "bad_body": 1}


def test_a_webhook_that_could_not_be_kept_is_not_answered_as_if_it_were() -> None:
    house = House()
    house.store.is_full = True
    assert house.webhook().status_code == 503
    assert house.store.alerts() == []
    house.store.is_full = False
    assert house.webhook().status_code == 200


def test_what_an_answer_says_names_no_secret_and_nothing_of_the_body() -> None:
    house = House()
    for raw in (b'{"action":7,"data":"taro@example.com"}', b"taro@example.com"):
        told = house.webhook(raw).get_data(as_text=True)
        assert "taro" not in told
        assert SECRET not in told


def test_a_door_that_is_not_needed_is_not_there() -> None:
    house = House(secret=None, slack=False)
    assert house.client.post("/sentry/webhook").status_code == 404
    assert house.client.post("/slack/events").status_code == 404
    assert house.client.get("/healthz").status_code == 200


def test_healthz_is_503_only_while_nothing_can_be_kept() -> None:
    house = House()
    house.figures.ails("job_poll", "Sentry answers 500")
    answer = house.client.get("/healthz")
    assert answer.status_code == 200
    assert json.loads(answer.data)["degraded"] == [{"part": "job_poll", "why": "Sentry answers 500"}]

    house.is_running = False
    assert house.client.get("/healthz").status_code == 503
    house.is_running, house.store.is_full = True, True
    house.clock.advance(house.clock.now() - house.clock.now().replace(hour=0))
    assert house.client.get("/healthz").status_code == 503


def test_metrics_can_be_read_by_prometheus() -> None:
    house = House()
    house.webhook()
    lines = house.client.get("/metrics").get_data(as_text=True).splitlines()
    assert 'triage_webhooks_total{kind="new"} 1' in lines
    assert all(line.startswith("#") or line.count(" ") >= 1 for line in lines)
