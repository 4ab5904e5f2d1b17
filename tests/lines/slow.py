"""Lines evaluated the slow, obvious way: one trial, one period, one plain number at a time, from the sheet alone.

It shares nothing with the plan but the sheet itself: no nodes, no stages, no buffers. What it must say about time:

- month m of the contract lies in contract year (m - 1) // 12 + 1;
- financial year f ends with month 12 f - offset, where offset is the months from 1 April to the start;
- a service line is zero in run-off for whoever goes on after the last contract year.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from finmodel.lines import Calendar, Expr, Period, Sheet
from finmodel.lines.expressions import Conversion, Drawn, Given, Lag, Literal, Operation, Ref

Draw = Callable[[str, int], float]
"""The value of a driver in a year of one trial."""


def divide(a: float, b: float) -> float:
    if b == 0.0:
        return math.nan if a == 0.0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


OPERATIONS: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": divide,
    "negative": operator.neg,
    "min": min,
    "max": max,
    "abs": abs,
    "round": lambda a: float(round(a)),
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": operator.not_,
}


class Slow:
    """One trial of a sheet."""

    def __init__(self, sheet: Sheet, calendar: Calendar, draw: Draw) -> None:
        self.sheet, self.calendar, self.draw = sheet, calendar, draw
        self.known: dict[tuple[str, int], float] = {}

    def stored(self, name: str, number: int) -> float:
        """Value `number` of a line as the result shows it: a service line is zero in run-off."""
        return float(self.read(name, number, goes_on=True))

    def read(self, name: str, number: int, *, goes_on: bool) -> float:
        line = self.sheet[name]
        per_year = 12 if line.period is Period.MONTH else 1
        if goes_on and line.service and line.period is not Period.ONCE and number > self.calendar.years * per_year:
            return 0.0
        number = 1 if line.period is Period.ONCE else number
        if (name, number) not in self.known:
            self.known[name, number] = self.value(line.expr, number, goes_on=not line.service)
        return self.known[name, number]

    def value(self, expr: Expr, number: int, *, goes_on: bool) -> float:
        if isinstance(expr, Literal):
            return expr.value
        if isinstance(expr, Given):
            return expr.values[0 if expr.period is Period.ONCE else min(number, len(expr.values)) - 1]
        if isinstance(expr, Drawn):
            return self.draw(expr.driver, 1 if expr.period is Period.ONCE else number)
        if isinstance(expr, Ref):
            return self.read(expr.name, number, goes_on=goes_on)
        if isinstance(expr, Lag):
            if number <= expr.periods:
                opening = self.sheet[expr.name].opening
                return bool(opening) if expr.flag else opening
            return self.read(expr.name, number - expr.periods, goes_on=goes_on)
        if isinstance(expr, Conversion):
            return self.converted(expr, number, goes_on=goes_on)
        assert isinstance(expr, Operation)
        if expr.kernel.name == "where":
            condition, yes, no = expr.operands
            chosen = yes if self.value(condition, number, goes_on=goes_on) else no
            return self.value(chosen, number, goes_on=goes_on)
        values = [self.value(operand, number, goes_on=goes_on) for operand in expr.operands]
        return OPERATIONS[expr.kernel.name](*values)

    def converted(self, expr: Conversion, number: int, *, goes_on: bool) -> float:
        if expr.kind == "begun":
            return self.value(expr.operand, number, goes_on=goes_on)
        if expr.kind in ("spread", "hold", "falls_in"):
            year, month = (number - 1) // 12 + 1, (number - 1) % 12 + 1
            amount = self.value(expr.operand, year, goes_on=goes_on)
            if expr.kind == "spread":
                return amount / 12.0
            return amount if expr.kind == "hold" or month == expr.month else 0.0
        end = 12 * number - (self.calendar.offset if expr.period is Period.FINANCIAL_YEAR else 0)
        if expr.kind == "last":
            return self.value(expr.operand, end, goes_on=goes_on)
        assert expr.kind == "sum"
        months = [self.value(expr.operand, m, goes_on=goes_on) for m in range(max(1, end - 11), end + 1)]
        total = months[0]
        for month_value in months[1:]:
            total += month_value
        return total
