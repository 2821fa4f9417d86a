"""A person judges: durable at once, in the log once, and what an older act still wanted of Sentry is dropped."""

from __future__ import annotations

import pytest

from bot.domain.decision import Answers, Verdict
from bot.domain.effects import EffectState, SetStatus
from bot.domain.errors import UserError
from bot.domain.likeness import Likeness, Twin
from bot.services.decide import AskFirst, decide, judge, pick_step, same_again
from bot.services.desk import Desk
from bot.services.incident import join_incident
from bot.services.likeness import tell_waiting
from bot.services.respond import add_note, extend, hand_over, respond
from tests.builders import BEN, an_alert, facts_of_a
from tests.services.desks import AIKO_ACTS, BEN_ACTS, a_desk, waiting

B, A = "6100000102-1", "6100000101-1"


@pytest.fixture
def desk() -> Desk:
    """A and B wait for their judgement."""
    made = a_desk()
    with made.change() as change:
        change.save(an_alert())
        change.save(an_alert(issue_id="6100000101", facts=facts_of_a()))
    return made


def statuses(desk: Desk, alert_id: str) -> list[tuple[str, EffectState]]:
    found = [e for e in desk.store.effects_of(alert_id) if isinstance(e.effect, SetStatus)]
    return [(e.effect.status, e.state) for e in found if isinstance(e.effect, SetStatus)]


def test_one_press_is_in_the_log_and_on_its_way_to_sentry(desk: Desk) -> None:
    alert = decide(desk, A, Verdict.SMALL, AIKO_ACTS)

    assert alert.decision is not None
    assert [e.by_name for e in desk.store.entries(issue_id="6100000101")] == ["Aiko Tanaka"]
    assert statuses(desk, A) == [("archive", EffectState.WAITING)]
    assert {"edit_card", "set_status", "write_note", "link_issue", "say"} <= set(waiting(desk))


def test_the_same_press_again_changes_nothing_and_another_persons_is_told_by_whom(desk: Desk) -> None:
    first = decide(desk, B, Verdict.MEDIUM, AIKO_ACTS)

    assert decide(desk, B, Verdict.MEDIUM, AIKO_ACTS) == first
    with pytest.raises(UserError) as told:
        decide(desk, B, Verdict.LARGE, BEN_ACTS)

    assert told.value.values["name"] == "Aiko Tanaka"
    assert len(desk.store.entries()) == 1


def test_a_doubtful_small_asks_first_and_saves_nothing(desk: Desk) -> None:
    with pytest.raises(AskFirst):
        decide(desk, B, Verdict.SMALL, AIKO_ACTS)
    assert desk.store.entries() == []
    assert waiting(desk) == []


def test_a_change_of_mind_drops_the_archive_that_was_not_delivered_yet(desk: Desk) -> None:
    small = decide(desk, A, Verdict.SMALL, AIKO_ACTS)
    assert small.decision
    judge(
        desk,
        A,
        Verdict.MEDIUM,
        BEN_ACTS,
        seen=small.decision.id,
        answers=Answers(step="submission"),
        reason="call taro@example.com",
    )

    assert statuses(desk, A) == [("archive", EffectState.DROPPED), ("reopen", EffectState.WAITING)]
    entries = desk.store.entries(issue_id="6100000101")
    assert [e.decision.verdict for e in entries if e.decision] == [Verdict.SMALL, Verdict.MEDIUM]
    assert entries[-1].decision
    assert "taro@example.com" not in entries[-1].decision.reason


def test_a_form_sent_twice_acts_once(desk: Desk) -> None:
    for _ in range(2):
        judge(desk, B, Verdict.MEDIUM, AIKO_ACTS, seen=None, answers=Answers(step="check"), once="V1")
        add_note(desk, B, "looked at it", AIKO_ACTS, once="V2")
        extend(desk, B, "the bank", AIKO_ACTS, once="V3")
    assert len(desk.store.entries(issue_id="6100000102")) == 3


def test_a_form_counts_once_for_each_alert_and_each_thing_that_it_was_sent_for(desk: Desk) -> None:
    for alert_id in (A, B):
        judge(desk, alert_id, Verdict.MEDIUM, AIKO_ACTS, seen=None, answers=Answers(), once="V1")
        add_note(desk, alert_id, "looked at it", AIKO_ACTS, once="V1")

    assert len(desk.store.entries()) == 4


