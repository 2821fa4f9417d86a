"""The guide is made of the policy and the store; asking out of the form happens once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.decision import Answers, Verdict
from bot.domain.impact import Affected, Impact
from bot.domain.lines import Line
from bot.services.consult import ask_about
from bot.services.decide import judge
from bot.services.desk import Desk
from bot.services.guide import guide
from tests.builders import an_alert
from tests.fakes import FakeClock
from tests.services.desks import AIKO_ACTS, BEN_ACTS, a_desk

FEW_YES = Answers("submission", Affected.FEW, True)


def desk_with_two(clock: FakeClock | None = None) -> Desk:
    """A judged Small with a reason, B open."""
    desk = a_desk(clock=clock)
    with desk.store.change() as change:
        change.save(an_alert(issue_id="1", short_id="KYC-API-1A"))
        change.save(an_alert(issue_id="2"))
    judge(desk, "1-1", Verdict.SMALL, AIKO_ACTS, seen=None, answers=FEW_YES, reason="user sent again")
    return desk


def test_the_newest_decision_of_another_issue_is_the_example_of_its_answers() -> None:
    desk = desk_with_two()

    made = guide(desk, an_alert(issue_id="2"), Answers("submission", Affected.FEW))

    assert made.of_step
    assert (made.of_step.name, made.of_step.reason) == ("KYC-API-1A", "user sent again")
    assert made.of_affected == {Affected.FEW: made.of_step}
    assert made.of_workaround == {True: made.of_step}
    assert made.workaround == {True: (Impact.SMALL,), False: (Impact.MEDIUM,)}


def test_an_issue_s_own_past_is_no_example_for_it() -> None:
    desk = desk_with_two()

    made = guide(desk, an_alert(issue_id="1", round=2), FEW_YES)

    assert (made.of_step, made.of_affected, made.of_workaround) == (None, {}, {})


def test_asking_twice_out_of_one_form_asks_once() -> None:
    clock = FakeClock()
    desk = desk_with_two(clock)

    for _ in range(2):
        ask_about(desk, "2-1", BEN_ACTS, "So far: a few.", once="V1")
        clock.advance(timedelta(seconds=1))
    ask_about(desk, "2-1", BEN_ACTS, "more words", once="V2")

    lines = [saved.effect.line for saved in desk.store.effects_of("2-1") if hasattr(saved.effect, "line")]
    assert lines.count(Line.CONSULTATION) == 1
    assert lines.count(Line.CONSULTATION_WORDS) == 1
