"""Which earlier alert a new one is taken for, and what the guard asks because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState, Source
from bot.domain.deciding import decide, press
from bot.domain.decision import Answers, Decision, Verdict
from bot.domain.effects import Say
from bot.domain.guard import AskFirst, Doubt
from bot.domain.impact import Affected
from bot.domain.likeness import Feature, Likeness
from bot.domain.lines import Line
from bot.domain.twin import last_verdict, may_have_twin, with_twin
from tests.builders import MONDAY_1140, a_choice, a_policy, an_alert, facts_of_a, some_facts

HOUR = timedelta(hours=1)


def decided(
    alert: Alert, verdict: Verdict = Verdict.SMALL, reason: str = "double submit, sent again"
) -> Alert:
    answers = Answers("submission", Affected.FEW, workaround=verdict is Verdict.SMALL)
    decision = Decision(
        f"{alert.id}.1", verdict, answers, None, reason, "U0BEN", "Ben Mori", MONDAY_1140 - HOUR
    )
    return replace(alert, decision=decision, state=AlertState(verdict.value))


def a_of_the_pair(issue: str = "6100000101", **changes: object) -> Alert:
    known = {"facts": facts_of_a(), "short_id": "KYC-API-1A", "arrived_at": MONDAY_1140 - HOUR}
    return an_alert(issue_id=issue, **{**known, **changes})


def b_again(issue: str = "6100000103", **changes: object) -> Alert:
    """The same cause as B, in another issue, an hour before: other line, other release."""
    facts = some_facts(release="kyc-api@2026.10.01", event_id="c" * 32)
    known = {"facts": facts, "short_id": "KYC-API-1C", "arrived_at": MONDAY_1140 - HOUR}
    return an_alert(issue_id=issue, **{**known, **changes})


def test_b_is_taken_for_a_and_the_card_can_say_what_differs() -> None:
    b = with_twin(an_alert(), [decided(a_of_the_pair())], a_policy())

    assert b.twin and b.twin.alert_id == "6100000101-1"
    assert b.twin.likeness is Likeness.LOOK_ALIKE
    assert {Feature.STEP, Feature.TRANSACTION, Feature.PLACE} <= {each.feature for each in b.twin.differs}


def test_a_decided_alert_of_the_same_cause_comes_before_any_look_alike() -> None:
    b = with_twin(an_alert(), [decided(a_of_the_pair()), decided(b_again(), Verdict.MEDIUM)], a_policy())

    assert b.twin and b.twin.alert_id == "6100000103-1"
    assert b.twin.likeness is Likeness.SAME_CAUSE


def test_a_decided_look_alike_comes_before_one_of_the_same_cause_that_waits() -> None:
    b = with_twin(an_alert(), [b_again(), decided(a_of_the_pair())], a_policy())

    assert b.twin and b.twin.alert_id == "6100000101-1"


def test_a_look_alike_that_waits_is_named_too() -> None:
    b = with_twin(an_alert(), [a_of_the_pair()], a_policy())

    assert b.twin and b.twin.likeness is Likeness.LOOK_ALIKE


def test_what_came_later_or_was_made_by_hand_or_is_the_alert_itself_is_no_twin() -> None:
    later = decided(a_of_the_pair(arrived_at=MONDAY_1140 + HOUR))
    by_hand = decided(a_of_the_pair("p1", source=Source.PERSON))

    assert with_twin(an_alert(), [later, by_hand, an_alert()], a_policy()).twin is None


def test_nothing_is_sought_for_what_is_judged_or_made_by_hand() -> None:
    assert may_have_twin(an_alert())
    assert not may_have_twin(decided(an_alert()))
    assert not may_have_twin(an_alert(source=Source.PERSON))


@pytest.mark.parametrize("verdict", [Verdict.SMALL, Verdict.MEDIUM, Verdict.LARGE])
def test_small_on_a_look_alike_is_asked_about_whatever_the_earlier_one_was(verdict: Verdict) -> None:
    earlier = decided(b_again(), verdict)
    a = with_twin(a_of_the_pair("9", arrived_at=MONDAY_1140), [earlier], a_policy())

    with pytest.raises(AskFirst) as asked:
        press(a, a_choice(Verdict.SMALL), MONDAY_1140, a_policy(), earlier)

    assert asked.value.doubt is Doubt.LOOK_ALIKE


@pytest.mark.parametrize("verdict", [Verdict.MEDIUM, Verdict.LARGE])
def test_medium_and_large_on_a_look_alike_take_effect_at_once(verdict: Verdict) -> None:
    earlier = decided(a_of_the_pair())
    b = with_twin(an_alert(), [earlier], a_policy())

    outcome = press(b, a_choice(verdict), MONDAY_1140, a_policy(), earlier)

    assert outcome.alert.state.value == verdict.value


def test_small_where_the_same_cause_was_medium_is_asked_about() -> None:
    earlier = decided(a_of_the_pair(), Verdict.MEDIUM)
    again = with_twin(a_of_the_pair("9", arrived_at=MONDAY_1140), [earlier], a_policy())

    with pytest.raises(AskFirst) as asked:
        press(again, a_choice(Verdict.SMALL), MONDAY_1140, a_policy(), earlier)

    assert asked.value.doubt is Doubt.LAST_TIME


def test_small_again_for_the_same_cause_is_one_press() -> None:
    earlier = decided(a_of_the_pair())
    again = with_twin(a_of_the_pair("9", arrived_at=MONDAY_1140), [earlier], a_policy())

    assert last_verdict(again, earlier) is Verdict.SMALL
    assert (
        press(again, a_choice(Verdict.SMALL), MONDAY_1140, a_policy(), earlier).alert.state
        is AlertState.SMALL
    )


def said(outcome_lines: tuple[object, ...]) -> list[Line]:
    return [effect.line for effect in outcome_lines if isinstance(effect, Say)]


def test_another_level_than_last_time_asks_once_in_the_thread_what_is_different() -> None:
    earlier = decided(a_of_the_pair())
    again = with_twin(a_of_the_pair("9", arrived_at=MONDAY_1140), [earlier], a_policy())

    first = press(again, a_choice(Verdict.MEDIUM), MONDAY_1140, a_policy(), earlier)
    second = decide(first.alert, a_choice(Verdict.LARGE), MONDAY_1140 + HOUR, a_policy(), earlier)

    assert Line.AGAINST_LAST in said(first.effects)
    assert Line.AGAINST_LAST not in said(second.effects)


@pytest.mark.parametrize("given", [{"reason": "all of them fail today"}, {"doubt": "look_alike"}])
def test_who_has_said_why_is_not_asked_again(given: dict[str, str]) -> None:
    earlier = decided(a_of_the_pair())
    again = with_twin(a_of_the_pair("9", arrived_at=MONDAY_1140), [earlier], a_policy())

    outcome = press(again, a_choice(Verdict.MEDIUM, **given), MONDAY_1140, a_policy(), earlier)

    assert Line.AGAINST_LAST not in said(outcome.effects)
    assert outcome.alert.decision and outcome.alert.decision.doubt == given.get("doubt", "")
