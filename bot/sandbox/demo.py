"""The demo: a page over a stage, with the opening scene to play; started by `triage demo` and the browser tests."""

from __future__ import annotations

import logging
import signal
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bot.sandbox import story
from bot.sandbox.acts import BadActError, Given, perform
from bot.sandbox.page_server import PageServer
from bot.sandbox.scene import load_scene
from bot.sandbox.stage import Stage

log = logging.getLogger(__name__)

Json = dict[str, Any]
LANGUAGES = ("en", "ja")
B_AFTER_DECISION = 10.0
B_AFTER_OPENING = 20.0
"""Seconds after which B comes by itself: after A's decision, or after the page was first opened."""
SET_WITHIN = 60.0
"""Seconds that an act waits for the stage to be set."""
WATCH_SECONDS = 0.25
"""How often the director looks whether it is time for B."""


class Demo:
    """The page, its stage and the director who brings B. `start` plays the prologue and returns the page's address."""

    def __init__(
        self,
        *,
        port: int = 0,
        language: str | None = None,
        b_after_decision: float = B_AFTER_DECISION,
        b_after_opening: float = B_AFTER_OPENING,
    ) -> None:
        """Without a `language` the first browser's own decides."""
        self.scene = load_scene()
        self._waits = (b_after_decision, b_after_opening)
        self._language = language
        self._server = PageServer(self, port)
        self._lock = threading.RLock()
        self._changed = threading.Condition()
        self._version = 0
        self._stages = 0
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stage: Stage | None = None
        self._opened_at: float | None = None
        self._decided_at: float | None = None

    @property
    def url(self) -> str:
        """The page's address; empty before `start`."""
        return self._server.url

    @property
    def stage(self) -> Stage:
        """What runs behind the page. Raises RuntimeError before `start` and after `stop`."""
        if self._stage is None:
            raise RuntimeError("the demo is not running")
        return self._stage

    def start(self) -> str:
        """Open the page's door and return its address; the stage is set meanwhile, in the browser's language."""
        self._server.start()
        threading.Thread(target=self._direct, name="director", daemon=True).start()
        if self._language is not None:
            self._begin(self._language)
        return self._server.url

    def stop(self) -> None:
        """Close everything and remove the data."""
        self._stopping.set()
        self._ready.set()
        self._bump()
        self._server.stop()
        with self._lock:
            self._clear_stage()

    def opened(self, languages: str) -> None:
        """The page was asked for: the story's time begins, in the browser's language if none was chosen."""
        with self._lock:
            is_first = self._language is None
            if is_first:
                self._language = "ja" if languages.lower().startswith("ja") else "en"
            self._opened_at = self._opened_at or time.monotonic()
        if is_first:
            self._begin(self._language or "en")

    def state(self, person: str, since: int, timeout: float) -> Json:
        """Everything that the page shows to that person, once its version is not `since` or after `timeout` seconds.

        While the stage is being set: only a version that no page has seen.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version != since or self._stopping.is_set(), timeout)
            version = self._version
        if not self._ready.wait(timeout) or self._stage is None:
            return {"version": -1}
        stage = self.stage
        person = self._person(person)
        step = story.current_step(stage)
        words = self.scene.steps[step.key]
        return {
            "version": version,
            "as": person,
            "stage": self._stages,
            "lang": stage.language,
            "slack": stage.slack.state_for(person),
            "shortcuts": [dict(shortcut) for shortcut in self.scene.shortcuts],
            "sentry": stage.sentry.state(),
            "clock": {"now": stage.clock.now().isoformat(), "running": stage.clock.is_running},
            "hint": {"key": step.key, "text": dict(words.hint), "points": self._point(stage, step)},
            "scene": self._scene(stage, step),
        }

    def act(self, person: str, kind: str, details: Json) -> Json:
        """Do what a person at the page does: with the demo itself, or in Slack. Raises BadActError."""
        given = Given(details)
        person = self._person(person)
        ours: dict[str, Callable[[], Json | None]] = {
            "arrive": lambda: self.stage.slack.reload(person),
            "next": lambda: self._next(given.maybe("step")),
            "restart": lambda: self._set_stage(self.stage.language),
            "language": lambda: self._choose_language(given.text("lang")),
            "clock": lambda: self._move(given.text("by")),
        }
        self._ready.wait(SET_WITHIN)
        with self._lock:
            answer = perform(self.stage.slack, person, kind, given) if kind not in ours else ours[kind]()
        self._bump()
        return answer or {}

    def _person(self, person: str) -> str:
        known = [one.id for one in self.scene.people]
        return person if person in known else known[0]

    def _point(self, stage: Stage, step: story.Step) -> Json | None:
        """What stands out: Next step, or a button of a message, with the channel and the person that lead to it."""
        if step.next_stands_out:
            return {"next": True}
        if step.form_stands_out:
            return {"form": True}
        if step.point is None:
            return None
        alert, action_id = stage.scene.alerts[step.point.alert], step.point.action_id
        if step.point.is_on_question:
            place, message, person = stage.consultation_channel, stage.question(alert), story.helper(stage)
        else:
            place, message, person = stage.alerts_channel, stage.card(alert), None
        if message is None:
            return None
        return {"channel": place, "ts": message["ts"], "action_id": action_id, "as": person}

    def _scene(self, stage: Stage, step: story.Step) -> Json:
        responder, backups = stage.on_duty()
        titles = [(each, self.scene.steps[each.key].title) for each in story.STEPS]
        listed = [
            {"title": dict(title), "done": each.is_done(stage), "now": each is step}
            for each, title in titles
            if title
        ]
        return {
            "team": self.scene.team,
            "channel": stage.alerts_channel,
            "people": [
                {
                    "id": one.id,
                    "role": dict(one.role),
                    "on_duty": one.id == responder,
                    "backup": one.id in backups,
                }
                for one in self.scene.people
            ],
            "steps": listed,
            "more": step.play is not None,
        }

    def _next(self, seen: str | None) -> Json:
        """Play the step that the person saw; a second press while the first was under way is not meant for the next."""
        step = story.current_step(self.stage)
        if step.play is None or (seen is not None and seen != step.key):
            return {}
        return self._play(step.play)

    def _play(self, play: Callable[[Stage], None]) -> Json:
        """Do a step of the story; what did not come about is told as a bot that does not answer."""
        try:
            play(self.stage)
        except (AssertionError, LookupError) as error:
            log.warning("the story stumbled", extra={"why": str(error)})
            return {"error": "timeout"}
        return {}

    def _choose_language(self, language: str) -> None:
        if language not in LANGUAGES:
            raise BadActError("no such language")
        self._speak(language)

    def _speak(self, language: str) -> None:
        self._language = language
        self.stage.speak(language)
        self._bump()

    def _move(self, by: str) -> None:
        try:
            at = self.stage.later(by)
        except KeyError:
            raise BadActError("the clock does not move so") from None
        self.stage.move(at)

    def _begin(self, language: str) -> None:
        threading.Thread(target=self._set_stage, args=(language,), name="stage", daemon=True).start()

    def _set_stage(self, language: str) -> None:
        """A fresh stage with the prologue played, in place of the one before."""
        with self._lock:
            self._ready.clear()
            self._clear_stage()
            self._folder = tempfile.TemporaryDirectory(prefix="triage-demo-")
            self._stage = Stage(self.scene, Path(self._folder.name), language)
            self._stage.start()
            story.play_prologue(self._stage)
            self._stages += 1
            self._opened_at = time.monotonic() if self._opened_at else None
            self._decided_at = None
            self._listen(self._stage)
            self._ready.set()
        self._bump()

    def _clear_stage(self) -> None:
        stage, self._stage = self._stage, None
        if stage is not None:
            stage.stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _listen(self, stage: Stage) -> None:
        """Count each change of the stage's Slack and Sentry as a change of the page."""
        for source in (stage.slack, stage.sentry):
            threading.Thread(target=self._follow, args=(stage, source), daemon=True).start()

    def _follow(self, stage: Stage, source: Any) -> None:
        seen = 0
        while self._stage is stage and not self._stopping.is_set():
            version = source.wait_for_change(seen, 1.0)
            if version != seen:
                seen = version
                self._bump()

    def _bump(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def _direct(self) -> None:
        """Bring B when its time has come."""
        while not self._stopping.wait(WATCH_SECONDS):
            with self._lock:
                if self._stage is not None and self._ready.is_set() and self._is_time_for_b(self._stage):
                    self._play(story.bring_b)
                    self._bump()

    def _is_time_for_b(self, stage: Stage) -> bool:
        if self._opened_at is None or story.has_arrived(stage, "b"):
            return False
        if self._decided_at is None and story.is_decided(stage, "a"):
            self._decided_at = time.monotonic()
        after_decision, after_opening = self._waits
        now = time.monotonic()
        decided_long_ago = self._decided_at is not None and now - self._decided_at >= after_decision
        return decided_long_ago or now - self._opened_at >= after_opening


def run_demo(port: int | None = None, open_browser: bool = True, language: str | None = None) -> None:
    """Run the demo until Ctrl-C or SIGTERM; prints the page's address. Raises OSError when the port is taken.

    To be called in the main thread, which alone hears signals.
    """
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    demo = Demo(port=port or 0, language=language)
    url = demo.start()
    print(f"The demo is at {url}  (Ctrl-C ends it; nothing is kept)", flush=True)  # noqa: T201 - a command speaks
    if open_browser:
        webbrowser.open(url)
    ended.wait()
    demo.stop()
