"""A judging: the demo's page over a stage on which the set's alerts come one by one. Run by `__main__.py`."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.judging.aftercare import help_customers
from bench.judging.alerts import SetAlert, happen, load_set
from bench.judging.scores import Judged, judged
from bot.sandbox.acts import BadActError, Given, perform
from bot.sandbox.page_server import PageServer
from bot.sandbox.scene import load_scene
from bot.sandbox.stage import Stage

log = logging.getLogger(__name__)

Json = dict[str, Any]
BEFORE_FIRST = timedelta(minutes=30)
"""The bot runs for so long before the first alert: its first start sets the watermark."""
NEXT_AFTER = 5.0
"""Seconds between a decision and the next alert, in which it can still be changed at leisure."""
LOOK_EVERY = 0.1
OURS = ("clock", "next", "restart")
"""What the demo's page offers and a judging does not: here the clock and the alerts come by themselves."""
OTHER_PROJECT, OTHER_NUMBER, OTHER_TEAM = "finance-invoicing", 4509000000000007, "finance-systems"
"""Another team's project, which one of the bodies speaks of by this number."""
HINTS = {
    "coming": {"en": "*Alert {n} of {all}* is coming…", "ja": "*{all}件中 {n}件目* がまもなく届きます…"},
    "judge": {
        "en": "*Alert {n} of {all}.* Judge the open card in #dev-alerts. The next one comes after it by itself.",
        "ja": "*{all}件中 {n}件目。* #dev-alerts の判断待ちのカードを判断してください。次のアラートは自動で届きます。",
    },
    "over": {"en": "*All judged. Thank you.*", "ja": "*すべて判断しました。ありがとうございました。*"},
}


class Judging:
    """The page, its stage, and the director who brings each alert once the one before is decided."""

    def __init__(
        self, *, port: int = 0, language: str = "en", next_after: float = NEXT_AFTER, limits: bool = True
    ) -> None:
        """`limits`: whether the local Slack and Sentry allow no more calls a second than the real ones."""
        self._limits = limits
        self.alerts = load_set()
        self._next_after = next_after
        self._folder = tempfile.TemporaryDirectory(prefix="triage-judging-")
        first = self.alerts[0].at - BEFORE_FIRST
        scene = replace(load_scene(), times={"prologue": first})
        self.stage = Stage(scene, Path(self._folder.name), language)
        self._server = PageServer(self, port)
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._over = threading.Event()
        self._turn = 0
        self._hint = "coming"
        self._changes = 0
        self._failure: Exception | None = None
        self._director = threading.Thread(target=self._direct, name="director", daemon=True)

    def start(self) -> str:
        """Set the stage, open the page, and return its address; the first alert comes at once."""
        self.stage.sentry.add_project(OTHER_PROJECT, id=OTHER_NUMBER, platform="python", teams=(OTHER_TEAM,))
        self.stage.start()
        self._server.start()
        self._director.start()
        return self._server.url

    def wait(self, timeout: float | None = None) -> bool:
        """Until all are decided (True), or `timeout` seconds. Raises what went wrong behind the page."""
        ended = self._over.wait(timeout)
        if self._failure is not None:
            raise self._failure
        return ended

    def results(self) -> tuple[Judged, ...]:
        """Every alert with its key and what was decided so far; to be asked before `stop`."""
        if self.stage.bot is None:
            raise RuntimeError("the judging is not running")
        return judged(self.alerts, self.stage.bot.desk.store)

    def stop(self) -> None:
        """Close everything and remove the data."""
        self._stopping.set()
        self._director.join()
        self._server.stop()
        self.stage.stop()
        self._folder.cleanup()

    @property
    def waiting(self) -> SetAlert | None:
        """The alert that waits for its judgement."""
        return self.alerts[self._turn] if self._hint == "judge" else None

    def opened(self, languages: str) -> None:
        """The page was asked for; nothing waits for that here."""

    def state(self, person: str, since: int, timeout: float) -> Json:
        """All that the page shows, as soon as something changed or after `timeout` seconds."""
        until = time.monotonic() + timeout
        while self._version() == since and time.monotonic() < until and not self._stopping.is_set():
            time.sleep(LOOK_EVERY)
        stage, person = self.stage, self._person(person)
        words = {"n": min(self._turn + 1, len(self.alerts)), "all": len(self.alerts)}
        hint = {language: text.format(**words) for language, text in HINTS[self._hint].items()}
        return {
            "version": self._version(),
            "as": person,
            "stage": 1,
            "lang": stage.language,
            "slack": stage.slack.state_for(person),
            "sentry": stage.sentry.state(),
            "clock": {"now": stage.clock.now().isoformat(), "running": stage.clock.is_running},
            "hint": {"key": f"{self._hint}-{self._turn}", "text": hint, "points": None},
            "scene": self._scene(),
        }

    def act(self, person: str, kind: str, details: Json) -> Json:
        """Do in Slack what that person does. Raises BadActError for what no page of ours asks for."""
        given, person = Given(details), self._person(person)
        with self._lock:
            if kind in OURS:
                return {}
            if kind == "arrive":
                self.stage.slack.reload(person)
            elif kind == "language":
                self._speak(given.text("lang"))
            else:
                return perform(self.stage.slack, person, kind, given)
        self._changes += 1
        return {}

    def _speak(self, language: str) -> None:
        if language not in ("en", "ja"):
            raise BadActError("no such language")
        self.stage.speak(language)

    def _person(self, person: str) -> str:
        known = [one.id for one in self.stage.scene.people]
        return person if person in known else known[0]

    def _version(self) -> int:
        return self.stage.slack.workspace.version + self.stage.sentry.book.version + self._changes

    def _scene(self) -> Json:
        with self._lock:
            responder, backups = self.stage.on_duty()
        people = [
            {
                "id": one.id,
                "role": dict(one.role),
                "on_duty": one.id == responder,
                "backup": one.id in backups,
            }
            for one in self.stage.scene.people
        ]
        scene = self.stage.scene
        place = self.stage.alerts_channel
        return {"team": scene.team, "channel": place, "people": people, "steps": [], "more": False}

    def _direct(self) -> None:
        """Bring the alerts, each once the one before is decided."""
        try:
            for turn, alert in enumerate(self.alerts):
                self._show("coming", turn)
                with self._lock:
                    help_customers(self.stage)
                    self.stage.move(alert.at)
                    self.stage.slack.rate_limits = self.stage.sentry.rate_limits = self._limits
                    happen(self.stage, alert)
                self._show("judge", turn)
                if not self._is_decided_in_time(alert):
                    return
            self._show("over", len(self.alerts))
        except Exception as error:
            log.exception("the judging broke off")
            self._failure = error
        finally:
            if not self._stopping.is_set():
                self._over.set()

    def _is_decided_in_time(self, alert: SetAlert) -> bool:
        """Wait for the decision and a little longer; False when the judging ends before."""
        while not self._is_decided(alert):
            if self._stopping.wait(LOOK_EVERY):
                return False
        return not self._stopping.wait(self._next_after)

    def _is_decided(self, alert: SetAlert) -> bool:
        with self._lock:
            bot = self.stage.bot
            kept = bot.desk.store.latest_round(alert.issue_id) if bot else None
            return kept is not None and kept.decision is not None

    def _show(self, hint: str, turn: int) -> None:
        self._hint, self._turn = hint, turn
        self._changes += 1
