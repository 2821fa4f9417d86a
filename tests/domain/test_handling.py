"""A large impact is handled: who does what, what is ticked, when the next word is due, and nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState
from bot.domain.chasing import acted
from bot.domain.deciding import change, press
from bot.domain.decision import Verdict
from bot.domain.effects import Announce, Outcome, Revise, Say, effect_id
from bot.domain.errors import UserError
from bot.domain.handling import Doer, ask_word, draft_notice, give_word, take_role, tick
from bot.domain.incident import NEXT_WORD_AFTER, Happened, Incident, Role, Tick
from bot.domain.lines import ChannelUse, Line
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, a_choice, a_policy, an_alert

NOW = MONDAY_1140 + timedelta(minutes=5)
BY_BEN = Doer(BEN, "Ben Mori", NOW)


def large(**changes: object) -> Alert:
    """Declared by Aiko, whose alert it is."""
    return press(an_alert(**changes), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert


def incident(alert: Alert) -> Incident:
    assert alert.incident is not None
    return alert.incident


def happened(alert: Alert) -> list[str]:
    return [moment.what.value for moment in incident(alert).timeline]


def said(outcome: Outcome, line: Line) -> list[Say | Announce]:
    return [e for e in outcome.effects if isinstance(e, Say | Announce) and e.line is line]


def level(alert: Alert, verdict: Verdict, minutes: int = 10) -> Outcome:
    seen = alert.decision.id if alert.decision else None
    at = MONDAY_1140 + timedelta(minutes=minutes)
    return change(alert, a_choice(verdict, by=BEN, by_name="Ben Mori"), seen, at, a_policy())


def test_a_large_decision_begins_an_incident_with_its_message_and_the_next_word() -> None:
    alert = large()

    assert alert.leads_incident
    assert incident(alert).next_word_at == MONDAY_1140 + NEXT_WORD_AFTER
    assert happened(alert) == ["declared"]
    assert alert.decision
    assert incident(alert).message == effect_id(Say(alert.id, Line.LARGE, about=alert.decision.id))


@pytest.mark.parametrize("verdict", [Verdict.MEDIUM, Verdict.SMALL, Verdict.NOT_OURS])
def test_no_other_decision_begins_one(verdict: Verdict) -> None:
    choice = a_choice(verdict)

    assert change(an_alert(), choice, None, MONDAY_1140, a_policy()).alert.incident is None


def test_looked_at_again_ends_it_and_its_message_says_so() -> None:
    alert = take_role(large(), Role.LEAD, BEN, "Ben Mori", BY_BEN).alert

    outcome = level(alert, Verdict.MEDIUM)

    assert not incident(outcome.alert).is_open
    assert happened(outcome.alert)[-1] == "ended"
    assert [e.of for e in outcome.effects if isinstance(e, Revise)] == [incident(alert).message]
    with pytest.raises(UserError, match="incident_over"):
        tick(outcome.alert, Tick.REACH, BY_BEN)


def test_declared_again_it_goes_on_with_its_roles_in_a_new_message() -> None:
    alert = take_role(large(), Role.LEAD, BEN, "Ben Mori", BY_BEN).alert
    ended = level(alert, Verdict.MEDIUM, 10).alert

    again = level(ended, Verdict.LARGE, 20).alert

    assert incident(again).is_open
    assert incident(again).lead == BEN
    assert incident(again).message != incident(alert).message
    assert happened(again) == ["declared", "role", "ended", "declared"]


def test_what_was_restored_and_is_declared_again_begins_anew_with_its_people_and_an_open_checklist() -> None:
    alert = tick(take_role(large(), Role.LEAD, BEN, "Ben Mori", BY_BEN).alert, Tick.REACH, BY_BEN).alert
    restored = replace(alert, incident=replace(incident(alert), restored_at=NOW))
    assert level(restored, Verdict.LARGE).alert.incident == restored.incident
    medium = level(restored, Verdict.MEDIUM, 10).alert
    assert medium.incident == restored.incident

    again = level(medium, Verdict.LARGE, 20).alert

    assert incident(again).is_open
    assert (incident(again).lead, incident(again).ticks) == (BEN, ())
    assert again.decision
    assert incident(again).message == effect_id(Say(again.id, Line.LARGE, about=again.decision.id))


def test_large_said_again_begins_nothing_anew() -> None:
    alert = large()

    assert level(alert, Verdict.LARGE).alert.incident == alert.incident


@pytest.mark.parametrize("role", Role)
def test_a_role_is_given_once_logged_and_mentions_who_was_chosen_by_another(role: Role) -> None:
    first = take_role(large(), role, CHIKA, "Chika Sato", BY_BEN)
    second = take_role(first.alert, role, CHIKA, "Chika Sato", BY_BEN)

    assert incident(first.alert).has(role) == CHIKA
    assert [line.mention for line in said(first, Line.ROLE)] == [(CHIKA,)]
    assert [(e.by_name, e.details["what"], e.details["about"]) for e in first.entries] == [
        ("Ben Mori", "role", role.value)
    ]
    assert (second.alert, second.effects, second.entries) == (first.alert, (), ())


def test_taking_a_role_oneself_rings_nobody() -> None:
    outcome = take_role(large(), Role.LEAD, BEN, "Ben Mori", BY_BEN)

    assert [line.mention for line in said(outcome, Line.ROLE)] == [()]


def test_lead_and_communicator_set_tick_the_second_point() -> None:
    led = take_role(large(), Role.LEAD, AIKO, "Aiko Tanaka", BY_BEN).alert
    both = take_role(led, Role.COMMUNICATOR, BEN, "Ben Mori", BY_BEN)

    assert incident(led).ticks == ()
    assert incident(both.alert).ticks == (Tick.ROLES,)
    assert [e.details["what"] for e in both.entries] == ["role", "ticked"]


@pytest.mark.parametrize("point", Tick)
def test_a_point_is_ticked_once_with_who_and_when(point: Tick) -> None:
    first = tick(large(), point, BY_BEN)
    second = tick(first.alert, point, Doer(CHIKA, "Chika Sato", NOW))

    moment = incident(first.alert).ticked(point)
    assert moment and (moment.by_name, moment.at) == ("Ben Mori", NOW)
    assert (second.alert, second.effects, second.entries) == (first.alert, (), ())


def test_a_word_is_said_in_the_thread_and_to_support_and_promises_the_next() -> None:
    waiting = replace(large(), incident=replace(incident(large()), word_asks=3, word_asked_at=NOW))

    outcome = give_word(waiting, "half of it works", BY_BEN, a_policy())

    assert len(said(outcome, Line.WORD)) == 1
    [support] = said(outcome, Line.SUPPORT_WORD)
    assert isinstance(support, Announce) and support.channel == ChannelUse.SUPPORT
    now = incident(outcome.alert)
    assert (now.next_word_at, now.word_asks, now.word_asked_at) == (NOW + NEXT_WORD_AFTER, 0, None)


def test_nothing_is_said_without_words() -> None:
    with pytest.raises(UserError, match="empty_note"):
        give_word(large(), "  ", BY_BEN, a_policy())
    with pytest.raises(UserError, match="empty_notice"):
        draft_notice(large(), {"en": " ", "ja": ""}, BY_BEN)


def test_a_draft_for_customers_goes_to_support_and_nowhere_else() -> None:
    outcome = draft_notice(large(), {"en": "We apologise."}, BY_BEN)

    [draft] = [e for e in outcome.effects if not isinstance(e, Revise)]
    assert isinstance(draft, Announce)
    assert (draft.line, draft.channel) == (Line.NOTICE, ChannelUse.SUPPORT)
    assert draft.values == {"en": "We apologise.", "name": "Ben Mori"}
    assert happened(outcome.alert)[-1] == "notice"


def asks(alert: Alert, minutes: float) -> tuple[Alert, list[Say | Announce]]:
    outcome = ask_word(alert, MONDAY_1140 + timedelta(minutes=minutes), a_policy())
    return outcome.alert, said(outcome, Line.WORD_DUE)


def test_the_next_word_is_asked_for_when_due_and_once_an_interval_whatever_the_hour() -> None:
    alert = large()
    asked: list[float] = []
    for minute in range(8 * 60):
        alert, lines = asks(alert, minute)
        asked += [minute] * len(lines)

    # large_nudge is 15 minutes: four times, then each hour; 19:40 is after the close of business.
    assert asked == [30, 45, 60, 75, 135, 195, 255, 315, 375, 435]


@pytest.mark.parametrize(
    ("roles", "whom"),
    [
        ({}, AIKO),
        ({"lead": BEN}, BEN),
        ({"lead": BEN, "communicator": CHIKA}, CHIKA),
        ({"communicator": CHIKA}, CHIKA),
    ],
)
def test_the_communicator_is_asked_else_the_lead_else_the_owner(roles: dict[str, str], whom: str) -> None:
    alert = large()
    alert = replace(alert, incident=replace(incident(alert), **roles))

    assert [line.mention for line in asks(alert, 31)[1]] == [(whom,)]


def test_nobody_is_asked_for_a_word_before_somebody_knows_or_after_it_is_over() -> None:
    unknown = replace(large(), acknowledged_at=None)
    over = level(large(), Verdict.MEDIUM).alert
    closed = replace(large(), state=AlertState.CLOSED)

    assert [asks(alert, 60)[1] for alert in (unknown, over, closed)] == [[], [], []]


def test_the_buttons_of_the_question_go_once_somebody_acts() -> None:
    waiting, _ = asks(large(), 31)
    assert waiting.last_call is not None

    given = acted(give_word(waiting, "soon", BY_BEN, a_policy()), BEN, NOW)

    assert given.alert.last_call is None
    assert Line.CLEARED in [e.line for e in given.effects if isinstance(e, Revise)]


def test_the_timeline_keeps_what_happened_in_order() -> None:
    alert = tick(large(), Tick.REACH, BY_BEN).alert
    alert = give_word(alert, "soon", BY_BEN, a_policy()).alert

    assert [m.what for m in incident(alert).timeline] == [Happened.DECLARED, Happened.TICKED, Happened.WORD]


def test_support_hears_that_what_it_heard_of_is_large_no_more_and_of_nothing_else() -> None:
    [told] = said(level(large(), Verdict.MEDIUM), Line.SUPPORT_CHANGED)
    assert isinstance(told, Announce)
    assert (told.channel, told.values["level"], told.mention) == (ChannelUse.SUPPORT, "medium", ())

    medium = press(an_alert(), a_choice(Verdict.MEDIUM), MONDAY_1140, a_policy()).alert
    assert not said(level(medium, Verdict.SMALL), Line.SUPPORT_CHANGED)
    assert not said(level(large(), Verdict.LARGE), Line.SUPPORT_CHANGED)
