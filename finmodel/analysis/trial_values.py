"""The values of one trial, read as a formula of one year reads them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finmodel.lines import Calendar, Expr, Line, Period, Sheet, formula_text
from finmodel.lines.expressions import Lag, Literal, Operation, Ref
from finmodel.units import PURE, Unit

Floats = NDArray[np.float64]


class TrialValues:
    """Values of one trial in contract year `year`, and in the financial year of the same number."""

    def __init__(self, sheet: Sheet, calendar: Calendar, values: Mapping[str, Floats], year: int) -> None:
        self._sheet, self._calendar, self._values, self.year = sheet, calendar, values, year

    def when(self, line: Line) -> str:
        """The period of the line that is shown."""
        if line.period is Period.ONCE:
            return "once"
        if line.period is Period.MONTH:
            return f"months of {self._calendar.contract_year_label(self.year)}, added up"
        return self._calendar.label(line.period, self.year)

    def value(self, name: str) -> float:
        """The line's value in the year; months are added up."""
        line = self._sheet[name]
        if line.period is Period.MONTH:
            return float(sum(self._values[name][12 * (self.year - 1) : 12 * self.year]))
        return self._at(name, self.year)

    def leaf(self, expr: Expr) -> str:
        """What a formula shows in place of a name: the number that went in."""
        if isinstance(expr, Ref) and expr.period is Period.MONTH:
            return self._months(expr)
        if isinstance(expr, Ref):
            return number(self.value(expr.name), expr.unit)
        if isinstance(expr, Lag):
            return number(self._lagged(expr), expr.unit)
        return formula_text(expr)

    def _months(self, expr: Ref) -> str:
        """The months of the financial year, as they are added up: `5 * 100.00 + 7 * 110.00`."""
        first = 12 * (self.year - 1) - self._calendar.offset
        months = self._values[expr.name][max(first, 0) : max(first + 12, 0)]
        groups = [(float(value), len(list(same))) for value, same in groupby(months)]
        shown = [
            f"{count} * {number(value, expr.unit)}" if count > 1 else number(value, expr.unit)
            for value, count in groups
        ]
        return " + ".join(shown) or "0"

    def evaluate(self, expr: Expr) -> float:
        """The value of a part of a formula of contract years, calculated with the engine's own operations."""
        return float(self._array(expr)[0])

    def _array(self, expr: Expr) -> NDArray[Any]:
        if isinstance(expr, Operation):
            operands = [self._array(operand) for operand in expr.operands]
            out = np.empty(1, dtype=bool if expr.flag else np.float64)
            expr.kernel.apply(*operands, out=out)
            return out
        if isinstance(expr, Ref):
            return np.array([self.value(expr.name)])
        if isinstance(expr, Lag):
            return np.array([self._lagged(expr)])
        assert isinstance(expr, Literal)
        return np.array([expr.value])

    def _lagged(self, lag: Lag) -> float:
        """The earlier value; of a monthly line, that of the months so much earlier in the last month of the year."""
        line = self._sheet[lag.name]
        at = (12 * self.year if line.period is Period.MONTH else self.year) - lag.periods
        return self._at(lag.name, at) if at >= 1 else line.opening

    def _at(self, name: str, period: int) -> float:
        """Value number `period`; a line of the service is zero after the contract."""
        values = self._values[name]
        if self._sheet[name].period is Period.ONCE:
            return float(values[0])
        return float(values[period - 1]) if period <= len(values) else 0.0


def number(value: float, unit: Unit | None) -> str:
    """A number in a formula: £ with pennies, people and rates with ten digits."""
    money = (
        unit is not None
        and any(name in {"£", "£real"} for name, power in unit.powers if power > 0)
        and len(unit.powers) == 1
    )
    if money:
        return f"{value:,.2f}"
    if unit in (None, PURE) and value == round(value):
        return f"{value:.0f}"
    return f"{value:,.10g}"
