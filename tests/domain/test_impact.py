"""The impact matrix: one row for each case, the shipped table, and the faults that a matrix can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.rules import load_rules
from bot.domain.impact import (
    Affected,
    Combination,
    Impact,
    Matrix,
    MatrixProblemKind,
    MatrixRow,
    combinations,
)
from bot.domain.journey import Journey, Step

SHIPPED = load_rules(Path(__file__).parents[2] / "rules.yaml")
ALL, FEW = Affected.ALL, Affected.FEW
LARGE, MEDIUM, SMALL = Impact.LARGE, Impact.MEDIUM, Impact.SMALL

TWO_STEPS = Journey((Step("submit", {}, "user"), Step("check", {}, "operator")))


def a_row(
    steps: str, affected: Affected, workaround: bool, impact: Impact, line: int | None = None
) -> MatrixRow:
    return MatrixRow(tuple(steps.split("+")), affected, workaround, impact, line)


def a_whole_matrix() -> tuple[MatrixRow, ...]:
    return (
        a_row("any+whole", ALL, False, LARGE, 1),
        a_row("any+whole", ALL, True, LARGE, 2),
        a_row("any+whole", FEW, False, MEDIUM, 3),
        a_row("any+whole", FEW, True, SMALL, 4),
    )


TABLE = """
request/all/no     large   any/all/no
request/all/yes    large   whole+any/all/yes
request/few/no     medium  any/few/no
request/few/yes    small   request+submission/few/yes
submission/all/no  large   any/all/no
submission/all/yes large   whole+any/all/yes
submission/few/no  medium  any/few/no
submission/few/yes small   request+submission/few/yes
check/all/no       large   any/all/no
check/all/yes      large   whole+any/all/yes
check/few/no       medium  any/few/no
check/few/yes      medium  check+result/few/yes
result/all/no      large   any/all/no
result/all/yes     large   whole+any/all/yes
result/few/no      medium  any/few/no
result/few/yes     medium  check+result/few/yes
whole/all/no       large   whole/all/no
whole/all/yes      large   whole+any/all/yes
whole/few/no       medium  whole/few/no
whole/few/yes      medium  whole/few/yes
"""


def test_the_shipped_matrix_answers_all_twenty_cases_as_the_table_says():
    told: list[list[str]] = []
    for case in combinations(SHIPPED.journey):
        row = SHIPPED.matrix.row_for(case.step, case.affected, case.workaround, SHIPPED.journey)
        assert row is not None
        told.append([case.key, row.impact, row.key])
        print(f"{case.key:20} {row.impact:7} {row.key}")

    assert told == [line.split() for line in TABLE.strip().splitlines()]
    assert len(told) == 20


def test_the_shipped_matrix_has_each_case_in_exactly_one_row():
    rows_by_case = {
        case.key: [row for row in SHIPPED.matrix.rows if row.covers(case, SHIPPED.journey)]
        for case in combinations(SHIPPED.journey)
    }

    assert {key: len(rows) for key, rows in rows_by_case.items() if len(rows) != 1} == {}
    assert SHIPPED.matrix.problems(SHIPPED.journey) == []


def test_the_two_alerts_that_looked_alike_get_different_levels():
    a = SHIPPED.matrix.row_for("submission", FEW, True, SHIPPED.journey)
    b = SHIPPED.matrix.row_for("check", FEW, False, SHIPPED.journey)

    assert a is not None and b is not None
    assert (a.impact, b.impact) == (SMALL, MEDIUM)


@pytest.mark.parametrize("step", ["outside", "unsure", "any", "nonsense", ""])
def test_a_step_that_is_none_of_the_journey_has_no_row(step: str):
    matrix, journey = SHIPPED.matrix, SHIPPED.journey

    assert all(
        matrix.row_for(step, affected, way, journey) is None for affected in Affected for way in (True, False)
    )
    assert all(matrix.rows_for_level(level, step, journey) == () for level in Impact)


@pytest.mark.parametrize(
    ("level", "step", "affected", "workaround", "keys"),
    [
        (SMALL, "submission", None, None, ["request+submission/few/yes"]),
        (SMALL, "check", None, None, []),
        (SMALL, "submission", None, False, []),
        (SMALL, "submission", ALL, None, []),
        (SMALL, None, None, None, ["request+submission/few/yes"]),
        (MEDIUM, "check", None, None, ["any/few/no", "check+result/few/yes"]),
        (MEDIUM, "check", None, False, ["any/few/no"]),
        (MEDIUM, "whole", None, None, ["whole/few/no", "whole/few/yes"]),
        (LARGE, "result", None, None, ["any/all/no", "whole+any/all/yes"]),
        (LARGE, "result", FEW, None, []),
    ],
)
def test_a_pressed_level_leaves_the_rows_that_contradict_nothing_said(
    level: Impact, step: str | None, affected: Affected | None, workaround: bool | None, keys: list[str]
):
    rows = SHIPPED.matrix.rows_for_level(level, step, SHIPPED.journey, affected, workaround)

    assert [row.key for row in rows] == keys


def test_cases_come_in_the_order_of_the_journey_with_the_whole_chain_last():
    assert [case.key for case in combinations(TWO_STEPS)] == [
        *("submit/all/no", "submit/all/yes", "submit/few/no", "submit/few/yes"),
        *("check/all/no", "check/all/yes", "check/few/no", "check/few/yes"),
        *("whole/all/no", "whole/all/yes", "whole/few/no", "whole/few/yes"),
    ]


def test_a_case_without_a_row_is_a_gap():
    matrix = Matrix((*a_whole_matrix()[:3], a_row("any", FEW, True, SMALL, 4)))

    (problem,) = matrix.problems(TWO_STEPS)

    assert problem.kind is MatrixProblemKind.GAP
    assert problem.combinations == (Combination("whole", FEW, True),)
    assert problem.lines == ()


def test_cases_with_two_rows_are_one_overlap_that_names_both_lines():
    matrix = Matrix((*a_whole_matrix()[:3], a_row("submit+check+whole", FEW, True, SMALL, 4)))
    overlapping = Matrix((a_row("check", FEW, True, MEDIUM, 9), *matrix.rows))

    (problem,) = overlapping.problems(TWO_STEPS)

    assert problem.kind is MatrixProblemKind.OVERLAP
    assert problem.combinations == (Combination("check", FEW, True),)
    assert sorted(problem.lines) == [4, 9]


@pytest.mark.parametrize("steps", ["check", "any", "any+whole"])
def test_a_row_whose_cases_are_all_answered_before_it_is_unreachable(steps: str):
    matrix = Matrix((*a_whole_matrix(), a_row(steps, FEW, True, LARGE, 7)))

    (problem,) = matrix.problems(TWO_STEPS)

    assert problem.kind is MatrixProblemKind.UNREACHABLE
    assert problem.lines == (7, 4)


def test_a_row_without_steps_is_unreachable():
    matrix = Matrix((*a_whole_matrix(), MatrixRow((), FEW, True, LARGE, 7)))

    assert [problem.kind for problem in matrix.problems(TWO_STEPS)] == [MatrixProblemKind.UNREACHABLE]


def test_a_step_that_the_journey_lacks_is_named_with_its_line():
    matrix = Matrix((*a_whole_matrix(), a_row("chekc", FEW, True, LARGE, 7)))

    (problem,) = matrix.problems(TWO_STEPS)

    assert (problem.kind, problem.step, problem.lines) == (MatrixProblemKind.UNKNOWN_STEP, "chekc", (7,))


@pytest.mark.parametrize("row", SHIPPED.matrix.rows, ids=lambda row: row.key)
def test_a_stored_key_leads_back_to_its_row(row: MatrixRow):
    assert MatrixRow.from_key(row.key, row.impact) == row


@pytest.mark.parametrize("text", ["", "any", "any/few", "any/few/maybe", "any/some/no", "a/b/c/d"])
def test_a_text_that_is_no_key_is_refused(text: str):
    with pytest.raises(ValueError):
        MatrixRow.from_key(text, LARGE)
