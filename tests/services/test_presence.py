"""Whoever is called next is looked at once an hour: what is with someone who has left goes to who is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.calendar import make_calendar
from bot.domain.alert import Suspicion
from bot.domain.effects import Announce, Effect, Revise, Say, Service
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.ports import Person, TryLater
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.presence import see_who_is_there, those_called
from bot.services.rotation import ping
from bot.stores.memory import MemoryStore
from tests.builders import AIKO, BEN, CHIKA, DAN, an_alert, the_rules
from tests.fakes import FakeClock

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Directory:
    """A Slack that knows some people, and remembers about whom it was asked."""

    def __init__(self, clock: FakeClock) -> None:
        self.people = {each: Person(each, each.title()) for each in (AIKO, BEN, CHIKA, DAN)}
        self.asked: list[str] = []
        self.is_silent = False
        self._clock = clock

    def change(self, user_id: str, *, is_active: bool = True, is_guest: bool = False) -> None:
        self.people[user_id] = replace(self.people[user_id], is_active=is_active, is_guest=is_guest)

    def by_id(self, user_id: str) -> Person | None:
        self.asked.append(user_id)
        if self.is_silent:
            raise TryLater("Slack does not answer")
        found = self.people.get(user_id)
        return replace(found, checked_at=self._clock.machine()) if found else None

    def by_email(self, email: str) -> Person | None:
        return None


class Office:
    """A desk whose people are asked of a Slack: Monday 11:40, Aiko on duty, Ben beside her, Chika at night."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.slack = Directory(self.clock)
        self.store = MemoryStore()
        shipped = the_rules()
        days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), (AIKO, BEN))
        rota = replace(shipped.rotation, **days, backup=(BEN,), after_hours=(CHIKA,), team=(DAN,))
        rules = replace(shipped, rotation=rota)
        self.people = People(self.store, self.clock, self.slack, lambda: rules, lambda: make_calendar(rules))
        self.desk = Desk(
            self.store,
            self.clock,
            self.people.policy,
            wake=lambda: None,
            refresh_policy=self.people.forget_policy,
        )
        self.people.refresh()
        self.slack.asked.clear()

    def have(self, **changes: object) -> str:
        """An alert of Aiko's."""
        alert = an_alert(**({"owner": AIKO, "backups": (BEN,)} | changes))
        with self.store.change() as change:
            change.save(alert)
        return alert.id

    def owner(self, alert_id: str) -> str | None:
        alert = self.store.alert(alert_id)
        assert alert
        return alert.owner

    def effects(self) -> list[Effect]:
        at = self.clock.machine() + timedelta(days=9)
        return [saved.effect for saved in self.store.due(Service.SLACK, at, 1000)]

    def look(self) -> bool:
        return see_who_is_there(self.desk, self.people)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_guest": True}])
def test_what_someone_who_left_or_became_a_guest_has_open_moves_within_the_hour(
    change: dict[str, bool],
) -> None:
    office = Office()
    alert = office.have()
    ping(office.desk, "well")
    office.clock.advance(HOUR)
    office.slack.change(AIKO, **change)

    assert office.look()

    assert office.owner(alert) == BEN
    [said] = [e for e in office.effects() if isinstance(e, Say) and e.line is Line.OWNER_AWAY]
    assert (said.mention, said.values["why"]) == ((BEN,), "left")
    [revised] = [e for e in office.effects() if isinstance(e, Revise) and e.line is Line.PING]
    assert revised.mention == (BEN,)


def test_the_next_ping_calls_who_is_there() -> None:
    office = Office()
    office.clock.advance(timedelta(days=2))  # the holiday is over
    office.slack.change(AIKO, is_active=False)

    office.look()
    said = ping(office.desk, "well")

    assert isinstance(said, Announce)
    assert said.mention == (BEN,)


def test_nobody_is_asked_about_twice_within_the_hour_nor_anyone_who_is_not_called() -> None:
    office = Office()
    office.have()
    for _ in range(59):
        office.clock.advance(MINUTE)
        assert not office.look()
    assert office.slack.asked == []

    office.clock.advance(MINUTE)
    assert not office.look()
    assert not office.look()

    assert sorted(office.slack.asked) == [AIKO, BEN, CHIKA]


def test_while_something_large_waits_the_whole_team_is_looked_at() -> None:
    office = Office()
    assert DAN not in those_called(office.desk)
    office.have(suspicions=(Suspicion.OUTAGE,))
    assert DAN in those_called(office.desk)


def test_a_silent_slack_is_asked_once_a_minute_and_the_last_known_is_believed() -> None:
    office = Office()
    alert = office.have()
    office.clock.advance(HOUR)
    office.slack.is_silent = True

    assert not office.look()
    assert not office.look()
    assert len(office.slack.asked) == 1

    office.clock.advance(MINUTE)
    office.look()
    assert len(office.slack.asked) == 2
    assert office.owner(alert) == AIKO


def test_someone_whom_slack_does_not_know_any_more_takes_no_turn() -> None:
    office = Office()
    alert = office.have()
    office.clock.advance(HOUR)
    del office.slack.people[AIKO]

    assert office.look()

    assert office.owner(alert) == BEN


def test_a_guest_is_noticed_by_their_own_press_within_the_hour() -> None:
    office = Office()
    office.clock.advance(HOUR)
    office.slack.change(AIKO, is_guest=True)

    with pytest.raises(UserError) as told:
        office.people.member(AIKO, None)

    assert told.value.key == "error.refused"
    assert office.desk.policy().duty(office.clock.now()).responder == BEN
