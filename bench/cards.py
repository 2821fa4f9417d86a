"""How long a card takes from Sentry's webhook to Slack, beside a post that a script makes straight away."""

from __future__ import annotations

import time
from typing import Any

from slack_sdk import WebClient

from bench.peers import BOT_TOKEN, ELSEWHERE
from bench.processes import Server
from bench.table import Table, compared
from bench.turns import in_turns
from bench.webhooks import body, issue_id
from bench.wire import raw_request, send, sentry_headers

DIRECT = "post by a script"
QUIET_FOR = 2.2
"""Seconds between two alerts: each makes two posts (card, details), and Slack takes one a second."""


def cards(bot: Server, peers: Any, first: int, rounds: int, warm: int, quiet_for: float = QUIET_FOR) -> Table:
    """One alert after another while nothing else is under way."""
    client = WebClient(token=BOT_TOKEN, base_url=peers.env()["SLACK_API_URL"], retry_handlers=[])
    blocks: list[Any] = []

    def by_bot(number: int) -> float:
        time.sleep(quiet_for)
        raw = body(first + number)
        request = raw_request("POST", "/sentry/webhook", raw, sentry_headers(raw, first + number))
        mark = f"post_card:{issue_id(first + number)}-1"
        sent = send(bot.port, request).at
        took = peers.reached(mark) - sent
        blocks[:] = peers.blocks_of(mark)
        return took

    def by_script(number: int) -> float:
        text = f"direct {number}"
        sent = time.monotonic()
        client.chat_postMessage(channel=ELSEWHERE, text=text, blocks=blocks)
        return peers.reached(text) - sent

    seconds = in_turns({"card by the bot": by_bot, DIRECT: by_script}, rounds, warm)
    told = (
        f"{rounds} alerts, {quiet_for} s apart, so p99 is the slowest: from the webhook's connection until "
        "chat.postMessage of the card has come to the local Slack; beside it the same blocks posted by a script. "
        "Between lie two commits: the alert's, and that its delivery has begun."
    )
    return compared("From webhook to card", told, seconds, (DIRECT,))
