"""What a suggestion says of how many and of a way out, and of what is counted live."""

from __future__ import annotations

from bot.domain.impact import Affected, Impact
from bot.domain.match import Reason, ReasonKind
from bot.domain.rate import Live
from bot.domain.suggesting import suggest
from tests.builders import facts_of_a, some_facts, the_rules


def reasons(live: Live) -> tuple[Reason, ...]:
    return suggest(the_rules(), some_facts().features, live).because


def test_the_answers_of_the_rule_that_sets_the_level_are_suggested_each_with_its_reason() -> None:
    double_submit = suggest(the_rules(), facts_of_a().features)

    assert (double_submit.level, double_submit.affected, double_submit.workaround) == (
        Impact.SMALL,
        Affected.FEW,
        True,
    )
    assert Reason(ReasonKind.AFFECTED, "double-submit", value="few") in double_submit.because
    assert Reason(ReasonKind.WORKAROUND, "double-submit", value="yes") in double_submit.because


def test_a_rule_that_sets_no_level_suggests_no_answers() -> None:
    found = suggest(the_rules(), some_facts(transaction="/review/list", culprit=None).features)

    assert (found.step, found.level, found.affected, found.workaround) == ("check", None, None, None)


def test_what_is_counted_is_said_beside_and_changes_no_level() -> None:
    quiet, loud = (suggest(the_rules(), some_facts().features, live) for live in (Live(), Live(900, 40, 30)))

    assert (loud.step, loud.level, loud.row) == (quiet.step, quiet.level, quiet.row)
    assert loud.because[len(quiet.because) :] == (
        Reason(ReasonKind.EVENTS, "", value="900"),
        Reason(ReasonKind.USERS, "", value="40"),
        Reason(ReasonKind.RATE, "", value="30"),
    )


def test_an_unknown_number_is_no_reason_and_neither_is_a_user_count_of_none() -> None:
    assert reasons(Live(events=3, users=0)) == (*reasons(Live()), Reason(ReasonKind.EVENTS, "", value="3"))
    assert reasons(Live(users=None, times=2)) == reasons(Live())
