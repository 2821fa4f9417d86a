"""Tables of figures as text that is Markdown too. For `python -m bench`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.turns import percentile


@dataclass(frozen=True)
class Table:
    """A title, what was done in a sentence, the columns and the rows."""

    title: str
    told: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """As Markdown with aligned columns."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.columns))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        shown = [_line(self.columns, widths), _line(rule, widths), *(_line(row, widths) for row in self.rows)]
        return "\n".join([f"## {self.title}", "", self.told, "", *shown])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = [(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return " | ".join([f"| {first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in rest)]) + " |"


def compared(title: str, told: str, seconds: Mapping[str, Sequence[float]], floors: Sequence[str]) -> Table:
    """p50 and p99 in milliseconds of each kind, and their ratios to each of the floors."""
    rows: list[tuple[str, ...]] = []
    for name, values in seconds.items():
        row = [name, *(f"{percentile(values, p) * 1000:.2f}" for p in (50, 99))]
        for floor in floors:
            row += [times(percentile(values, p), percentile(seconds[floor], p)) for p in (50, 99)]
        rows.append(tuple(row))
    ratios = [f"p{p} / {floor}" for floor in floors for p in (50, 99)]
    return Table(title, told, ("", "p50 ms", "p99 ms", *ratios), tuple(rows))


def times(value: float, floor: float) -> str:
    """How many times the floor."""
    return f"{value / floor:.1f}" if floor else "-"
