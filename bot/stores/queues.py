"""The waiting effects in the order in which they are due, and what else is asked of effects without a scan."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.effects import EffectState, SavedEffect, Service, alert_of, service_of
from bot.ports import Backlog
from bot.stores.arming import done_at

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Place:
    """Where one effect stands; `number` is the order of its making and is never given twice."""

    number: int
    saved: SavedEffect

    @property
    def turn(self) -> tuple[bool, datetime, int]:
        return (not self.saved.urgent, self.saved.created_at, self.number)

    @property
    def time(self) -> tuple[datetime, int]:
        return (self.saved.due_at, self.number)


class ServiceQueue:
    """The waiting, failing and given-up effects of one service.

    `_by_time` has all that wait; `_by_turn` those of them that were due when last asked, in the order of delivery. So a
    question costs what it answers, however many wait for later.
    """

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}
        self._by_time: list[tuple[datetime, int]] = []
        self._by_turn: list[tuple[bool, datetime, int]] = []
        self._asked_until = _LONG_AGO
        self._failing: dict[str, SavedEffect] = {}
        self._given_up: dict[str, SavedEffect] = {}

    def put(self, place: _Place) -> None:
        saved = place.saved
        if saved.state is EffectState.GIVEN_UP:
            self._given_up[saved.id] = saved
        if saved.state is not EffectState.WAITING:
            return
        self._places[place.number] = place
        insort(self._by_time, place.time)
        if saved.due_at <= self._asked_until:
            insort(self._by_turn, place.turn)
        if saved.failed_since is not None:
            self._failing[saved.id] = saved

    def drop(self, place: _Place) -> None:
        self._given_up.pop(place.saved.id, None)
        self._failing.pop(place.saved.id, None)
        if self._places.pop(place.number, None) is None:
            return
        del self._by_time[bisect_left(self._by_time, place.time)]
        if place.saved.due_at <= self._asked_until:
            del self._by_turn[bisect_left(self._by_turn, place.turn)]

    def due(self, at: datetime, limit: int) -> list[SavedEffect]:
        """As `Reading.due`; from here and not from the shelves, for the outbox asks for hundreds at each bell."""
        self._look_until(at)
        found: list[SavedEffect] = []
        for _, _, number in self._by_turn:
            if len(found) >= limit:
                break
            saved = self._places[number].saved
            if saved.due_at <= at:
                found.append(saved)
        return found

    def _look_until(self, at: datetime) -> None:
        if at <= self._asked_until:
            return
        begin = bisect_right(self._by_time, self._asked_until, key=lambda time: time[0])
        end = bisect_right(self._by_time, at, key=lambda time: time[0])
        newly_due = [self._places[number].turn for _, number in self._by_time[begin:end]]
        if newly_due:
            self._by_turn.extend(newly_due)
            self._by_turn.sort()
        self._asked_until = at

    def next_due_at(self, after: datetime | None = None) -> datetime | None:
        passed = bisect_right(self._by_time, after, key=lambda time: time[0]) if after else 0
        return self._by_time[passed][0] if passed < len(self._by_time) else None

    def given_up(self) -> list[SavedEffect]:
        return sorted(self._given_up.values(), key=lambda saved: (saved.created_at, saved.id))

    def backlog(self) -> Backlog:
        troubled = [*self._failing.values(), *self._given_up.values()]
        latest = max(troubled, key=_last_tried, default=None)
        return Backlog(
            waiting=len(self._by_time),
            failing=len(self._failing),
            given_up=len(self._given_up),
            oldest_failing_since=min(
                (saved.failed_since for saved in self._failing.values() if saved.failed_since), default=None
            ),
            last_error=latest.error if latest else "",
        )


def _last_tried(saved: SavedEffect) -> tuple[datetime, datetime, str]:
    """When an effect in trouble was last known to be tried; the id settles a draw, so all stores say the same."""
    return (saved.begun_at or saved.failed_since or saved.due_at, saved.created_at, saved.id)


class EffectIndex:
    """Finds effects by alert, by service and by end; kept true by `put` and `drop`, also when a change is undone."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._queues = {service: ServiceQueue() for service in Service}
        self._by_alert: dict[str, set[str]] = {}
        self._ended: list[tuple[datetime, str]] = []

    def put(self, saved: SavedEffect, number: int) -> None:
        """Take in an effect, or its newer form under the same number."""
        self.drop(saved.id)
        place = self._places[saved.id] = _Place(number, saved)
        self._queues[service_of(saved.effect)].put(place)
        if alert_id := alert_of(saved.effect):
            self._by_alert.setdefault(alert_id, set()).add(saved.id)
        if ended_at := done_at(saved):
            insort(self._ended, (ended_at, saved.id))

    def drop(self, effect_id: str) -> None:
        """Forget an effect; one that is not known is no error."""
        place = self._places.pop(effect_id, None)
        if place is None:
            return
        saved = place.saved
        self._queues[service_of(saved.effect)].drop(place)
        if alert_id := alert_of(saved.effect):
            ids = self._by_alert[alert_id]
            ids.remove(effect_id)
            if not ids:
                del self._by_alert[alert_id]
        if ended_at := done_at(saved):
            del self._ended[bisect_left(self._ended, (ended_at, effect_id))]

    def of_alert(self, alert_id: str) -> list[str]:
        """The effects of one alert in the order of their making."""
        places = [self._places[effect_id] for effect_id in self._by_alert.get(alert_id, ())]
        places.sort(key=lambda place: (place.saved.created_at, place.number))
        return [place.saved.id for place in places]

    def ended_before(self, at: datetime) -> list[str]:
        """The effects that came to an end before this machine time and need not be kept for a person."""
        return [effect_id for _, effect_id in self._ended[: bisect_left(self._ended, (at, ""))]]

    def queue(self, service: Service) -> ServiceQueue:
        """The queue of one service."""
        return self._queues[service]
