"""The stage of a scene: a local Slack, a local Sentry, the real bot between them and a clock; made by `demo.py`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Bot, build
from bot.config.calendar import make_calendar
from bot.config.rules import load_rules
from bot.config.settings import Settings
from bot.domain.effects import EditCard
from bot.domain.policy import Policy
from bot.domain.rules import Language
from bot.sandbox.clock import DemoClock, Hurried
from bot.sandbox.scene import RULES, Scene, SceneAlert, ScenePerson
from bot.sandbox.sentry.server import SentrySandbox
from bot.sandbox.slack.server import SlackSandbox
from bot.slack.blocks import read

log = logging.getLogger(__name__)

Json = dict[str, Any]
PROJECT = "kyc-api"
RESPONDED = "responded"
"""The action id of the card's button."""
LOCALES = {"en": "en-US", "ja": "ja-JP"}
HOUR = timedelta(hours=1)
BETWEEN_STOPS = timedelta(hours=3)
"""The demo's reminders come three business hours before a deadline, and deadlines lie at the close of business."""
IDLE_WITHIN = 20.0
"""Seconds within which all that was saved has been delivered; a clock move of some days delivers the most."""


class Stage:
    """Everything that runs behind the page. Not thread-safe by itself: `Demo` does one thing at a time."""

    def __init__(self, scene: Scene, directory: Path, language: str) -> None:
        """`directory` holds the bot's data; nothing runs before `start`."""
        self.scene = scene
        self.language = language
        self.clock = DemoClock(scene.times["prologue"])
        self._pace = Hurried()
        self.slack = SlackSandbox(now=self.clock.now)
        self.sentry = SentrySandbox(now=self.clock.now)
        self._database = f"tinydb:///{directory / 'triage.db'}"
        self._rules = load_rules(RULES)
        self._calendar = make_calendar(self._rules)
        self._policy: Policy | None = None
        self.bot: Bot | None = None
        self._fill()

    @property
    def consultation_channel(self) -> str:
        """Where questions are asked."""
        return self.scene.channels[1][0]

    @property
    def alerts_channel(self) -> str:
        """The id of the channel that cards stand in."""
        return self.scene.channels[0][0]

    def start(self) -> None:
        """Open both services and start the bot between them."""
        self.slack.start()
        self.sentry.start()
        self._start_bot()
        self._limit_rates(True)

    def stop(self) -> None:
        """Stop the bot, then the services."""
        self._stop_bot()
        self.sentry.stop()
        self.slack.stop()

    def speak(self, language: str) -> None:
        """Change the team's language and everybody's own: the bot starts anew and writes its cards again."""
        if language == self.language:
            return
        self.language = language
        self._stop_bot()
        self._add_people()
        bot = self._start_bot()
        with bot.desk.change() as change:
            for person in change.people():
                change.save_person(replace(person, locale=LOCALES[language]))
            for alert in change.alerts():
                change.add(EditCard(alert.id), self.clock.machine())
        self.settle()

    def move(self, at: datetime) -> None:
        """Move the clock forward to `at`; what falls due on the way is done and delivered on the way."""
        self._limit_rates(False)  # hours pass in milliseconds here
        self.clock.move_to(at, lambda _: self._tick(), list(self._moments(self.clock.now(), at)))
        self.settle()
        self._limit_rates(True)

    def _moments(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """When something may fall due in between: a day's opening, every few hours of work, and its close."""
        calendar = self._calendar
        day = calendar.date_of(start)
        while (at := calendar.open_of(day)) < end:
            close = calendar.close_of(day) if calendar.is_business_day(day) else at
            while at < close:
                if start < at < end:
                    yield at
                at += BETWEEN_STOPS
            if start < close < end:
                yield close
            day += timedelta(days=1)

    def later(self, by: str) -> datetime:
        """An hour on, or the same time of day so many business days on. Raises KeyError for anything else."""
        days = {"hour": 0, "day": 1, "days3": 3}[by]
        now = self.clock.now()
        if not days:
            return now + HOUR
        local = self._calendar.to_local(now)
        day = self._calendar.add_business_days(local.date(), days)
        return datetime.combine(day, local.timetz())

    def happen(self, alert: SceneAlert) -> None:
        """The alert's events happen; the alert rule fires on the last, so that the card knows all of them."""
        for number in range(alert.events):
            event = dict(alert.event)
            if alert.users:
                event["user"] = {"id": alert.users[number % len(alert.users)]}
            is_last = number == alert.events - 1
            self.sentry.event(event, deliver=("issue.created", "event_alert") if is_last else ())

    def settle(self) -> None:
        """Wait until the bot has delivered all that it saved and Sentry has told it what followed."""
        if not self._running.wait_idle(IDLE_WITHIN):
            log.warning("the bot is still delivering", extra={"after": IDLE_WITHIN})

    def card(self, alert: SceneAlert) -> Json | None:
        """The alert's newest card in the alerts channel, known by the id in its metadata."""
        cards = [m for m in self.slack.messages(self.alerts_channel) if _is_card_of(m, alert.issue_id)]
        return cards[-1] if cards else None

    def question(self, alert: SceneAlert) -> Json | None:
        """The message that opened a consultation about the alert, known by the id in its metadata."""
        wanted = f"announce:consultation:{alert.issue_id}-"
        for message in self.slack.messages(self.consultation_channel):
            metadata: Json = message["metadata"] or {}
            if str(metadata.get("event_payload", {}).get("id", "")).startswith(wanted):
                return message
        return None

    def buttons(self, alert: SceneAlert) -> set[str]:
        """The action ids on the alert's card; empty while there is none."""
        return {element["action_id"] for element in _elements(self.card(alert) or {})}

    def press(self, person: str, alert: SceneAlert, action_id: str) -> None:
        """That person presses a button of the alert's card. Raises LookupError when it is not there."""
        card = self.card(alert)
        if card is None:
            raise LookupError(f"{alert.event['short_id']} has no card yet")
        self.slack.click(person, self.alerts_channel, card["ts"], action_id)
        self.settle()

    def all_read(self) -> None:
        """Everybody has seen what stands in the alerts channel."""
        for person in self.scene.people:
            self.slack.mark_read(person.id, self.alerts_channel)

    def is_archived(self, alert: SceneAlert) -> bool:
        """Whether Sentry would keep silent about the issue's next event."""
        return self.sentry.issue(alert.issue_id)["status"] == "ignored"

    def judge(self, person: str, alert: SceneAlert, answers: Mapping[str, str], reason: str) -> None:
        """That person answers the form of the three questions, by action id, and gives a reason."""
        self.press(person, alert, "guide")
        self.slack.wait_for(lambda: self.slack.view_stack(person))
        for action_id, answer in answers.items():
            self.slack.view_choose(person, action_id, answer)
        self.slack.submit(person, {read.REASON: reason})
        self.settle()

    def respond(self, person: str, alert: SceneAlert, answers: Mapping[str, str]) -> None:
        """That person says that today's customers are helped: the form's answers, by action id."""
        self.press(person, alert, RESPONDED)
        self.slack.wait_for(lambda: self.slack.view_stack(person))
        self.slack.submit(person, {**answers})
        self.settle()

    def on_duty(self) -> tuple[str | None, tuple[str, ...]]:
        """The responder and the backups of the moment."""
        if self.bot is not None:
            self._policy = self.bot.people.policy()
        duty = self._policy.duty(self.clock.now()) if self._policy else None
        return (duty.responder, duty.backups) if duty else (None, ())

    @property
    def _running(self) -> Bot:
        if self.bot is None:
            raise RuntimeError("the bot is not running")
        return self.bot

    def hurry(self, on: bool) -> None:
        """Whether the bot's calls are spaced as the real services ask, or hardly at all."""
        self._pace.hurry(on)

    def _limit_rates(self, on: bool) -> None:
        self.slack.rate_limits = self.sentry.rate_limits = on
        self.hurry(not on)

    def _tick(self) -> None:
        self._running.tick()
        self._running.wait_idle(IDLE_WITHIN)

    def _start_bot(self) -> Bot:
        settings = Settings(
            slack_bot_token=self.slack.bot_token,
            slack_signing_secret=self.slack.signing_secret,
            slack_api_url=self.slack.api_url,
            sentry_org=self.sentry.site.org,
            sentry_auth_token=self.sentry.site.auth_token,
            sentry_client_secret=self.sentry.site.client_secret,
            sentry_url=self.sentry.url,
            database_url=self._database,
            rules_file=RULES,
            host="127.0.0.1",
            port=0,
            log_format="text",
        )
        rules = replace(self._rules, language=Language(self.language))
        self.bot = build(settings, rules, clock=self.clock, monotonic=self._pace, wait=self._pace.wait)
        self.bot.start()
        self.slack.request_url = f"{self.bot.url}/slack/events"
        self.sentry.webhook_url = f"{self.bot.url}/sentry/webhook"
        self.bot.tick()
        return self.bot

    def _stop_bot(self) -> None:
        self.slack.request_url = self.sentry.webhook_url = None
        if self.bot is not None:
            self.bot.stop()
            self.bot = None

    def _fill(self) -> None:
        """Put the scene's people, channels and project into both services."""
        self._add_people()
        for channel_id, name in self.scene.channels:
            self.slack.add_channel(channel_id, name)
        self.sentry.add_project(PROJECT)
        for person in self.scene.people:
            self.sentry.add_member(person.email, person.real_name, user_id=person.member)

    def _add_people(self) -> None:
        for person in self.scene.people:
            self._add_person(person)

    def _add_person(self, person: ScenePerson) -> None:
        self.slack.add_user(
            person.id,
            person.real_name,
            email=person.email,
            locale=LOCALES[self.language],
        )


def _elements(message: Json) -> Iterator[Json]:
    """The interactive elements of a message's blocks."""
    for block in message.get("blocks") or ():
        yield from (e for e in block.get("elements", ()) if "action_id" in e)
        if "action_id" in block.get("accessory", {}):
            yield block["accessory"]


def _is_card_of(message: Json, issue_id: str) -> bool:
    """Whether a message is the card of a round of that issue."""
    metadata: Json = message["metadata"] or {}
    return str(metadata.get("event_payload", {}).get("id", "")).startswith(f"post_card:{issue_id}-")
