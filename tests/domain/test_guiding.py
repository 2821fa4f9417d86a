"""Where each answer of the form leads, by the shipped matrix, and which decisions teach."""

from __future__ import annotations

import pytest

from bot.domain.decision import Answers
from bot.domain.guiding import leads, teaches
from bot.domain.impact import Affected, Impact
from tests.builders import a_policy

LARGE, MEDIUM, SMALL = (Impact.LARGE,), (Impact.MEDIUM,), (Impact.SMALL,)
EITHER = (Impact.MEDIUM, Impact.SMALL)


@pytest.mark.parametrize(
    ("answers", "of_few", "of_yes", "of_no"),
    [
        (Answers("submission"), EITHER, (Impact.LARGE, Impact.SMALL), (Impact.LARGE, Impact.MEDIUM)),
        (Answers("submission", Affected.FEW), EITHER, SMALL, MEDIUM),
        (Answers("submission", Affected.ALL), EITHER, LARGE, LARGE),
        (
            Answers("submission", workaround=True),
            SMALL,
            (Impact.LARGE, Impact.SMALL),
            (Impact.LARGE, Impact.MEDIUM),
        ),
        (Answers("check", Affected.FEW), MEDIUM, MEDIUM, MEDIUM),
        (Answers("whole", Affected.FEW), MEDIUM, MEDIUM, MEDIUM),
        (Answers(None, Affected.FEW), EITHER, EITHER, MEDIUM),
        (Answers("unsure", Affected.FEW), EITHER, EITHER, MEDIUM),
    ],
)
def test_an_answer_leads_where_the_matrix_says_for_the_answers_so_far(
    answers: Answers, of_few: tuple[Impact, ...], of_yes: tuple[Impact, ...], of_no: tuple[Impact, ...]
) -> None:
    affected, workaround = leads(answers, a_policy())

    assert affected == {Affected.ALL: LARGE, Affected.FEW: of_few}
    assert workaround == {True: of_yes, False: of_no}


def test_outside_the_journey_no_answer_leads_anywhere() -> None:
    assert leads(Answers("outside", Affected.FEW, True), a_policy()) == ({}, {})


@pytest.mark.parametrize(
    ("answers", "row", "reason", "says_enough"),
    [
        (Answers("check"), "any/few/no", "by hand", True),
        (Answers("check"), None, "against the matrix", False),
        (Answers("check"), "any/few/no", " ", False),
        (Answers(), "any/few/no", "by hand", False),
    ],
)
def test_only_a_decision_with_reason_step_and_row_teaches(
    answers: Answers, row: str | None, reason: str, says_enough: bool
) -> None:
    assert teaches(answers, row, reason) is says_enough
