"""What every listener has before it, and the few answers that Slack awaits within seconds: forms and private lines."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk import WebClient

from bot.domain.alert import Alert
from bot.domain.effects import alert_of
from bot.domain.errors import UserError
from bot.domain.lines import ChannelUse
from bot.domain.rules import Rules
from bot.i18n import Words, language_of
from bot.listeners.press import Press
from bot.observability import Figures
from bot.ports import Person, Refused, TryLater
from bot.services.desk import Desk
from bot.services.drill import Drills
from bot.services.people import People
from bot.slack.blocks.look import Look, Message
from bot.slack.blocks.pages import problem
from bot.slack.client import call
from bot.slack.text import escape

log = logging.getLogger(__name__)

After = Callable[[], None]
"""What follows the answer: a form to open, a private line. It cannot change what was saved or answered."""

TEAM_URL = "team_url"
"""Under this name `bot.app` keeps the workspace's address."""


@dataclass(frozen=True)
class Room:
    """Given to every listener; made once in `bot.app`."""

    desk: Desk
    people: People
    client: WebClient
    """With a short timeout: a person waits."""
    look_in: Callable[[Alert | None, str | None], Look]
    figures: Figures
    channel: Callable[[str], str | None]
    """A channel of `rules.yaml` by its use."""
    rules: Callable[[], Rules]
    drills: Drills

    def admit(self, press: Press) -> Press:
        """The press with the person who made it, if they may act here. Raises UserError("error.refused") otherwise."""
        return replace(press, person=self.people.member(press.user_id, press.team_id))

    def alert(self, press: Press) -> Alert:
        """The alert that an element on one of our messages names.

        Only on a message that the store knows, or that carries our own metadata for that alert's card (its receipt
        may be a moment behind). Raises UserError for anything else.
        """
        alert = self.desk.store.alert(press.alert_id) if press.alert_id else None
        if alert is None:
            raise UserError("error.unknown_alert")
        if press.message is not None and not press.view and self.alert_on(press) != alert.id:
            raise UserError("error.unknown_alert")
        return alert

    def alert_on(self, press: Press) -> str | None:
        """The id of the alert that a message of ours belongs to, by the store or by the metadata it was posted with."""
        if press.message is None:
            return None
        known = self.desk.store.alert_at(press.message)
        if known is not None or not press.metadata_id:
            return known
        kind, _, alert_id = press.metadata_id.partition(":")
        if kind == "post_card":
            return alert_id if press.message.channel == self.channel(ChannelUse.ALERTS) else None
        posted = self.desk.store.effect(press.metadata_id)
        return alert_of(posted.effect) if posted else None

    def permalink(self, press: Press) -> str:
        """The address of the message that was chosen, as chat.getPermalink makes it; empty until we know our team's."""
        base, ref = self.desk.store.value(TEAM_URL), press.message
        if not base or ref is None:
            return ""
        address = f"{base.rstrip('/')}/archives/{ref.channel}/p{ref.ts.replace('.', '')}"
        in_thread = press.thread_ts not in (None, ref.ts)
        return f"{address}?thread_ts={press.thread_ts}&cid={ref.channel}" if in_thread else address

    def words(self, person: Person | None) -> Words:
        """The words of a person's own language; the team's where we do not know the person."""
        language = language_of(person.locale) if person else self.rules().language.value
        return Words(language, self.rules().zone)

    def look(self, press: Press, alert: Alert | None = None) -> Look:
        """How forms look to this person."""
        return self.look_in(alert, self.words(self._who(press)).language)

    def open(self, press: Press, view: dict[str, Any]) -> None:
        """Open a modal; a trigger that is too old is told instead of raised."""
        self._call("views.open", trigger_id=press.trigger_id, view=view)

    def update(self, press: Press, view: dict[str, Any]) -> None:
        """Bring the open modal up to date; a newer click's answer is on its way when the hash does not fit."""
        self._call("views.update", view_id=press.view.get("id"), hash=press.view.get("hash"), view=view)

    def publish(self, press: Press, view: dict[str, Any]) -> None:
        """Show someone their Home."""
        self._call("views.publish", user_id=press.user_id, view=view)

    def reply(self, press: Press, message: Message) -> None:
        """Answer below what someone wrote: in its thread, or in the direct conversation."""
        assert press.message is not None
        is_direct = press.message.channel.startswith("D") and not press.thread_ts
        arguments: dict[str, Any] = {} if is_direct else {"thread_ts": press.thread_ts or press.message.ts}
        self._call(
            "chat.postMessage",
            channel=press.message.channel,
            text=message.text,
            blocks=message.blocks,
            unfurl_links=False,
            **arguments,
        )

    def noted(self, press: Press, key: str, title: str = "said.title", **values: object) -> dict[str, Any]:
        """A modal of one sentence, where what was done is not in sight."""
        words = self.words(press.person)
        return problem(words.text(key, **values), self.look(press), words.text(title))

    def problem(self, press: Press, error: UserError) -> dict[str, Any]:
        """A modal that says a UserError, in place of the form that met it."""
        return problem(self.error_text(press, error), self.look(press))

    def tell(self, press: Press, error: UserError) -> None:
        """Say what a UserError means: in the form or on the Home that met it, else privately where one pressed."""
        if press.is_home:
            self.open(press, self.problem(press, error))
        elif press.view:
            self.update(press, self.problem(press, error))
        else:
            self.say(press, self.error_text(press, error))

    def say(self, press: Press, text: str) -> None:
        """A private line where the person pressed; `text` is plain."""
        if press.message is None:
            return
        arguments: dict[str, Any] = {
            "channel": press.message.channel,
            "user": press.user_id,
            "text": escape(text),
        }
        if press.thread_ts:
            arguments["thread_ts"] = press.thread_ts
        self._call("chat.postEphemeral", **arguments)

    def error_text(self, press: Press, error: UserError) -> str:
        """The sentence of a UserError in the person's language, plain."""
        words = self.words(self._who(press))
        values = {key: self._value(words, key, value) for key, value in error.values.items()}
        return words.text(error.key, **values)

    def _who(self, press: Press) -> Person | None:
        """Who pressed, also when they may not act here: a refusal is said in their language as well."""
        return press.person or self.desk.store.person(press.user_id)

    def _value(self, words: Words, key: str, value: object) -> object:
        if key == "level":
            return words.text(f"level.{value}")
        return value if isinstance(value, int) else str(value)

    def _call(self, method: str, **arguments: Any) -> None:
        """An answer that Slack awaits within seconds: its failing changes nothing of what was saved."""
        try:
            call(self.client, method, **arguments)
        except (TryLater, Refused) as failed:
            self.figures.count("triage_answers_failed_total", method)
            log.warning("an answer was not taken", extra={"method": method, "why": str(failed)})