def test_the_same_again_keeps_the_step_that_a_person_chose_and_asks_where_that_speaks_against_small() -> None:
    made = a_desk()
    twin = Twin(A, Likeness.SAME_CAUSE)
    with made.change() as change:
        change.save(an_alert(issue_id="6100000101", facts=facts_of_a()))
        change.save(an_alert(issue_id="6100000103", facts=facts_of_a(), twin=twin))
        change.save(an_alert(issue_id="6100000104", facts=facts_of_a(), twin=twin))
    decide(made, A, Verdict.SMALL, BEN_ACTS)

    taken_over = same_again(made, "6100000104-1", AIKO_ACTS)
    pick_step(made, "6100000103-1", "check", AIKO_ACTS)
    with pytest.raises(AskFirst):
        same_again(made, "6100000103-1", AIKO_ACTS)

    assert taken_over.decision and taken_over.decision.answers.step == "submission"
    asked = made.store.alert("6100000103-1")
    assert asked and (asked.decision, asked.step) == (None, "check")


def test_a_form_that_met_an_error_can_be_sent_again(desk: Desk) -> None:
    with pytest.raises(UserError):
        extend(desk, B, "too early", AIKO_ACTS, once="V3")
    decide(desk, B, Verdict.MEDIUM, AIKO_ACTS)
    extended = extend(desk, B, "now it fits", AIKO_ACTS, once="V3")
    assert extended.extensions == 1


def test_an_old_card_of_an_issue_that_came_back_decides_nothing(desk: Desk) -> None:
    with desk.change() as change:
        change.save(an_alert(round=2))
    with pytest.raises(UserError) as told:
        decide(desk, B, Verdict.LARGE, AIKO_ACTS)
    assert told.value.key == "error.newer_round"


@pytest.mark.parametrize("alert_id", ["", "9-9", "6100000102", "6100000102-1 "])
def test_an_alert_that_the_store_does_not_know_is_said_to_be_unknown(desk: Desk, alert_id: str) -> None:
    for act in (
        lambda: decide(desk, alert_id, Verdict.LARGE, AIKO_ACTS),
        lambda: pick_step(desk, alert_id, "check", AIKO_ACTS),
        lambda: add_note(desk, alert_id, "x", AIKO_ACTS),
        lambda: hand_over(desk, alert_id, BEN_ACTS, AIKO_ACTS),
    ):
        with pytest.raises(UserError) as told:
            act()
        assert told.value.key == "error.unknown_alert"


def test_responded_resolves_and_drops_what_else_waited_for_sentry(desk: Desk) -> None:
    decide(desk, B, Verdict.MEDIUM, AIKO_ACTS)
    assert "assign" in waiting(desk)

    respond(desk, B, AIKO_ACTS, done="repaired", all_done=True, told="yes", cases=3)

    assert "assign" not in waiting(desk)
    assert statuses(desk, B) == [("resolve", EffectState.WAITING)]


def test_handing_over_twice_leaves_one_assignment(desk: Desk) -> None:
    decide(desk, B, Verdict.MEDIUM, AIKO_ACTS)
    hand_over(desk, B, BEN_ACTS, AIKO_ACTS)
    assert waiting(desk).count("assign") == 1
    alert = desk.store.alert(B)
    assert alert
    assert alert.owner == BEN


def test_a_large_one_looked_at_again_is_told_to_what_was_part_of_it(desk: Desk) -> None:
    lead = decide(desk, A, Verdict.LARGE, AIKO_ACTS)
    join_incident(desk, B, A, BEN_ACTS)

    seen = lead.decision.id if lead.decision else None
    judge(desk, A, Verdict.MEDIUM, AIKO_ACTS, seen=seen, answers=Answers("submission"))

    told = [e.id for e in desk.store.effects_of(B) if "lead_withdrawn" in e.id]
    assert len(told) == 1


def test_in_a_storm_of_one_cause_each_waiting_card_is_offered_the_decision_once() -> None:
    desk = a_desk()
    with desk.change() as change:
        for number in range(5):
            change.save(an_alert(issue_id=f"61000002{number}0"))

    decide(desk, "6100000200-1", Verdict.MEDIUM, AIKO_ACTS)
    tell_waiting(desk)
    offered = [desk.store.alert(f"61000002{number}0-1") for number in range(1, 5)]
    decide(desk, "6100000210-1", Verdict.MEDIUM, AIKO_ACTS)
    tell_waiting(desk)
    tell_waiting(desk)

    assert {alert.twin.alert_id for alert in offered if alert and alert.twin} == {"6100000200-1"}
    assert [desk.store.alert(f"61000002{number}0-1") for number in range(2, 5)] == offered[1:]
