"""Sheets of lines: one row a line, the same formula in every cell of it, name, unit and source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finmodel.arrays import FloatArray
from finmodel.lines import Line, Period
from finmodel.lines.expressions import lags_of
from finmodel.report.workbook.formula import FormulaWriter
from finmodel.report.workbook.layout import CONSTANT, FIRST, HEADING_ROW, LABEL, NAME, UNIT, Layout
from finmodel.report.workbook.pages import Block, Page, shown_label
from finmodel.report.workbook.pen import Pen, print_setup
from finmodel.report.workbook.sources import Sources
from finmodel.report.workbook.styles import number_format
from finmodel.report.workbook.text import column_letters

_WIDTHS = {LABEL: 50, NAME: 32, UNIT: 8, CONSTANT: 13}
_PERIOD, _OPENING, _NOTHING = 12, 11, 3
_SOURCE = 100
_MONTHS_SCALE = 60
_LONG_LABEL = 70  # payment model, party and what it is
_FITS = 1.1  # characters of a text in a column, for each of its width


class LineSheets:
    """Writes the pages of a workbook: `words` gives formulas in words, `lagged` names the lines that a lag reads."""

    def __init__(
        self,
        pen: Pen,
        layout: Layout,
        formulas: FormulaWriter,
        values: Mapping[str, FloatArray],
        sources: Sources,
        words: Mapping[str, str],
        lagged: frozenset[str],
    ) -> None:
        self._pen, self._layout, self._formulas = pen, layout, formulas
        self._values, self._sources, self._words, self._lagged = values, sources, words, lagged
        self._said = ""

    def write(self, sheet: Any, page: Page, heading: str, checks: str) -> None:
        """Write a page; `checks` is the cell that says whether all checks hold."""
        pen, layout, period = self._pen, self._layout, page.subject.period
        first, last = layout.ends(period)
        source = last + 1
        for column, width in _WIDTHS.items():
            sheet.set_column(column, column, width)
        if period is Period.MONTH:
            sheet.set_column(LABEL, LABEL, _LONG_LABEL)
        if period is not Period.ONCE:
            sheet.set_column(first, last, _PERIOD)
            if first > FIRST:
                sheet.set_column(FIRST, first - 1, _OPENING if self._reads_earlier(page) else _NOTHING)
            if not any(line.period is Period.ONCE for line in page.lines):
                sheet.set_column(CONSTANT, CONSTANT, _NOTHING)
        sheet.set_column(source, source, _SOURCE)
        pen.text(sheet, 1, 0, page.subject.title, "title")
        pen.text(sheet, 2, 0, f"{page.subject.about}. {heading}", "subtitle")
        pen.formula(sheet, 3, 0, f'"Checks: "&{checks}', "Checks: ALL OK", "subtitle")
        self._headings(sheet, page)
        for block in page.blocks:
            self._said = ""
            if block.heading:
                for column in range(source + 1):
                    pen.blank(sheet, block.row - 1, column, "section")
                pen.text(sheet, block.row - 1, 0, block.heading, "section")
            for at, line in enumerate(block.lines):
                self._row(sheet, block.row + at, line, block, source)
        sheet.freeze_panes(layout.first_row(period) - 1, UNIT + 1)
        headings = (HEADING_ROW, layout.first_row(period) - 1)
        print_setup(sheet, heading_rows=headings, title=heading)
        sheet.print_area(0, 0, page.end - 1, source if period is Period.ONCE else last)
        if period is Period.MONTH:  # a contract year a page
            sheet.repeat_columns(LABEL, LABEL)
            sheet.fit_to_pages(0, 0)
            sheet.set_print_scale(_MONTHS_SCALE)
            sheet.set_v_pagebreaks(range(first, last, 12))

    def _reads_earlier(self, page: Page) -> bool:
        return any(line.name in self._lagged for line in page.lines)

    def _headings(self, sheet: Any, page: Page) -> None:
        pen, layout, calendar = self._pen, self._layout, self._layout.calendar
        period = page.subject.period
        first, last = layout.ends(period)
        row = HEADING_ROW
        sheet.set_row(row - 1, 28)
        for column, text in ((LABEL, "Line"), (NAME, "Name"), (UNIT, "Unit")):
            pen.text(sheet, row, column, text, "head")
        once, lagged = (any(line.period is Period.ONCE for line in page.lines), self._reads_earlier(page))
        head = "Value" if period is Period.ONCE else "One value" if once else ""
        pen.text(sheet, row, CONSTANT, head, "head_right")
        pen.text(sheet, row, last + 1, "Source, or the formula in words", "head")
        if period is Period.ONCE:
            return
        for column in range(FIRST, first):
            pen.text(sheet, row, column, "Opening" if lagged else "", "head_right")
        for at, column in enumerate(range(first, last + 1), start=1):
            pen.text(sheet, row, column, _capital(calendar.label(period, at)), "head_right")
            if period is Period.MONTH:
                self._month(sheet, column, at)
            else:
                pen.number(sheet, layout.number_row, column, at, "number_of_period")
        names = {layout.number_row: "Number of the period"}
        if period is Period.MONTH:
            names |= {
                layout.number_row: "Month number",
                layout.year_of_month_row: "Contract year of the month",
                layout.month_of_year_row: "Month of the contract year",
                layout.financial_year_of_month_row: "Financial year of the month",
            }
        for at, text in names.items():
            pen.text(sheet, at, LABEL, text, "name")

    def _month(self, sheet: Any, column: int, number: int) -> None:
        pen, layout, offset = self._pen, self._layout, self._layout.calendar.offset
        letters, look = column_letters(column), "number_of_period"
        year, financial = (number - 1) // 12 + 1, (number - 1 + offset) // 12 + 1
        month, of_year = f"{letters}{layout.number_row}", f"{letters}{layout.year_of_month_row}"
        late = f"+{offset}" if offset else ""
        pen.number(sheet, layout.number_row, column, number, look)
        pen.formula(sheet, layout.year_of_month_row, column, f"INT(({month}-1)/12)+1", year, look)
        pen.formula(
            sheet, layout.month_of_year_row, column, f"{month}-12*({of_year}-1)", number - 12 * (year - 1), look
        )
        formula = f"INT(({month}-1{late})/12)+1"
        pen.formula(sheet, layout.financial_year_of_month_row, column, formula, financial, look)

    def _row(self, sheet: Any, row: int, line: Line, block: Block, source: int) -> None:
        pen, layout, values = self._pen, self._layout, self._values[line.name]
        number = number_format(line.unit, values, line.name)
        label = shown_label(line, block.lines)
        texts = [(label, (_LONG_LABEL if line.period is Period.MONTH else _WIDTHS[LABEL]) * _FITS)]
        pen.text(sheet, row, LABEL, label, "wrap")
        pen.text(sheet, row, NAME, line.name, "name")
        pen.text(sheet, row, UNIT, str(line.unit), "unit")
        columns = layout.columns(line.period, service=line.service)
        if line.is_input:
            found = self._sources.of(line)
            for column, value in zip(columns, values, strict=True):
                pen.number(sheet, row, column, float(value), "input" if found.stated else "derived", number)
            said = "as above" if found.text == self._said else found.text
            self._said = found.text
            if line.period is Period.ONCE and source == CONSTANT + 1:
                pen.text(sheet, row, source, said, "wrap_source")
                texts.append((said, _SOURCE * _FITS))
            else:
                pen.text(sheet, row, source, said, "source")
        else:
            formula = self._formulas.write(line)
            for column, value in zip(columns, values, strict=True):
                pen.formula(sheet, row, column, formula.at(column), float(value), number=number)
            pen.text(sheet, row, source, self._words[line.name], "source")
        pen.fit(sheet, row, texts)
        if line.period is Period.ONCE:
            return
        if line.name in self._lagged:
            for column in range(FIRST, columns.start):
                pen.number(sheet, row, column, line.opening, "opening", number)
        for column in range(columns.stop, layout.ends(line.period)[1] + 1):
            pen.blank(sheet, row, column, "run_off")


def lagged_lines(lines: Mapping[str, Line]) -> frozenset[str]:
    """Names of the lines of which a formula reads an earlier value."""
    return frozenset(lag.name for line in lines.values() for lag in lags_of(line.expr))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
