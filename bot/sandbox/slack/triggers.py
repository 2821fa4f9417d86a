"""What an interaction lets the bot do afterwards: one modal within 3 s, answers by response_url; for the Web API."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.json_values import RefusedError

# https://docs.slack.dev/interactivity/handling-user-interaction
TRIGGER_LIVES_FOR = 3.0  # seconds, one use
RESPONSE_URL_LIVES_FOR = 30 * 60.0  # seconds
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """A trigger_id as it was given to the bot."""

    user_id: str
    given_at: float
    is_used: bool = False


@dataclass
class Answer:
    """A response_url as it was given to the bot; `ts` and `ephemeral` name the message that was clicked, if any."""

    user_id: str
    channel_id: str
    given_at: float
    ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


class Triggers:
    """All trigger ids and response_urls. The caller holds the workspace's lock."""

    def __init__(self, machine: Callable[[], float]) -> None:
        """`machine` is the machine's clock in seconds."""
        self._machine = machine
        self._triggers: dict[str, Trigger] = {}
        self._answers: dict[str, Answer] = {}

    def give(self, user_id: str) -> str:
        """A new trigger_id for what this person did."""
        now = self._machine()
        name = f"{now:.0f}.{len(self._triggers) + 100_000}.{secrets.token_hex(12)}"
        self._triggers[name] = Trigger(user_id, now)
        return name

    def check(self, trigger_id: str) -> Trigger:
        """The trigger when it is known, young and unused; refuses by name."""
        found = self._triggers.get(trigger_id)
        if found is None:
            raise RefusedError("invalid_trigger_id")
        if found.is_used:
            raise RefusedError("exchanged_trigger_id")
        if self._machine() - found.given_at > TRIGGER_LIVES_FOR:
            raise RefusedError("expired_trigger_id")
        return found

    def give_answer(self, kind: str, team_id: str, answer: Answer) -> str:
        """A new response_url's path (without a leading slash)."""
        path = f"{kind}/{team_id}/{len(self._answers) + 1}/{secrets.token_hex(12)}"
        self._answers[path] = answer
        return path

    def use_answer(self, path: str) -> Answer:
        """Counts one use of a response_url; refuses by name when it is unknown, old or used up."""
        found = self._answers.get(path)
        if found is None:
            raise RefusedError("invalid_url")
        if self._machine() - found.given_at > RESPONSE_URL_LIVES_FOR:
            raise RefusedError("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise RefusedError("used_url")
        found.uses += 1
        return found
