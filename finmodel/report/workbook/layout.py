"""Which columns and heading rows hold which period: the same on every sheet, so that a row reads across sheets."""

from __future__ import annotations

from dataclasses import dataclass

from finmodel.lines import Calendar, Period, Sheet
from finmodel.lines.expressions import lags_of
from finmodel.report.workbook.limits import check_cell
from finmodel.report.workbook.text import Text

LABEL, NAME, UNIT, CONSTANT, FIRST = range(5)
"""Columns (from 0): label, name and unit of a line, its one value, then opening columns and periods."""

HEADING_ROW = 5
"""The row (from 1) that names the columns; numbers of periods stand below it."""


@dataclass(frozen=True)
class Layout:
    """Columns of a contract's periods. `opening_years` and `opening_months` columns stand left of the first period."""

    calendar: Calendar
    opening_years: int
    opening_months: int

    number_row: int = HEADING_ROW + 1
    year_of_month_row: int = HEADING_ROW + 2
    month_of_year_row: int = HEADING_ROW + 3
    financial_year_of_month_row: int = HEADING_ROW + 4

    def first_row(self, period: Period) -> int:
        """The first row (from 1) of lines."""
        return HEADING_ROW + (6 if period is Period.MONTH else 2 if period is Period.ONCE else 3)

    def opening(self, period: Period) -> int:
        """How many columns hold what stood before the first period."""
        return self.opening_months if period is Period.MONTH else 0 if period is Period.ONCE else self.opening_years

    def ends(self, period: Period) -> tuple[int, int]:
        """The columns of the first and the last period."""
        if period is Period.ONCE:
            return CONSTANT, CONSTANT
        first = FIRST + self.opening(period)
        last = first + self.calendar.count(period) - 1
        check_cell(0, last + 1, f"{self.calendar.count(period)} periods")
        return first, last

    def columns(self, period: Period, *, service: bool) -> range:
        """The columns in which a line has values: a service has none after the contract."""
        first, last = self.ends(period)
        if service and period is not Period.ONCE:
            last = first + self.calendar.years * (12 if period is Period.MONTH else 1) - 1
        return range(first, last + 1)

    def limited(self, back: int, period: Period) -> int:
        """A lag longer than the contract reads what stood before it."""
        return min(back, self.opening(period))

    def header(self, row: int) -> Text:
        """The heading cell of the own column."""
        return Text((0, f"${row}"))


def layout_of(sheet: Sheet, calendar: Calendar) -> Layout:
    """The layout that these lines need: as many opening columns as the longest lag reads."""
    years, months = 1, 0
    for line in sheet:
        for lag in lags_of(line.expr):
            depth = min(lag.periods, calendar.count(lag.period))
            if lag.period is Period.MONTH:
                months = max(months, depth)
            else:
                years = max(years, depth)
    return Layout(calendar, years, months)
