"""Periods of a line, and the calendar that says how contract years, months and financial years lie on each other."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum


class Period(Enum):
    """How often a line has a value."""

    ONCE = "once"
    MONTH = "month"
    CONTRACT_YEAR = "contract year"
    FINANCIAL_YEAR = "financial year"


@dataclass(frozen=True)
class Calendar:
    """Contract years from `start` (any day), then run-off years; financial years begin on 1 April.

    Months are those of the calendar: number 1 holds the start, and the m-th instalment falls due in month m, on the
    start's day or the month's last. Contract year y begins in financial year number y. Where the contract does not
    start in April, the later months of contract year y fall in financial year number y + 1; `run_off` must then leave
    room for the last payment.
    """

    start: date
    years: int
    run_off: int = 0

    @property
    def total_years(self) -> int:
        """Contract years and run-off years together; financial years are as many."""
        return self.years + self.run_off

    @property
    def offset(self) -> int:
        """Months from April to the month of the start, 0 to 11."""
        return (self.start.month - 4) % 12

    @property
    def closing_month(self) -> int:
        """The month in which a contract year ends, from its own first: 12, or 13 after a start within a month."""
        return 12 if self.start.day == 1 else 13

    def instalment_due(self, number: int) -> date:
        """The day on which instalment `number` (from 1) falls due: the first day of its contract month."""
        return add_months(self.start, number - 1)

    def year_end(self, number: int) -> date:
        """The last day of contract year `number`."""
        return add_months(self.start, 12 * number) - timedelta(days=1)

    def instalments(self, financial_year: int) -> int:
        """How many monthly instalments fall due in financial year `financial_year` (from 1)."""
        last = 12 * financial_year - self.offset
        return max(min(last, 12 * self.years) - max(last - 12, 0), 0)

    @property
    def first_financial_year(self) -> int:
        """The calendar year in which financial year number 1 begins: 2016 means 2016/17."""
        return self.start.year if self.start.month >= 4 else self.start.year - 1

    def financial_year_label(self, number: int) -> str:
        """`2016/17`; with `(part)` where some but not all of a year's twelve instalments fall due in it."""
        year = self.first_financial_year + number - 1
        part = " (part)" if 0 < self.instalments(number) < 12 else ""
        return f"{year}/{(year + 1) % 100:02d}{part}"

    def contract_year_label(self, number: int) -> str:
        return f"year {number}" if number <= self.years else f"run-off {number - self.years}"

    def month_label(self, number: int) -> str:
        months = self.start.year * 12 + self.start.month - 1 + number - 1
        return f"{months // 12}-{months % 12 + 1:02d}"

    def count(self, period: Period) -> int:
        """How many values a line of this period has."""
        if period is Period.ONCE:
            return 1
        return self.total_years * (12 if period is Period.MONTH else 1)

    def contract_years(self, period: Period) -> range:
        """Numbers of the values of a line by year, or of one value only, without run-off years."""
        return range(1, 2 if period is Period.ONCE else self.years + 1)

    def label(self, period: Period, number: int) -> str:
        """The name of value `number` (from 1) of a line."""
        if period is Period.ONCE:
            return "once"
        if period is Period.MONTH:
            return self.month_label(number)
        if period is Period.FINANCIAL_YEAR:
            return self.financial_year_label(number)
        return self.contract_year_label(number)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
