"""How long Sentry and Slack wait for an answer, beside what no server of this kind can go below."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.processes import Server
from bench.table import Table, compared
from bench.turns import in_turns
from bench.webhooks import body
from bench.wire import Answer, raw_request, send, sentry_headers, slack_headers

ECHO, FSYNC = "echo", "echo + fsync"
FLOORS = (ECHO, FSYNC)

Request = Callable[[str, int], bytes]
"""The bytes of a request to a path, of the round with that number."""


class Unexpected(Exception):  # noqa: N818 - what happened
    """An answer that is not the one that is timed."""


def webhooks(bot: Server, bare: Server, first: int, rounds: int, warm: int) -> Table:
    """Event alerts of as many issues, from the one with the number `first` on."""

    def request(path: str, number: int) -> bytes:
        raw = body(first + number)
        return raw_request("POST", path, raw, sentry_headers(raw, first + number))

    seconds = _measured(bot, bare, ("webhook", "/sentry/webhook"), request, b'"new"', rounds, warm)
    told = (
        f"{rounds} signed event alerts, each of another issue, a new connection each, one after another. "
        "When the bot answers, the alert and what follows from it are on the disk. The cards of those before still "
        "wait, for Slack takes one post a second; looking through them is in the figures."
    )
    return compared("Answer to a webhook of Sentry", told, seconds, FLOORS)


def clicks(bot: Server, bare: Server, presses: list[bytes], rounds: int, warm: int) -> Table:
    """Presses of Medium, each on a card of its own; `presses` are as many bodies as `rounds` and `warm` together."""

    def request(path: str, number: int) -> bytes:
        return raw_request("POST", path, presses[number], slack_headers(presses[number]))

    seconds = _measured(bot, bare, ("press", "/slack/events"), request, b"", rounds, warm)
    told = (
        f"{rounds} signed presses of Medium, each on another alert's card, a new connection each. "
        "When the bot answers, the decision and what follows from it are on the disk."
    )
    return compared("Answer to a press in Slack", told, seconds, FLOORS)


def _measured(
    bot: Server, bare: Server, ours: tuple[str, str], request: Request, holds: bytes, rounds: int, warm: int
) -> Mapping[str, list[float]]:
    """Seconds of echo, echo with fsync, and ours, in turns; ours must answer 200 with `holds` in it."""

    def once(port: int, path: str, holds: bytes) -> Callable[[int], float]:
        return lambda number: _checked(send(port, request(path, number)), holds).seconds

    name, path = ours
    kinds = {
        ECHO: once(bare.port, "/echo", b"bytes"),
        FSYNC: once(bare.port, "/echo-fsync", b"bytes"),
        name: once(bot.port, path, holds),
    }
    return in_turns(kinds, rounds, warm)


def _checked(answer: Answer, holds: bytes) -> Answer:
    if answer.status != 200 or holds not in answer.body:
        raise Unexpected(f"{answer.status} {answer.body[:300]!r}")
    return answer
