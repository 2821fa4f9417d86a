"""Declared, handled, joined, restored, mended: durable, masked, and safe to press twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState, MessageRef, Source
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import Announce, EditCard, Effect, PostCard, Say
from bot.domain.entries import EntryKind
from bot.domain.errors import UserError
from bot.domain.incident import Role, Tick
from bot.domain.lines import Line
from bot.domain.restoring import Review
from bot.services import incident
from bot.services.chase import chase_all
from bot.services.decide import decide, judge
from bot.services.desk import Desk
from bot.services.home import home_of
from tests.builders import BEN, CHIKA, MONDAY_1140, an_alert
from tests.fakes import FakeClock
from tests.services.desks import AIKO_ACTS, BEN_ACTS, a_desk

PART = "6100000102-1"
REVIEW = Review("out, says taro@example.com", "a new one", "12", "yes", CHIKA, "Chika Sato")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(clock: FakeClock) -> Desk:
    return a_desk(clock=clock)


def declared(desk: Desk, words: str = "Callbacks fail", key: str = "V1") -> Alert:
    return incident.declare(desk, AIKO_ACTS, words=words, step="whole", link="", key=key)


def put(desk: Desk, **changes: object) -> None:
    """An alert of the storm, whose card stands."""
    with desk.change() as change:
        change.save(an_alert(card=MessageRef("C1", "1.1"), **changes))


def effects(desk: Desk, alert_id: str) -> list[Effect]:
    return [saved.effect for saved in desk.store.effects_of(alert_id)]


def said(desk: Desk, alert_id: str) -> list[Line]:
    return [e.line for e in effects(desk, alert_id) if isinstance(e, Say | Announce)]


def now(desk: Desk, alert_id: str) -> Alert:
    alert = desk.store.alert(alert_id)
    assert alert is not None
    return alert


def restored(desk: Desk, alert: Alert, once: str = "V9") -> Alert:
    return incident.end_restored(desk, alert.id, REVIEW, BEN_ACTS, once)


def test_what_a_person_declares_is_an_alert_that_is_large_at_once_and_masked(desk: Desk) -> None:
    alert = declared(desk, "Callbacks fail for taro@example.com")

    assert (alert.state, alert.source, alert.leads_incident) == (AlertState.LARGE, Source.PERSON, True)
    assert "taro" not in alert.facts.title
    assert any(isinstance(e, PostCard) for e in effects(desk, alert.id))
    assert {Line.DECLARED, Line.LARGE, Line.SUPPORT_TOLD} == set(said(desk, alert.id))
    assert [e.kind for e in desk.store.entries()] == [EntryKind.ARRIVED, EntryKind.DECIDED]


def test_the_same_form_sent_twice_declares_once(desk: Desk) -> None:
    first = declared(desk)
    led = incident.take(desk, first.id, BEN_ACTS)

    assert declared(desk) == led
    assert len(desk.store.alerts()) == 1
    assert [e.kind for e in desk.store.entries()].count(EntryKind.DECIDED) == 1


def test_a_declaration_without_words_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError, match="declare_empty"):
        declared(desk, "  ")


def test_words_longer_than_a_title_are_kept(desk: Desk) -> None:
    facts = declared(desk, "long " * 100).facts

    assert len(facts.title) == incident.TITLE_MOST
    assert facts.message == ("long " * 100).strip()


def test_each_act_of_the_incident_counts_once_and_whoever_acts_knows(desk: Desk) -> None:
    put(desk, owner=CHIKA, backups=())
    decide(desk, PART, Verdict.LARGE, AIKO_ACTS)
    assert now(desk, PART).acknowledged_at is None

    for _ in range(2):
        incident.give_role(desk, PART, Role.LEAD, BEN_ACTS, AIKO_ACTS)
        incident.tick_off(desk, PART, Tick.REACH, AIKO_ACTS)
        incident.say_word(desk, PART, "soon, says taro@example.com", AIKO_ACTS, "V2")
        incident.post_notice(desk, PART, {"en": "sorry, hanako@example.com"}, AIKO_ACTS, "V3")

    alert = now(desk, PART)
    assert alert.acknowledged_at is not None and alert.incident
    assert [m.what.value for m in alert.incident.timeline] == ["declared", "role", "ticked", "word", "notice"]
    kept = str(effects(desk, PART)) + str(desk.store.entries())
    assert "taro@" not in kept and "hanako@" not in kept


def test_i_will_take_it_leads_and_owns(desk: Desk) -> None:
    put(desk)
    decide(desk, PART, Verdict.LARGE, AIKO_ACTS)

    for _ in range(2):
        incident.take(desk, PART, BEN_ACTS)

    alert = now(desk, PART)
    assert alert.owner == BEN and alert.incident and alert.incident.lead == BEN
    assert said(desk, PART).count(Line.ROLE) == 1


def test_cards_that_stand_offer_the_incident_when_it_begins_and_not_when_it_ends(desk: Desk) -> None:
    put(desk)
    edits: list[int] = []
    lead = declared(desk)
    edits.append(sum(s.armed for s in desk.store.effects_of(PART) if isinstance(s.effect, EditCard)))
    before = len(effects(desk, PART))

    restored(desk, lead)

    edit = next(s for s in desk.store.effects_of(PART) if isinstance(s.effect, EditCard))
    assert (before, edit.armed > edits[0]) == (1, True)


def test_a_part_joins_once_is_restored_with_it_and_leaves_when_looked_at_again(desk: Desk) -> None:
    put(desk)
    put(desk, issue_id="77")
    lead = declared(desk)
    for alert_id in (PART, PART, "77-1"):
        incident.join_incident(desk, alert_id, lead.id, BEN_ACTS)
    counted = now(desk, lead.id).incident
    assert counted and counted.joined == (PART, "77-1")

    decision = now(desk, "77-1").decision
    assert decision
    judge(desk, "77-1", Verdict.MEDIUM, BEN_ACTS, seen=decision.id, answers=Answers("check"))
    counted = now(desk, lead.id).incident
    assert counted and counted.joined == (PART,)

    restored(desk, lead)
    states = [now(desk, alert_id).state for alert_id in (lead.id, PART, "77-1")]
    assert states == [AlertState.RESPONDED, AlertState.RESPONDED, AlertState.MEDIUM]


def test_the_fix_is_on_every_home_until_it_is_done(desk: Desk) -> None:
    lead = declared(desk)
    for _ in range(2):
        restored(desk, lead)
    assert [[a.id for a in home_of(desk, user).fixes] for user in (BEN, CHIKA)] == [[lead.id], [lead.id]]

    for _ in range(2):
        incident.end_fix(desk, lead.id, BEN_ACTS)

    assert home_of(desk, CHIKA).fixes == ()
    assert incident.fix_ids(desk.store) == []
    assert [e.kind for e in desk.store.entries()].count(EntryKind.RESTORED) == 1
    assert "taro@" not in str(desk.store.entries())


def test_the_next_word_is_asked_for_at_night(desk: Desk, clock: FakeClock) -> None:
    clock.at = MONDAY_1140 + timedelta(hours=14)
    lead = declared(desk)
    incident.take(desk, lead.id, BEN_ACTS)

    clock.advance(timedelta(minutes=31))
    for _ in range(3):
        chase_all(desk)

    assert said(desk, lead.id).count(Line.WORD_DUE) == 1
