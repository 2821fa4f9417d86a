"""Use case: who people are: resolved to Slack ids at start and daily; whoever acts or is called is looked at hourly."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.calendar import BusinessCalendar
from bot.domain.errors import UserError
from bot.domain.policy import Policy
from bot.domain.roster import Roster
from bot.domain.rotation import Rotation
from bot.domain.rules import RotationRules, Rules
from bot.i18n import language_of
from bot.ports import Clock, PeopleSource, Person, Refused, Store, TryLater
from bot.services.roster import roster_of

log = logging.getLogger(__name__)

CHECKED_FOR = timedelta(days=1)
"""How long what Slack said of a person is believed (design, section 7: users.info once a day per person)."""
CALLED_CHECKED_FOR = timedelta(hours=1)
"""The same of someone who acts, or is called next; ours. A dozen people an hour; users.info takes a hundred a minute:
https://docs.slack.dev/apis/web-api/rate-limits
"""
SILENT_FOR = timedelta(minutes=1)
"""Ours: after a call without an answer the last known is believed so long, so that nobody waits at each press."""

TEAM = "team_id"
"""Under this name the store keeps the workspace that the bot belongs to."""


class People:
    """Knows the workspace's people through the store, and asks Slack when it must. Thread-safe."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        source: PeopleSource,
        rules: Callable[[], Rules],
        calendar: Callable[[], BusinessCalendar],
    ) -> None:
        self._store = store
        self._clock = clock
        self._source = source
        self._rules = rules
        self._calendar = calendar
        self._lock = threading.Lock()
        self._policy: Policy | None = None
        self._generation = 0
        self._silent_until: datetime | None = None
        self._strangers: frozenset[str] = frozenset()
        """Whom Slack, asked last, did not know."""
        self.unresolved: tuple[str, ...] = ()
        """People named in `rules.yaml` whom Slack does not know, or has not told of yet."""

    def policy(self) -> Policy:
        """The team's policy with people as ids; what could not be resolved is left out until it can.

        Also asked within a change of the store, so it is made without a lock in hand: whoever makes one asks the store.
        """
        with self._lock:
            policy, generation = self._policy, self._generation
        if policy is not None:
            return policy
        made = self._make_policy()
        with self._lock:
            if generation == self._generation:
                self._policy = made
        return made

    def forget_policy(self) -> None:
        """Rules or people have changed: the next question makes the policy anew."""
        with self._lock:
            self._policy = None
            self._generation += 1

    def refresh(self) -> None:
        """Ask Slack about everybody named in the rules whose entry is older than a day. Never raises."""
        rules = self._rules()
        strangers = set(self._strangers)
        for named in (*rules.rotation.everybody, *rules.people.guests):
            try:
                is_known = self._look_up(named)
            except (TryLater, Refused) as silent:
                log.warning("Slack did not say who someone is", extra={"why": str(silent)})
                break
            (strangers.discard if is_known else strangers.add)(named)
        self._strangers = frozenset(strangers)
        self.forget_policy()
        self.policy()

    def look_again(self, user_ids: Iterable[str]) -> bool:
        """Ask Slack about those of them whose entry is older than an hour. Never raises.

        Returns whether one takes turns now who did not before, or the other way round.
        """
        before = {user_id: known for user_id in user_ids if (known := self._store.person(user_id))}
        after = {user_id: self.person(user_id) for user_id in before}
        return any(self._serves(before[each]) != self._serves(after[each]) for each in before)

    def person(self, user_id: str) -> Person:
        """What is known of a person, asked anew after an hour; without an answer the last known is believed."""
        known = self._store.person(user_id)
        if known is not None and (self._is_fresh(known, CALLED_CHECKED_FOR) or self._is_silent()):
            return known
        try:
            asked = self._source.by_id(user_id)
        except (TryLater, Refused) as silent:
            log.warning("Slack did not say who someone is", extra={"why": str(silent)})
            self._silent_until = self._clock.machine() + SILENT_FOR
            return known or Person(user_id, user_id)
        if asked is None:
            if known is None:
                return Person(user_id, user_id, is_active=False)
            asked = replace(known, is_active=False, checked_at=self._clock.machine())
        self._keep(asked)
        if known is not None and self._serves(known) != self._serves(asked):
            self.forget_policy()
        return asked

    def member(self, user_id: str, team_id: str | None) -> Person:
        """The person who acts, if they may: a full and active member of this workspace, or a guest named in the rules.

        Raises UserError otherwise, and when Slack cannot be asked about someone never seen before.
        """
        home = self._store.value(TEAM)
        if home and team_id and team_id != home:
            raise UserError("error.refused")
        person = self.person(user_id)
        if person.checked_at is None and person.is_active:
            raise UserError("error.cannot_check")
        if not self._serves(person) or (home and person.team_id and person.team_id != home):
            raise UserError("error.refused")
        return person

    def name_of(self, user_id: str) -> str:
        """The name that others know a person by, from what is stored; never asks Slack."""
        known = self._store.person(user_id)
        return known.name if known else user_id

    def language_of(self, user_id: str) -> str | None:
        """The person's own language where we have one for them, from what is stored."""
        known = self._store.person(user_id)
        return language_of(known.locale) if known else None

    def email_of(self, user_id: str) -> str | None:
        """The person's address in Slack, from what is stored."""
        known = self._store.person(user_id)
        return known.email if known else None

    def _is_fresh(self, person: Person, believed_for: timedelta = CHECKED_FOR) -> bool:
        checked = person.checked_at
        return checked is not None and self._clock.machine() - checked < believed_for

    def _is_silent(self) -> bool:
        return self._silent_until is not None and self._clock.machine() < self._silent_until

    def _serves(self, person: Person) -> bool:
        """Whether this person may act here, and so take a turn: an active member, or a guest named in the rules."""
        if not person.is_active or person.is_bot:
            return False
        return not person.is_guest or person.user_id in self._ids(self._rules().people.guests)

    def _keep(self, person: Person) -> None:
        with self._store.change() as change:
            change.save_person(person)

    def _look_up(self, named: str) -> bool:
        """Ask Slack where what is stored is no longer believed. Returns whether there is such a person."""
        known = self._stored(named)
        if known is not None and self._is_fresh(known):
            return True
        if known is not None:
            asked = self._source.by_id(known.user_id)  # an address no longer finds someone who has left
        else:
            asked = self._source.by_email(named) if "@" in named else self._source.by_id(named)
        if asked is not None:
            self._keep(asked)
        return asked is not None or known is not None

    def _stored(self, named: str) -> Person | None:
        if "@" not in named:
            return self._store.person(named)
        wanted = named.lower()
        return next((p for p in self._store.people() if (p.email or "").lower() == wanted), None)

    def _ids(self, named: Iterable[str]) -> tuple[str, ...]:
        """Names from the rules as ids. An id is believed until Slack says that there is no such person; an address
        cannot be.
        """
        ids: list[str] = []
        for name in named:
            person = self._stored(name)
            if person is not None:
                ids.append(person.user_id)
            elif "@" not in name and name not in self._strangers:
                ids.append(name)
        return tuple(ids)

    def _make_policy(self) -> Policy:
        rules = self._rules()
        named = (*rules.rotation.everybody, *rules.people.guests)
        self.unresolved = tuple(name for name in named if self._stored(name) is None)
        roster = roster_of(self._store)
        return Policy(
            rules,
            self._calendar(),
            self._rotation(rules.rotation),
            absent=partial(self._is_away, roster),
            swaps=roster.taken,
        )

    def _rotation(self, rules: RotationRules) -> Rotation:
        return Rotation(
            weekdays={day: self._ids(people) for day, people in rules.weekdays.items()},
            backup=self._ids(rules.backup),
            after_hours=self._ids(rules.after_hours),
            team=self._ids(rules.team) or self._ids(rules.everybody),
        )

    def _is_away(self, roster: Roster, user_id: str, day: date) -> bool:
        """Someone who may not act here takes no duty, nor does someone who has said to be away."""
        known = self._store.person(user_id)
        return roster.is_away(user_id, day) or (known is not None and not self._serves(known))
