"""Lines, and one trial explained, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Explanation, LineText, Row, Waterfall
from finmodel.analysis.trial_values import number
from finmodel.report.folded import family, fold_rows, fold_sum
from finmodel.report.grid import FAINT, Cell, Column, Grid
from finmodel.units import Unit

ADD_UP = ("£", "£real", "person")
"""Units of which like lines may be added up; rates and indices may not."""


def show_lines(console: Console, lines: Iterable[LineText]) -> None:
    """Every line: name, unit, period and label, then its formula, then what it reads."""
    for line in lines:
        console.print(heading(line.name, f"{line.unit}, {line.period}", line.label), soft_wrap=True)
        print_wrapped(console, "  = ", line.formula)
        if line.reads:
            print_wrapped(console, "  reads ", ", ".join(line.reads), FAINT)


def show_explanation(console: Console, found: Explanation, label: str, *, full: bool = False) -> None:
    """Waterfalls first, then how each bar is calculated; or the rows asked for. Like terms are folded unless `full`."""
    which = (
        "base case: every draw at its central value"
        if found.trial is None
        else f"trial {found.trial:,}, seed {found.seed}"
    )
    console.print(Text(f"{label}, {which}", style="bold"), soft_wrap=True)
    console.print(
        Text(f"Contract {found.year_label}, financial year {found.financial_year_label}", style=FAINT), soft_wrap=True
    )
    for waterfall in found.waterfalls:
        console.print()
        for line in _grid(waterfall).lines(console.width):
            console.print(line, soft_wrap=True)
    if found.waterfalls:
        console.print()
        console.print(
            Text("How each is calculated: the formula, then the numbers that went in", style="bold underline")
        )
    shown: set[str] = set()
    for waterfall in found.waterfalls:
        for bar in waterfall.bars:
            rows = [row for row in bar.rows if row.name not in shown]
            shown.update(row.name for row in rows)
            _show_rows(console, rows, full=full)
            if rows and bar.lines > len(rows):
                more = f"  … and {bar.lines - 1} more lines of {bar.name}; see any of them with --line"
                console.print(Text(more, style=FAINT), soft_wrap=True)
    own = [row for row in found.own if row.name not in shown]
    if own:
        console.print()
        console.print(Text("Own lines and calculated assumptions", style="bold underline"))
    _show_rows(console, own, full=full)
    _show_rows(console, found.rows, full=full)


def _grid(waterfall: Waterfall) -> Grid:
    grid = Grid(f"{waterfall.title}, £", "", [Column("£"), Column("£m")])
    for bar in waterfall.bars:
        grid.row(f"  {bar.label}", _amount(bar.value))
    grid.row(f"  {waterfall.total_label}", _amount(waterfall.total), total=True)
    return grid


def _amount(value: float) -> tuple[Cell, Cell]:
    return Cell(f"{value:,.2f}"), Cell(f"{value / 1e6:,.1f}")


def _show_rows(console: Console, rows: Iterable[Row], *, full: bool) -> None:
    for row, others in [(row, []) for row in rows] if full else fold_rows(rows):
        console.print()
        value = f"{number(row.value, Unit.parse(row.unit))} {row.unit}"
        console.print(heading(row.name, f"= {value}", f"{row.label} ({row.when})"), soft_wrap=True)
        formula, numbers = (row.formula, row.numbers) if full else fold_sum(row.formula, row.numbers)
        print_wrapped(console, "    ", formula)
        if row.reads and row.numbers != row.formula:
            print_wrapped(console, "  = ", numbers, FAINT)
        if others:
            total = number(sum(one.value for one in (row, *others)), Unit.parse(row.unit))
            together = f", {total} {row.unit} together" if row.unit in ADD_UP else ""
            more = f"  … and {len(others)} more lines of {family(row.name)}{together}; --full shows them"
            console.print(Text(more, style=FAINT), soft_wrap=True)


def heading(name: str, what: str, label: str) -> Text:
    """The first line of what is said of a row: its name, its value or unit, its label."""
    return Text.assemble((name, "bold"), f"  {what}", (f"  {label}" if label else "", FAINT))


def print_wrapped(console: Console, start: str, text: str, style: str = "") -> None:
    """A text over several lines, all but the first further in."""
    for line in _wrapped(start, text, console.width):
        console.print(Text(line, style=style), soft_wrap=True)


def _wrapped(start: str, text: str, width: int) -> Iterator[str]:
    wrapper = textwrap.TextWrapper(width, start, " " * (len(start) + 2))
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    yield from wrapper.wrap(text)
