"""The impact matrix: which level follows from step x affected x workaround. Asked by decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from bot.domain.journey import ANY, WHOLE, Journey
from bot.domain.spelling import FROM_FILE


class Impact(StrEnum):
    """How far customers are harmed, and so what must happen."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class Affected(StrEnum):
    """Who cannot go on: all of them, or a few."""

    ALL = "all"
    FEW = "few"


@dataclass(frozen=True)
class Combination:
    """One of the cases that a matrix must answer."""

    step: str
    affected: Affected
    workaround: bool

    @property
    def key(self) -> str:
        """The case in short, such as `check/few/no`."""
        return _key((self.step,), self.affected, self.workaround)


@dataclass(frozen=True)
class MatrixRow:
    """One row: for these steps, this breadth and this way out, that level."""

    __pydantic_config__ = FROM_FILE

    steps: tuple[str, ...]
    """Ids of the journey, `whole`, or `any` (one of the ids, not `whole`); one may stand without brackets."""
    affected: Affected
    """`all`, or `few` for all that is less."""
    workaround: bool
    """`true` when the business or the end user can get on without us; `false` when only we can repair it."""
    impact: Impact
    """The level: `large`, `medium` or `small`."""
    line: int | None = field(default=None, compare=False, metadata={"from_file": False})
    """Where the row stands in `rules.yaml`; filled in by the reader."""

    @property
    def key(self) -> str:
        """The row in short, such as `any/few/no` or `request+submission/few/yes`; stored with decisions."""
        return _key(self.steps, self.affected, self.workaround)

    @classmethod
    def from_key(cls, key: str, impact: Impact) -> MatrixRow:
        """The row that a stored key stood for, also when the matrix has it no more; else ValueError."""
        steps, affected, workaround = key.split("/")
        if workaround not in ("yes", "no"):
            raise ValueError(f"not the key of a matrix row: {key}")
        return cls(tuple(steps.split("+")), Affected(affected), workaround == "yes", impact)

    def covers_step(self, step: str, journey: Journey) -> bool:
        """Whether the row speaks of that step; `any` stands for each id of the journey."""
        if step == WHOLE:
            return WHOLE in self.steps
        return journey.is_known(step) and (step in self.steps or ANY in self.steps)

    def covers(self, case: Combination, journey: Journey) -> bool:
        """Whether the row answers that case."""
        return (
            case.affected is self.affected
            and case.workaround == self.workaround
            and self.covers_step(case.step, journey)
        )


class MatrixProblemKind(StrEnum):
    """What can be wrong with a matrix."""

    GAP = "gap"
    OVERLAP = "overlap"
    UNREACHABLE = "unreachable"
    UNKNOWN_STEP = "unknown_step"


@dataclass(frozen=True)
class MatrixProblem:
    """One fault of a matrix: the cases it concerns, the rows it lies in, the step that is not known."""

    kind: MatrixProblemKind
    combinations: tuple[Combination, ...] = ()
    rows: tuple[MatrixRow, ...] = ()
    step: str = ""

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines in `rules.yaml` of the rows concerned, as far as known."""
        return tuple(row.line for row in self.rows if row.line is not None)


@dataclass(frozen=True)
class Matrix:
    """The rows in their order; `rules.yaml` writes them as a plain list."""

    __pydantic_config__ = FROM_FILE

    rows: tuple[MatrixRow, ...]

    def row_for(self, step: str, affected: Affected, workaround: bool, journey: Journey) -> MatrixRow | None:
        """The first row for that case; None for `outside`, `unsure`, and where the matrix has a gap."""
        case = Combination(step, affected, workaround)
        return next((row for row in self.rows if row.covers(case, journey)), None)

    def rows_for_level(
        self,
        level: Impact,
        step: str | None,
        journey: Journey,
        affected: Affected | None = None,
        workaround: bool | None = None,
    ) -> tuple[MatrixRow, ...]:
        """The rows that give that level and contradict nothing of what is known; None means "not said".

        `outside` and `unsure` are said, and no row speaks of them: nothing is returned."""
        return tuple(
            row
            for row in self.rows
            if row.impact is level
            and (step is None or row.covers_step(step, journey))
            and affected in (None, row.affected)
            and workaround in (None, row.workaround)
        )

    def problems(self, journey: Journey) -> list[MatrixProblem]:
        """What keeps the matrix from giving exactly one row for each case; empty when it is whole."""
        return [
            *self._unknown_steps(journey),
            *self._unreachable(journey),
            *self._overlaps(journey),
            *self._gaps(journey),
        ]

    def _rows_for(self, case: Combination, journey: Journey) -> tuple[MatrixRow, ...]:
        return tuple(row for row in self.rows if row.covers(case, journey))

    def _unknown_steps(self, journey: Journey) -> Iterator[MatrixProblem]:
        for row in self.rows:
            for step in row.steps:
                if step not in (WHOLE, ANY) and not journey.is_known(step):
                    yield MatrixProblem(MatrixProblemKind.UNKNOWN_STEP, rows=(row,), step=step)

    def _hidden(self, journey: Journey) -> dict[int, tuple[MatrixRow, ...]]:
        """By index, each row that earlier rows keep from ever being the answer, with those earlier rows."""
        hidden: dict[int, tuple[MatrixRow, ...]] = {}
        for index, row in enumerate(self.rows):
            cases = [case for case in combinations(journey) if row.covers(case, journey)]
            earlier = Matrix(self.rows[:index])
            blockers = [earlier._rows_for(case, journey) for case in cases]
            if all(blockers) and not self._has_only_unknown_steps(row, journey):
                hidden[index] = tuple(dict.fromkeys(rows[0] for rows in blockers))
        return hidden

    @staticmethod
    def _has_only_unknown_steps(row: MatrixRow, journey: Journey) -> bool:
        return bool(row.steps) and not any(s in (WHOLE, ANY) or journey.is_known(s) for s in row.steps)

    def _unreachable(self, journey: Journey) -> Iterator[MatrixProblem]:
        for index, blockers in self._hidden(journey).items():
            yield MatrixProblem(MatrixProblemKind.UNREACHABLE, rows=(self.rows[index], *blockers))

    def _overlaps(self, journey: Journey) -> Iterator[MatrixProblem]:
        """Cases with several rows, gathered by those rows; rows told as unreachable are left out."""
        hidden = self._hidden(journey)
        reachable = Matrix(tuple(row for index, row in enumerate(self.rows) if index not in hidden))
        found: dict[tuple[MatrixRow, ...], list[Combination]] = {}
        for case in combinations(journey):
            rows = reachable._rows_for(case, journey)
            if len(rows) > 1:
                found.setdefault(rows, []).append(case)
        for rows, cases in found.items():
            yield MatrixProblem(MatrixProblemKind.OVERLAP, tuple(cases), rows)

    def _gaps(self, journey: Journey) -> Iterator[MatrixProblem]:
        for case in combinations(journey):
            if not self._rows_for(case, journey):
                yield MatrixProblem(MatrixProblemKind.GAP, (case,))


def combinations(journey: Journey) -> Iterator[Combination]:
    """Every case that a matrix must answer: (each step, then `whole`) x (all, few) x (no, yes)."""
    for step, affected, workaround in product((*journey.ids, WHOLE), Affected, (False, True)):
        yield Combination(step, affected, workaround)


def _key(steps: tuple[str, ...], affected: Affected, workaround: bool) -> str:
    return f"{'+'.join(steps)}/{affected}/{'yes' if workaround else 'no'}"
