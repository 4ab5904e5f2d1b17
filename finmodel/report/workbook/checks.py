"""The checks: what must hold whatever the inputs, and the engine's figures beside the recalculated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finmodel.arrays import FloatArray
from finmodel.lines import Line
from finmodel.report.workbook.formula import Place
from finmodel.report.workbook.layout import Layout
from finmodel.report.workbook.pages import Page
from finmodel.report.workbook.pen import Pen, print_setup
from finmodel.report.workbook.styles import number_format
from finmodel.report.workbook.text import column_letters, sheet_prefix
from finmodel.units import POUND, REAL_POUND

HALF_A_PENNY, RELATIVE, SMALLEST = 0.005, 1e-9, 1e-12
_FIRST_ROW = 7
_WHAT = 74


@dataclass(frozen=True)
class Law:
    """Something that must hold: two amounts that are equal, as formulas with the values that the engine gives."""

    what: str
    of: str
    left: str
    right: str
    difference: str
    allowed: float
    values: tuple[float, float, float]
    unit: str = "£"


class Rows:
    """The cells of lines, as other sheets name them."""

    def __init__(self, places: Mapping[str, Place], lines: Mapping[str, Line], layout: Layout) -> None:
        self._places, self._lines, self._layout = places, lines, layout

    def place(self, name: str) -> Place:
        """Where a line stands."""
        return self._places[name]

    def ends(self, name: str) -> tuple[int, int]:
        """The columns of a line's first and last value."""
        line = self._lines[name]
        columns = self._layout.columns(line.period, service=line.service)
        return columns.start, columns.stop - 1

    def cells(self, name: str, count: int | None = None) -> str:
        """All cells of a line, or those of the first `count` periods."""
        place, (start, end) = self._places[name], self.ends(name)
        end = end if count is None else min(start + count - 1, end)
        first, last = column_letters(start), column_letters(end)
        cells = f"${first}${place.row}" if start == end else f"${first}${place.row}:${last}${place.row}"
        return f"{sheet_prefix(place.sheet)}{cells}"


class LineChecks:
    """Two sheets: the engine's values, row by row, and whether the workbook's are the same."""

    def __init__(self, pen: Pen, rows: Rows, values: Mapping[str, FloatArray], layout: Layout) -> None:
        self._pen, self._rows, self._values, self._layout = pen, rows, values, layout

    def write(self, checks: Any, engine: Any, pages: Sequence[Page], heading: str) -> tuple[int, int]:
        """Write both sheets; the first and the last row of the lines on them."""
        pen = self._pen
        periods = max(self._layout.calendar.count(page.subject.period) for page in pages)
        self._heads(checks, engine, heading, periods)
        row = _FIRST_ROW
        for page in pages:
            for line in page.lines:
                self._line(checks, engine, row, line, page)
                row += 1
        last = row - 1
        pen.styles.of_results(checks, (_FIRST_ROW - 1, 9), (last - 1, 9))
        for sheet in (checks, engine):
            sheet.freeze_panes(_FIRST_ROW - 1, 3)
            print_setup(sheet, heading_rows=(5, 6), title=heading)
        checks.autofilter(_FIRST_ROW - 2, 0, last - 1, 9)
        return _FIRST_ROW, last

    def _heads(self, checks: Any, engine: Any, heading: str, periods: int) -> None:
        pen = self._pen
        pen.text(checks, 1, 0, "Line checks", "title")
        pen.text(checks, 2, 0, f"Every line of this workbook beside what finmodel calculated. {heading}", "subtitle")
        pen.text(
            checks, 3, 0,
            "A cell agrees where £ are within half a penny and everything else within a billionth. After an input is "
            "changed, a difference is the effect of that change.", "subtitle",
        )  # fmt: skip
        heads = ("Line", "Name", "Unit", "Sheet", "Kind", "Engine total", "Workbook total", "Difference",
                 "Cells that differ", "Result")  # fmt: skip
        widths = (46, 40, 9, 26, 9, 18, 18, 14, 12, 12)
        for column, (text, width) in enumerate(zip(heads, widths, strict=True)):
            checks.set_column(column, column, width)
            pen.text(checks, _FIRST_ROW - 1, column, text, "head_right" if 5 <= column <= 8 else "head")
        checks.set_row(_FIRST_ROW - 2, 28)
        pen.text(engine, 1, 0, "Engine values", "title")
        pen.text(
            engine,
            2,
            0,
            f"What finmodel calculated, as numbers, in the order of the line checks. {heading}",
            "subtitle",
        )
        engine.set_column(0, 0, 46)
        engine.set_column(1, 1, 40)
        engine.set_column(2, 2, 9)
        engine.set_column(3, 2 + periods, 13)
        for column, text in enumerate(("Line", "Name", "Unit")):
            pen.text(engine, _FIRST_ROW - 1, column, text, "head")
        for column in range(periods):
            pen.text(engine, _FIRST_ROW - 1, 3 + column, f"Period {column + 1}", "head_right")

    def _line(self, checks: Any, engine: Any, row: int, line: Line, page: Page) -> None:
        pen, values = self._pen, self._values[line.name]
        number = number_format(line.unit, values, line.name)
        for sheet in (checks, engine):
            pen.text(sheet, row, 0, line.label or line.name)
            pen.text(sheet, row, 1, line.name, "name")
            pen.text(sheet, row, 2, str(line.unit), "unit")
        pen.text(checks, row, 3, page.name, "unit")
        pen.text(checks, row, 4, "input" if line.is_input else "formula", "unit")
        for at, value in enumerate(values):
            pen.number(engine, row, 3 + at, float(value), "label", number)
        here = self._rows.cells(line.name)
        there = f"{sheet_prefix(engine.get_name())}$D${row}:${column_letters(2 + len(values))}${row}"
        total = float(np.sum(values))
        pen.formula(checks, row, 5, f"SUM({there})", total, number=number)
        pen.formula(checks, row, 6, f"SUM({here})", total, number=number)
        pen.formula(checks, row, 7, f"G{row}-F{row}", 0.0, number=number)
        allowed = f"{HALF_A_PENNY}" if line.unit in (POUND, REAL_POUND) else f"{RELATIVE}*ABS({there})+{SMALLEST}"
        pen.over_rows(checks, row, 8, f"SUM(IF(ABS({here}-{there})>{allowed},1,0))", 0.0, "0")
        differs = '"CHANGED"' if line.is_input else '"CHECK"'
        pen.formula(checks, row, 9, f'IF(ISERROR(I{row}),"CHECK",IF(I{row}=0,"OK",{differs}))', "OK", "result")


