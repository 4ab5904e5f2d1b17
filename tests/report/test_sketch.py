"""Pictures in characters: shares add up, lines keep their width, marks stand where the numbers are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.report.sketch import (
    BLOCKS,
    PLAIN,
    Glyphs,
    axis_lines,
    bar_lines,
    chance_text,
    column_of,
    density,
    density_lines,
    fan_lines,
    glyphs_for,
    sparkline,
    spread_line,
)
from finmodel.report.worth import say_in, unit_words
from finmodel.units import PERSON, POINT, POUND, PURE, YEAR, Unit

BOTH = pytest.mark.parametrize("glyphs", [BLOCKS, PLAIN], ids=["blocks", "plain"])
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
SAMPLES = st.lists(NUMBERS, min_size=2, max_size=300).filter(lambda found: max(found) - min(found) > 1e-3).map(sorted)
WIDTHS = st.integers(12, 100)
RATE = say_in(PURE, 1.0)


@given(SAMPLES, WIDTHS, st.floats(0, 1e9), st.floats(0, 1e9))
def test_shares_inside_and_outside_add_up_to_one(values: list[float], columns: int, lower: float, upper: float) -> None:
    found = density(values, values[0] - lower, values[-1] + upper, columns)

    assert len(found.shares) == columns
    assert min(found.shares) >= 0
    assert sum(found.shares) + found.outside == pytest.approx(1)
    inside = sum(found.low <= value <= found.high for value in values) / len(values)
    assert sum(found.shares) == pytest.approx(inside)


@given(SAMPLES, WIDTHS, st.integers(1, 8))
@BOTH
def test_a_density_has_its_rows_and_columns(glyphs: Glyphs, values: list[float], columns: int, rows: int) -> None:
    found = density(values, values[0], values[-1], columns)
    lines = density_lines(found, rows, glyphs)

    assert [len(line) for line in lines] == [columns] * rows
    assert set("".join(lines)) <= set(glyphs.levels)
    assert [mark != " " for mark in lines[-1]] == [share > 0 for share in found.shares]
    tallest = found.shares.index(max(found.shares))
    assert [line[tallest] for line in lines] == [glyphs.full] * rows
    for above, below in pairwise(lines):
        assert all(lower == glyphs.full for upper, lower in zip(above, below, strict=True) if upper != " ")


def test_an_end_that_is_near_is_drawn_and_one_far_off_is_cut() -> None:
    values = [at / 1000 for at in range(10_000)]

    assert (density(values, 0.0, 10.0, 20).low, density(values, 0.0, 10.0, 20).high) == (0.0, 10.0)
    cut = density(values, -100.0, 100.0, 20)
    assert (cut.low, cut.high) == (0.01, 9.989)
    assert cut.outside == pytest.approx(0.002)


@given(NUMBERS, st.floats(1e-3, 1e9), WIDTHS)
def test_an_axis_fits_and_its_labels_stand_apart(low: float, width: float, columns: int) -> None:
    high = low + width
    say = say_in(POUND, max(abs(low), abs(high)))
    line, labels = axis_lines(low, high, columns, say, BLOCKS)

    assert len(line) == columns
    assert len(labels) <= columns or len(labels.split()) == 1
    assert line.count(BLOCKS.tick) == len(labels.split()) >= 1
    assert len(set(labels.split())) == len(labels.split())


def test_ticks_stand_at_round_numbers() -> None:
    line, labels = axis_lines(0.0, 0.1, 51, RATE, PLAIN)

    assert line == "+---------+---------+---------+---------+---------+"
    assert labels.split() == ["0%", "2%", "4%", "6%", "8%", "10%"]
    assert labels[column_of(0.04, 0.0, 0.1, 51)] in "4%"


@given(SAMPLES, WIDTHS)
@BOTH
def test_a_spread_has_its_marks_in_order(glyphs: Glyphs, values: list[float], columns: int) -> None:
    points = (values[0], values[len(values) // 2], values[-1])
    line = spread_line(points, values[0], values[-1], columns, glyphs)

    assert len(line) == columns
    assert line[column_of(points[1], values[0], values[-1], columns)] == glyphs.middle
    assert line[-1] in (glyphs.right, glyphs.middle)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted), min_size=1, max_size=12), st.integers(70, 120))
@BOTH
def test_a_fan_keeps_its_width_and_its_columns(glyphs: Glyphs, rows: list[list[float]], width: int) -> None:
    say = say_in(PERSON, 1e9)
    headings, lines = fan_lines([(f"year {at}", *row) for at, row in enumerate(rows, start=1)], width, say, glyphs)

    assert max(len(line) for line in (*headings, *lines)) <= max(width, 100)
    assert len(lines) == len(rows) + 2
    ends = {headings[0].index(word) + len(word) for word in ("P10", "P50", "P90")}
    for line in lines[:-2]:
        assert all(line[end - 1].isdigit() and line[end] == " " for end in ends if end < len(line))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10).filter(lambda found: sum(found) > 0), st.integers(30, 100))
@BOTH
def test_bars_are_as_long_as_they_are_likely(glyphs: Glyphs, chances: list[float], width: int) -> None:
    lines = bar_lines([(f"£{at}m", chance) for at, chance in enumerate(chances)], width, glyphs)
    lengths = [line.count(glyphs.full) for line in lines]

    assert max(len(line) for line in lines) <= width
    assert [length > 0 for length in lengths] == [chance > 0 for chance in chances]
    ranked = sorted(zip(chances, lengths, strict=True))
    assert [length for _, length in ranked] == sorted(lengths)


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0.0, "0%"), (1.0, "100%"), (0.25, "25%"), (0.0004, "0.04%"), (0.9999, "99.99%"), (1e-7, "< 0.001%"),
     (1 - 1e-7, "> 99.999%"), (0.125, "12.5%")],
)  # fmt: skip
def test_a_chance_never_reads_nought_or_certain(chance: float, text: str) -> None:
    assert chance_text(chance) == text


@given(st.lists(NUMBERS, min_size=1, max_size=30))
@BOTH
def test_a_sparkline_has_a_column_an_amount(glyphs: Glyphs, amounts: list[float]) -> None:
    line = sparkline(amounts, glyphs)

    assert len(line) == len(amounts)
    assert " " not in line
    heights = [glyphs.levels.index(mark) for mark in line]
    assert all(
        heights[i] <= heights[j] for i in range(len(amounts)) for j in range(len(amounts)) if amounts[i] <= amounts[j]
    )


def test_a_ramp_rises_by_blocks() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], BLOCKS) == "▁▂▃▄▅▆▇█"
    assert sparkline([3, 3, 3], BLOCKS) == "▄▄▄"


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [("utf-8", BLOCKS), ("utf-16", BLOCKS), ("ascii", PLAIN), ("latin-1", PLAIN), ("cp437", PLAIN), ("none", PLAIN)],
)
def test_plain_characters_where_there_are_no_blocks(encoding: str, glyphs: Glyphs) -> None:
    assert glyphs_for(encoding) is glyphs
    "".join(vars(PLAIN).values()).encode("ascii")


@pytest.mark.parametrize(
    ("unit", "largest", "amount", "step", "text"),
    [
        (PURE, 0.1, 0.025, 0.005, "2.5%"),
        (PURE, 0.1, -0.0001, 0.01, "0%"),
        (PURE / YEAR, 0.01, 0.008, 0.001, "0.8pp"),
        (Unit.parse("£real"), 2.7e6, 2_150_000, 50_000, "£2.15m"),
        (POUND, 1.2e9, -1.25e9, 1e7, "-£1.25bn"),
        (POUND, 900, 139.5, 0.5, "£139.5"),
        (PERSON, 8000, 7900, 100, "7,900"),
        (POINT / YEAR, 0.08, 0.03, 0.01, "0.03"),
        (PURE, 0.0, 0.0, 0.0, "0%"),
    ],
)
def test_amounts_in_their_own_unit(unit: Unit, largest: float, amount: float, step: float, text: str) -> None:
    assert say_in(unit, largest)(amount, step) == text


def test_units_in_words() -> None:
    said = [unit_words(Unit.parse(text)) for text in ("rate", "people", "point/year", "£real/person", "£")]

    assert said == ["", "people", "points a year", "£ at year-1 prices a person", "£"]
    assert unit_words(POUND, pound="GBP ") == "GBP"
