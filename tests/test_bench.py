"""Keeps `make bench` alive: each measure once, with tiny numbers and on no figure's word."""

from __future__ import annotations

from bench.__main__ import Size, heading, measured
from bench.table import compared
from bench.turns import in_turns, percentile

TINY = Size(
    cards=1,
    webhooks=3,
    clicks=3,
    warm=1,
    starts=1,
    sizes=(10,),
    updates=2,
    decisions=20,
    replays=1,
    searched=(10,),
    searches=2,
    quiet_for=0.1,
    settles_for=0,
)


def test_every_measure_runs_and_every_row_has_all_its_figures() -> None:
    tables = list(measured(TINY))

    assert [table.title for table in tables] == [
        "From webhook to card",
        "Answer to a webhook of Sentry",
        "Memory",
        "Answer to a press in Slack",
        "Start",
        "One update of the store",
        "Replay of the decision log",
        "Finding a look-alike",
        "Look-alikes told apart",
    ]
    for table in tables:
        assert table.rows
        assert all(len(row) == len(table.columns) and all(row) for row in table.rows), table.text()


def test_the_heading_says_what_the_figures_are_of() -> None:
    said = heading()

    assert "Python 3." in said
    assert "cores" in said


def test_kinds_take_turns_and_warm_rounds_are_not_counted() -> None:
    order: list[tuple[str, int]] = []

    def kind(name: str) -> tuple[str, object]:
        return name, lambda number: order.append((name, number)) or float(number)

    seconds = in_turns(dict([kind("a"), kind("b")]), rounds=2, warm=1)  # type: ignore[list-item]

    assert order == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert seconds == {"a": [1.0, 2.0], "b": [1.0, 2.0]}


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]

    assert [percentile(values, 50), percentile(values, 99), percentile([7.0, 1.0], 99)] == [50.0, 99.0, 7.0]


def test_ratios_compare_the_same_percentile() -> None:
    table = compared("t", "told", {"floor": [0.001, 0.010], "ours": [0.003, 0.020]}, ("floor",))

    assert table.rows[1] == ("ours", "3.00", "20.00", "3.0", "2.0")