def write_checks(
    pen: Pen, sheet: Any, laws: Sequence[Law], lines: tuple[str, int, int], heading: str, unwritten: Sequence[str]
) -> str:
    """Write the sheet of checks; the address of the one cell that says whether all hold."""
    name, first, last = lines
    prefix = sheet_prefix(name)
    pen.text(sheet, 1, 0, "Checks", "title")
    pen.text(sheet, 2, 0, heading, "subtitle")
    for column, width in enumerate((_WHAT, 34, 9, 20, 20, 16, 12, 12)):
        sheet.set_column(column, column, width)
    start = 14
    end = start + len(laws)
    count = last - first + 1
    results = f"{prefix}$J${first}:$J${last}"
    own = f"$H${start + 1}:$H${end}"
    rows: tuple[tuple[str, str, float | str], ...] = (
        ("Laws that hold", f'COUNTIF({own},"OK")', float(len(laws))),
        ("Laws that do not hold", f"{len(laws)}-D6", 0.0),
        ("Lines that agree with the engine in every cell", f'COUNTIF({results},"OK")', float(count)),
        ("Inputs that were changed", f'COUNTIF({results},"CHANGED")', 0.0),
        ("Calculated lines that differ from the engine", f"{count}-D8-D9", 0.0),
    )
    pen.text(sheet, 4, 0, "Overall", "section")
    for column in range(1, 8):
        pen.blank(sheet, 4, column, "section")
    verdict = (
        'IF(D7>0,"CHECK: a law does not hold",IF(D9>0,"CHANGED: "&D9&" inputs changed; laws hold",'
        'IF(D10>0,"CHECK: lines differ","ALL OK")))'
    )
    sheet.set_row(4, 26)
    sheet.merge_range(4, 0, 4, 2, "", pen.styles("big_result"))
    pen.formula(sheet, 5, 0, verdict, "ALL OK", "big_result")
    for at, (text, formula, value) in enumerate(rows):
        pen.text(sheet, 6 + at, 0, text)
        pen.formula(sheet, 6 + at, 3, formula, value, number="#,##0")
    left_out = "; ".join(unwritten) if unwritten else "none: every calculated line is a live formula"
    pen.text(sheet, 11, 0, f"Lines that a spreadsheet cannot calculate, written as numbers: {left_out}", "label")
    pen.text(sheet, 13, 0, "Laws: they hold whatever the inputs", "section")
    for column in range(1, 8):
        pen.blank(sheet, 13, column, "section")
    for column, text in enumerate(("What must be equal", "Of", "Unit", "One side", "Other side", "Difference",
                                   "Allowed", "Result")):  # fmt: skip
        pen.text(sheet, start, column, text, "head_right" if 3 <= column <= 6 else "head")
    for row, law in enumerate(laws, start=start + 1):
        _law(pen, sheet, row, law)
    pen.styles.of_results(sheet, (4, 0), (4, 2))
    pen.styles.of_results(sheet, (start, 7), (end - 1, 7))
    sheet.freeze_panes(3, 0)
    print_setup(sheet, heading_rows=(1, 2), title=heading)
    return f"{sheet_prefix(sheet.get_name())}$A$5"


def _law(pen: Pen, sheet: Any, row: int, law: Law) -> None:
    number = (
        "£#,##0.00" if law.unit.startswith("£") else "#,##0.000000" if law.allowed < 1 and law.unit != "cells" else "0"
    )
    left, right, difference = law.values
    pen.paragraph(sheet, row, 0, law.what, _WHAT)
    pen.text(sheet, row, 1, law.of, "unit")
    pen.text(sheet, row, 2, law.unit, "unit")
    pen.over_rows(sheet, row, 3, law.left, left, number)
    pen.formula(sheet, row, 4, law.right, right, number=number)
    pen.over_rows(sheet, row, 5, law.difference.format(row=row), difference, number)
    pen.number(sheet, row, 6, law.allowed, "unit", "0.0########")
    pen.formula(sheet, row, 7, f'IF(ISERROR(F{row}),"CHECK",IF(ABS(F{row})<=G{row},"OK","CHECK"))', "OK", "result")
