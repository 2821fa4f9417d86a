"""Who people are, and the policy made of them: asked from several threads, also from within a change of the store."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.config.calendar import make_calendar
from bot.ports import PeopleSource, Person, TryLater
from bot.services.people import People
from bot.stores.memory import MemoryStore
from tests.builders import the_rules
from tests.fakes import FakeClock


class NobodyKnown:
    """A Slack that knows nobody."""

    def by_id(self, user_id: str) -> Person | None:
        return None

    def by_email(self, email: str) -> Person | None:
        return None


class Silent(NobodyKnown):
    """A Slack that does not answer."""

    def by_id(self, user_id: str) -> Person | None:
        raise TryLater("Slack does not answer")


class HeldStore(MemoryStore):
    """Lets a test stop whoever asks for people."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def people(self) -> list[Person]:
        if threading.current_thread().name == "maker":
            self.reached.set()
            assert self.go_on.wait(5)
        return super().people()


def the_people(store: MemoryStore, source: PeopleSource | None = None) -> People:
    rules = the_rules()
    return People(store, FakeClock(), source or NobodyKnown(), lambda: rules, lambda: make_calendar(rules))


def test_a_policy_in_the_making_holds_up_nobody_who_asks_for_one_within_a_change() -> None:
    store = HeldStore()
    people, done = the_people(store), threading.Event()
    maker = threading.Thread(target=people.policy, name="maker", daemon=True)
    maker.start()
    assert store.reached.wait(5)

    def receive() -> None:
        with store.change():
            people.policy()
        done.set()

    threading.Thread(target=receive, daemon=True).start()

    assert done.wait(2), "the change and the policy wait for each other"
    store.go_on.set()
    maker.join(5)


def test_a_policy_made_of_what_was_known_before_is_not_kept() -> None:
    store = HeldStore()
    people = the_people(store)
    maker = threading.Thread(target=people.policy, name="maker", daemon=True)
    maker.start()
    assert store.reached.wait(5)

    with store.change() as change:
        change.save_person(Person("U0AIKO", "Aiko", email="aiko@acme-kyc.example"))
    people.forget_policy()
    store.go_on.set()
    maker.join(5)

    assert "U0AIKO" in people.policy().rotation.weekdays[0]


@pytest.mark.parametrize(("source", "is_asked"), [(NobodyKnown(), False), (Silent(), True)])
def test_an_id_that_slack_does_not_know_serves_no_turn_and_one_not_asked_about_yet_does(
    source: PeopleSource, is_asked: bool
) -> None:
    rules = replace(the_rules(), rotation=replace(the_rules().rotation, monday=("U0TYPO",)))
    store = MemoryStore()
    people = People(store, FakeClock(), source, lambda: rules, lambda: make_calendar(rules))

    people.refresh()

    assert ("U0TYPO" in people.policy().rotation.people) is is_asked
    assert "U0TYPO" in people.unresolved
