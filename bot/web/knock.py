"""Knocks at our own door with an alert that a drill invents: signed and posted as Sentry would. Made by `bot.app`."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import requests

from bot.domain.drill import Invented, Played
from bot.ports import TryLater
from bot.sentry.invented import RESOURCE, body_of
from bot.sentry.webhook import IDEMPOTENCY_HEADER, parse
from bot.services.desk import Desk
from bot.services.drill import Knock
from bot.services.receive import receive

ANSWERS_WITHIN = 5.0
"""Seconds; ours: the door is in this process and answers within milliseconds."""
AGAIN_AFTER = timedelta(seconds=20)


def knock_by_http(base: Callable[[], str], client_secret: str) -> Knock:
    """To `/sentry/webhook` of this very process, by the address that it listens on."""

    def knock(played: Played, event: Invented, at: datetime) -> None:
        body = body_of(played, event, at)
        signature = hmac.new(client_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {**_headers(played), "Sentry-Hook-Signature": signature, "Content-Type": "application/json"}
        try:
            answer = requests.post(
                f"{base()}/sentry/webhook", data=body, headers=headers, timeout=ANSWERS_WITHIN
            )
        except requests.RequestException as error:
            raise TryLater(f"our own door does not answer: {type(error).__name__}", AGAIN_AFTER) from error
        if answer.status_code != 200:
            raise TryLater(f"our own door answers {answer.status_code}", AGAIN_AFTER)

    return knock


def knock_in_poll_mode(desk: Desk) -> Knock:
    """Without webhooks there is no route: the same bytes go to the same reader and the same use case."""

    def knock(played: Played, event: Invented, at: datetime) -> None:
        headers = _headers(played)
        receive(desk, parse(RESOURCE, body_of(played, event, at), headers=headers, received_at=at))

    return knock


def _headers(played: Played) -> dict[str, str]:
    """Sent twice it is one delivery, as with Sentry."""
    return {"Sentry-Hook-Resource": RESOURCE, IDEMPOTENCY_HEADER: f"drill-{played.issue_id}"}
