"""Use case: a drill from its planning to its debrief. Called by `/triage drill`, its button, its HTTP door, its job.

The invented alerts go the real way: this sends them to our own door, and `services.receive` takes them.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.debrief import debrief
from bot.domain.drill import (
    Drill,
    DrillState,
    Invented,
    Played,
    Scenario,
    begin,
    close,
    due,
    is_played_out,
    may_start,
    start_choices,
)
from bot.domain.drill_plan import start_on
from bot.domain.effects import Announce, Effect, Revise, effect_id
from bot.domain.errors import UserError
from bot.domain.lines import ChannelUse, Line
from bot.ports import Change
from bot.services.desk import Desk
from bot.services.drill_register import current, keep

log = logging.getLogger(__name__)

SCHEDULED = "drill_scheduled"
"""Under this name the store keeps the last business day on which a drill of `rules.yaml` was begun or let go."""
LATER = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2))
"""What the form offers besides now."""

Knock = Callable[[Played, Invented, datetime], None]
"""Sends one invented alert to our own door. Raises TryLater."""


@dataclass
class Drills:
    """Made once in `bot.app`."""

    desk: Desk
    scenarios: Mapping[str, Scenario]
    knock: Knock
    new_id: Callable[[], str]
    """An id that cannot be guessed."""
    _playing: threading.Lock = field(default_factory=threading.Lock)

    def choices(self) -> list[datetime]:
        """When a drill may start, the soonest first; the first is now where that is possible. Raises UserError."""
        longest = max(scenario.minutes for scenario in self.scenarios.values())
        found = start_choices(self.desk.clock.now(), longest, self.desk.policy().calendar, LATER)
        if not found:
            raise UserError("error.drill_no_time")
        return found

    def plan(self, name: str, at: datetime | None = None, once: str = "") -> Drill:
        """Plan a drill, for now when `at` is None; one that is only planned is replaced.

        `once`: the id of the asking; asked twice it is one drill. Raises UserError for an unknown scenario, out of
        business hours, and while another drill is on.
        """
        scenario = self._scenario(name)
        now, calendar = self.desk.clock.now(), self.desk.policy().calendar
        starts_at = max(at or now, now)
        with self.desk.change() as change:
            last = current(change)
            if once and not change.first_time(f"drill:{once}", self.desk.clock.machine()) and last:
                return last
            if last is not None and last.state is DrillState.RUNNING:
                raise UserError("error.drill_on")
            if not may_start(starts_at, scenario.minutes, calendar):
                raise UserError("error.drill_hours", n=scenario.minutes)
            number = 1 if last is None else last.number + (last.state is DrillState.OVER)
            drill = Drill(self.new_id(), number, name, starts_at)
            keep(change, drill)
        return drill

    def tick(self) -> None:
        """Do what is due: begin, send the next alerts, end. Safe at any moment; one at a time. Raises TryLater."""
        if not self._playing.acquire(blocking=False):
            return
        try:
            self._let_go_of_unknown()
            self._begin_scheduled()
            self._begin_planned()
            self._play()
            self._end_when_due()
        finally:
            self._playing.release()

    def end(self, drill_id: str) -> Drill:
        """The drill is over: its cards fold, and its thread gets the debrief. Raises UserError when it is over."""
        now = self.desk.clock.now()
        with self.desk.change() as change:
            drill = current(change)
            if drill is None or drill.id != drill_id or drill.state is not DrillState.RUNNING:
                raise UserError("error.drill_ended")
            over = replace(drill, state=DrillState.OVER, ended_at=now)
            told = self._debrief(change, over)
            for alert in _alerts(change, drill):
                self.desk.keep(change, close(alert, now))
            keep(change, over)
            for effect in (self._ended(over), told):
                change.add(effect, self.desk.clock.machine())
        log.info("a drill is over", extra={"drill": drill.id, "scenario": drill.scenario})
        return over

    def _scenario(self, name: str) -> Scenario:
        if name not in self.scenarios:
            raise UserError("error.drill_unknown", names=", ".join(self.scenarios))
        return self.scenarios[name]

    def _begin_scheduled(self) -> None:
        """A drill of `rules.yaml` whose time has come; one a day, and not while another is planned or on."""
        now, policy = self.desk.clock.now(), self.desk.policy()
        today = policy.calendar.date_of(now)
        if not policy.rules.drills or self.desk.store.value(SCHEDULED) == today.isoformat():
            return
        for planned in policy.rules.drills:
            at = start_on(planned, today, policy.calendar)
            last = current(self.desk.store)
            if at is None or now < at or (last is not None and last.state is not DrillState.OVER):
                continue
            try:
                self.plan(planned.scenario, once=f"scheduled-{today.isoformat()}")
            except UserError:
                log.info("no time is left today for the planned drill", extra={"scenario": planned.scenario})
            with self.desk.change() as change:
                change.set_value(SCHEDULED, today.isoformat())
            return

    def _begin_planned(self) -> None:
        """Register what is invented and open the drill; one whose day has passed meanwhile is let go."""
        now, calendar = self.desk.clock.now(), self.desk.policy().calendar
        if not _is_due(current(self.desk.store), now):
            return
        with self.desk.change() as change:
            drill = current(change)  # somebody may have planned another one meanwhile
            if drill is None or not _is_due(drill, now):
                return
            scenario = self.scenarios[drill.scenario]
            is_today = calendar.date_of(now) == calendar.date_of(drill.starts_at)
            if not is_today or not may_start(now, scenario.minutes, calendar):
                keep(change, replace(drill, state=DrillState.OVER, ended_at=now))
                log.info("a planned drill was let go", extra={"scenario": drill.scenario})
                return
            begun = begin(drill, scenario, now, calendar)
            keep(change, begun)
            for effect in self._opening(begun, scenario):
                change.add(effect, self.desk.clock.machine())
        log.info("a drill has begun", extra={"drill": drill.id, "scenario": drill.scenario})

    def _play(self) -> None:
        drill = self._running()
        if drill is None:
            return
        scenario = self.scenarios[drill.scenario]
        for played in due(drill, scenario, self.desk.clock.now(), self.desk.store.latest_round):
            self.knock(played, scenario.part(played.part).event, self.desk.clock.now())
            with self.desk.change() as change:
                fresh = current(change)
                if fresh is None or fresh.id != drill.id or fresh.state is not DrillState.RUNNING:
                    return
                keep(change, fresh.sent(played.issue_id))

    def _end_when_due(self) -> None:
        drill, now = self._running(), self.desk.clock.now()
        if drill is None:
            return
        is_late = drill.ends_by_at is not None and now >= drill.ends_by_at
        if is_late or is_played_out(drill, self.desk.store.latest_round):
            self.end(drill.id)

    def _let_go_of_unknown(self) -> None:
        """A drill whose scenario an upgrade took away is over: it must not keep others from being played."""
        drill, now = current(self.desk.store), self.desk.clock.now()
        if drill is None or drill.state is DrillState.OVER or drill.scenario in self.scenarios:
            return
        with self.desk.change() as change:
            for alert in _alerts(change, drill):
                self.desk.keep(change, close(alert, now))
            keep(change, replace(drill, state=DrillState.OVER, ended_at=now))
        log.warning("a drill without its scenario was ended", extra={"scenario": drill.scenario})

    def _running(self) -> Drill | None:
        """The drill that is on."""
        drill = current(self.desk.store)
        return drill if drill is not None and drill.state is DrillState.RUNNING else None

    def _opening(self, drill: Drill, scenario: Scenario) -> Iterable[Effect]:
        values = self._values(drill, scenario)
        yield Announce(Line.DRILL_OPENED, about=drill.id, values=values)
        if scenario.support and self.desk.policy().rules.channels.support:
            yield Announce(Line.DRILL_SUPPORT, about=drill.id, values=values, channel=ChannelUse.SUPPORT)

    def _ended(self, drill: Drill) -> Effect:
        values = self._values(drill, self.scenarios[drill.scenario])
        return Revise(_opened(drill), Line.DRILL_ENDED, about=drill.id, values=values)

    def _debrief(self, change: Change, drill: Drill) -> Effect:
        """Made before the alerts are closed, from what stands in the log."""
        entries = [e for played in drill.played for e in change.entries(issue_id=played.issue_id)]
        made = debrief(
            drill,
            self.scenarios[drill.scenario],
            change.latest_round,
            entries,
            self.desk.policy().calendar,
        )
        values = {"debrief": json.dumps(asdict(made), ensure_ascii=False)}
        return Announce(Line.DRILL_DEBRIEF, about=drill.id, values=values, thread_of=_opened(drill))

    def _values(self, drill: Drill, scenario: Scenario) -> dict[str, str]:
        """What the opening says, in each language, and how the drill is named on its button."""
        said = {"name": scenario.name, "trains": scenario.trains, "story": scenario.story}
        values = {f"{key}.{language}": text for key, by in said.items() for language, text in by.items()}
        until = drill.ends_by_at.isoformat() if drill.ends_by_at else ""
        at = drill.ended_at.isoformat() if drill.ended_at else ""
        support = "yes" if scenario.support else ""
        return {**values, "drill": drill.id, "until": until, "at": at, "support": support}


def _is_due(drill: Drill | None, now: datetime) -> bool:
    return drill is not None and drill.state is DrillState.PLANNED and now >= drill.starts_at


def _opened(drill: Drill) -> str:
    """The effect id of the message that opened the drill; its thread is the place to talk."""
    return effect_id(Announce(Line.DRILL_OPENED, about=drill.id))


def _alerts(change: Change, drill: Drill) -> list[Alert]:
    found = (change.latest_round(played.issue_id) for played in drill.played)
    return [alert for alert in found if alert is not None]
