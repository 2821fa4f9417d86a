"""Recorded webhook bodies of Sentry, each made one of an issue of its own. For the measures."""

from __future__ import annotations

import json
from functools import cache

from bench.processes import ROOT
from bot.sandbox.sentry.webhooks import wire_bytes

PAYLOADS = ROOT / "tests" / "payloads" / "sentry" / "webhooks"
RECORDED = (
    "deadlock_a_step2_controller",
    "deadlock_b_async_worker",
    "step1_business_api",
    "step3_console_minified",
    "step4_callback_timeout_ui_component",
)
FIRST_ISSUE = 7_000_000_000


def issue_id(number: int) -> str:
    """The Sentry id of the issue with that number."""
    return str(FIRST_ISSUE + number)


def body(number: int) -> bytes:
    """The body of one event alert: the recorded ones in turn, each time another issue and another event."""
    text, issue, event = _recorded(RECORDED[number % len(RECORDED)])
    return text.replace(issue, issue_id(number)).replace(event, f"{number + 1:032x}").encode("ascii")


@cache
def _recorded(name: str) -> tuple[str, str, str]:
    found = json.loads((PAYLOADS / f"event_alert.triggered.{name}.json").read_text(encoding="utf-8"))
    event = found["data"]["event"]
    return wire_bytes(found).decode("ascii"), str(event["issue_id"]), str(event["event_id"])
