"""Logs that give nothing away, reports without a feedback loop, figures that a scraper can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sentry_sdk

from bot.jobs import JOBS
from bot.observability import (
    CHECKED_IN_JOBS,
    CheckIns,
    Figures,
    JsonFormatter,
    TextFormatter,
    health,
    set_up_logs,
    set_up_reports,
)
from bot.sandbox.sentry import SentrySandbox


def a_record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "bot.test", "levelname": "INFO", "msg": message, **extra})
    record.created = 1_700_000_000
    return record


def test_a_log_line_is_json_with_the_alert_id() -> None:
    line = json.loads(JsonFormatter().format(a_record("webhook", alert="6100000101-1")))

    assert line["event"] == "webhook"
    assert line["alert"] == "6100000101-1"
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize("formatter", [JsonFormatter, TextFormatter])
def test_a_secret_is_struck_out_wherever_it_turns_up(formatter: type[JsonFormatter]) -> None:
    line = formatter(["xoxb-very-secret"]).format(
        a_record("posting with xoxb-very-secret", why="xoxb-very-secret")
    )

    assert "very-secret" not in line
    assert line.count("[secret]") == 2


def test_foreign_loggers_are_never_below_info() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        set_up_logs("DEBUG", "json")
        assert logging.getLogger("slack_sdk").getEffectiveLevel() >= logging.INFO
        assert logging.getLogger("urllib3").getEffectiveLevel() >= logging.INFO
        assert logging.getLogger("bot").getEffectiveLevel() == logging.DEBUG
    finally:
        root.handlers[:], root.level = before[0], before[1]


@pytest.fixture
def reporting() -> Iterator[SentrySandbox]:
    sandbox = SentrySandbox()
    sandbox.start()
    set_up_reports(sandbox.dsn, "triage@test")
    try:
        yield sandbox
    finally:
        sentry_sdk.get_client().close(timeout=2)
        sentry_sdk.init()
        sandbox.stop()


def test_a_defect_is_reported_without_local_variables_and_a_silent_sentry_is_not(
    reporting: SentrySandbox,
) -> None:
    secret_local = "@".join(("taro", "example.com"))
    try:
        raise RuntimeError("a defect")
    except RuntimeError:
        logging.getLogger("bot.jobs.job").exception("a job failed")
    logging.getLogger("bot.outbox").error("Sentry does not answer")
    logging.getLogger("bot.sentry.caller").error("Sentry does not answer")
    sentry_sdk.flush(timeout=5)

    reporting.wait_for(lambda: reporting.envelopes)
    sent = json.dumps(reporting.envelopes, default=str)
    assert "a defect" in sent
    assert secret_local not in sent
    assert [e["type"] for e in reporting.envelopes].count("event") == 1


def test_the_jobs_that_matter_check_in_at_sentry_at_most_each_ten_minutes(reporting: SentrySandbox) -> None:
    check_ins, at = CheckIns(), datetime(2026, 11, 2, tzinfo=UTC)

    for minute in range(21):
        check_ins.ran("chase", well=minute != 10, at=at + timedelta(minutes=minute))
        check_ins.ran("sweep", well=True, at=at)
    sentry_sdk.flush(timeout=5)

    def told() -> list[dict[str, Any]]:
        return [e["payload"] for e in reporting.envelopes if e["type"] == "check_in"]

    reporting.wait_for(lambda: len(told()) >= 3)
    assert [(one["monitor_slug"], one["status"]) for one in told()] == [
        ("triage-chase", "ok"),
        ("triage-chase", "error"),
        ("triage-chase", "ok"),
    ]
    assert told()[0]["monitor_config"]["schedule"] == {"type": "interval", "value": 10, "unit": "minute"}


def test_only_jobs_that_there_are_check_in() -> None:
    assert set(CHECKED_IN_JOBS) <= {job.id for job in JOBS}


def test_without_a_dsn_no_job_checks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr(sentry_sdk, "capture_event", sent.append)

    CheckIns().ran("poll", well=True, at=datetime(2026, 11, 2, tzinfo=UTC))

    assert not sent


def test_figures_are_prometheus_text_and_health_lists_what_ails() -> None:
    figures = Figures()
    figures.count("triage_webhooks_total", "new")
    figures.count("triage_webhooks_total", "new")
    figures.happened("webhook", datetime(2026, 11, 2, tzinfo=UTC))
    figures.gauges["triage_alerts_to_judge"] = lambda: 3
    figures.ails("job_poll", "Sentry does not answer")

    text = figures.prometheus()

    assert 'triage_webhooks_total{kind="new"} 2' in text
    assert "triage_alerts_to_judge 3" in text
    assert 'triage_degraded{kind="job_poll"} 1' in text
    assert health(figures, {"slack": "down"}) == [
        {"part": "job_poll", "why": "Sentry does not answer"},
        {"part": "slack", "why": "down"},
    ]
    figures.ails("job_poll", None)
    assert health(figures, {}) == []
