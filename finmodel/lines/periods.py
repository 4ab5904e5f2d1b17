"""Periods of a line, and the calendar that says how contract years, months and financial years lie on each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Period(Enum):
    """How often a line has a value."""

    ONCE = "once"
    MONTH = "month"
    CONTRACT_YEAR = "contract year"
    FINANCIAL_YEAR = "financial year"


@dataclass(frozen=True)
class Calendar:
    """Contract years from `start` (the first of a month), then run-off years; financial years begin on 1 April.

    Contract year y begins in financial year number y. Where the contract does not start on 1 April, the later months of
    contract year y fall in financial year number y + 1; `run_off` must then leave room for the last payment.
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
        """Months from 1 April to the start, 0 to 11."""
        return (self.start.month - 4) % 12

    @property
    def first_financial_year(self) -> int:
        """The calendar year in which financial year number 1 begins: 2016 means 2016/17."""
        return self.start.year if self.start.month >= 4 else self.start.year - 1

    def financial_year_label(self, number: int) -> str:
        year = self.first_financial_year + number - 1
        return f"{year}/{(year + 1) % 100:02d}"

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

    def label(self, period: Period, number: int) -> str:
        """The name of value `number` (from 1) of a line."""
        if period is Period.ONCE:
            return "once"
        if period is Period.MONTH:
            return self.month_label(number)
        if period is Period.FINANCIAL_YEAR:
            return self.financial_year_label(number)
        return self.contract_year_label(number)
