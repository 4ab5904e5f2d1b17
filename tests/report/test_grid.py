from __future__ import annotations

import math
import re

import pytest

from finmodel.analysis import Chance, Estimate
from finmodel.report.amounts import DASH, big_money, chance, millions, percent
from finmodel.report.grid import Cell, Column, Grid


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (Estimate(1_308_449_000.0, 412_000.0), Cell("1,308.4", "±.42")),
        (Estimate(118_250_000.0, 0.0), Cell("118.2", "")),
        (Estimate(-40_000.0, 100.0), Cell("0.0", "±.01")),
        (Estimate(5e6, 1_234_567.0), Cell("5.0", "±1.3")),
        (Estimate(5e6, None), Cell("5.0", "±?")),
        (None, DASH),
    ],
)
def test_money_is_in_millions_and_an_error_is_never_rounded_down(estimate: Estimate | None, expected: Cell) -> None:
    assert millions(estimate) == expected


@pytest.mark.parametrize(
    ("seen", "trials", "expected"),
    [
        (0, 10_000, Cell("< 3/10,000")),
        (10_000, 10_000, Cell("> 99.97%")),
        (500, 500, Cell("> 99.4%")),
        (1_234, 10_000, Cell("12.3%", "±.33")),
        (9_999, 10_000, Cell("99.99%", "±.01")),
        (1, 100_000, Cell("0.001%", "±.01")),
    ],
)
def test_chances_never_read_nought_or_certain(seen: int, trials: int, expected: Cell) -> None:
    assert chance(Chance(seen, trials, _error(seen, trials))) == expected


def test_both_trials_of_an_antithetic_pair_are_one_where_an_event_was_never_seen() -> None:
    assert chance(Chance(0, 10_000, None, seen_alike=2)) == Cell("< 3/5,000")
    assert chance(Chance(10_000, 10_000, None, seen_alike=2)) == Cell("> 99.94%")


def _error(seen: int, trials: int) -> float | None:
    return math.sqrt(seen / trials * (1 - seen / trials) / trials) if 0 < seen < trials else None


def test_rates_and_round_amounts() -> None:
    assert percent(Estimate(0.769, 0.0015)) == Cell("76.9%", "±.15")
    assert percent(Estimate(1.0, 0.0)) == Cell("100.0%", "")
    assert [big_money(1.222e9), big_money(687e6)] == ["£1.222bn", "£687m"]


def grid() -> Grid:
    made = Grid("A title", "Year", [Column("Mean"), Column("P80", spared=True), Column("P(over\nallocation)")])
    made.group("First")
    made.row("2016/17", [Cell("120.0", "±.02"), Cell("121.3", "±.03"), Cell("6.7%", "±.25")])
    made.row("2017/18", [Cell("1,609.4", "±1.2"), Cell("1,700.1", ""), Cell("< 3/10,000")])
    made.row("All years", [Cell("9.9", ""), DASH, DASH], total=True)
    return made


def lines(made: Grid, width: int) -> list[str]:
    return [line.plain for line in made.lines(width)]


def test_figures_of_a_column_stand_under_each_other() -> None:
    shown = lines(grid(), 80)
    rows = [next(line for line in shown if line.startswith(label)) for label in ("2016/17", "2017/18", "All years")]

    assert {row.index(".") for row in rows} == {shown[1:3][-1].index("Mean") - 0 + len("Mean") - len("0 ±1.2") - 1}


def test_where_there_is_room_every_error_is_shown() -> None:
    shown = "\n".join(lines(grid(), 80))

    assert all(error in shown for error in ("±.02", "±.03", "±1.2", "±.25"))
    assert "One standard error" not in shown


def test_where_there_is_none_spared_errors_move_into_a_note_and_no_figure_is_cut() -> None:
    widest = max(len(line) for line in lines(grid(), 80) if "─" in line)
    shown = lines(grid(), widest - 6)
    text = "\n".join(shown)

    assert "One standard error: at most ±.03 in P80." in text
    assert all(
        figure in text for figure in ("120.0 ±.02", "121.3", "1,609.4 ±1.2", "1,700.1", "6.7% ±.25", "< 3/10,000")
    )
    assert max(len(line) for line in shown if "─" in line) <= widest - 5


def test_a_terminal_too_narrow_still_shows_every_figure() -> None:
    assert "1,609.4 ±1.2" in "\n".join(lines(grid(), 10))


def test_where_even_spared_errors_leave_no_room_columns_go_on_below() -> None:
    made = Grid("A title", "Year", [Column(f"Figure {number}") for number in range(6)])
    made.row("2016/17", [Cell(f"{number}.0", "±.02") for number in range(6)])
    made.notes.append("A note.")
    shown = lines(made, 50)

    assert max(map(len, shown)) <= 50
    assert shown[0] == "A title"
    assert [line.split()[1::2] for line in shown if line.startswith("2016/17")] == [
        ["0.0", "1.0", "2.0", "3.0"],
        ["4.0", "5.0"],
    ]
    assert shown.count("A note.") == 1


def test_a_label_over_a_column_is_folded_as_there_is_room() -> None:
    made = Grid("", "", [Column("Programme (target, outcomes, gain and loss share)", label=True)] * 2)
    made.row("Cash", [Cell("1.0")] * 2)
    heights = [next(at for at, line in enumerate(lines(made, width)) if "─" in line) for width in (80, 36)]

    assert heights == [3, 5]


def test_notes_are_set_anew_where_they_are_too_long() -> None:
    made = Grid("", "", [Column("£m")], ["The first half of", "a sentence. And another."])
    made.row("Cash", [Cell("1.0")])

    assert lines(made, 80)[-2:] == ["The first half of", "a sentence. And another."]
    assert "The first half of a sentence." in " ".join(lines(made, 30))
    assert max(map(len, lines(made, 30))) <= 30


def test_a_long_label_takes_several_lines_and_the_figures_stand_beside_the_last() -> None:
    made = Grid("", "", [Column("£m")])
    made.row("Programme with expenditure target, outcomes, gain and loss share", [Cell("1.0")])
    shown = lines(made, 80)

    assert re.search(r"share +1\.0$", shown[-1])
    assert shown[-2].startswith("Programme with expenditure")


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 3 columns"):
        grid().row("2018/19", [DASH])
