"""The functions that contract formulas need, over expressions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from finmodel.lines.expressions import Conversion, Expr, Literal, Operand, UnitError, literal, operate
from finmodel.lines.periods import Period
from finmodel.units import PURE

TOLERANCE = 1e-9


def _fold(name: str, operands: Sequence[Operand]) -> Expr:
    result = literal(operands[0])
    for operand in operands[1:]:
        result = operate(name, result, operand)
    return result


def minimum(*operands: Operand) -> Expr:
    """The smallest of two or more values."""
    return _fold("min", operands)


def maximum(*operands: Operand) -> Expr:
    """The largest of two or more values."""
    return _fold("max", operands)


def clip(value: Operand, low: Operand, high: Operand) -> Expr:
    """`min(max(value, low), high)`."""
    return minimum(maximum(value, low), high)


def where(condition: Expr, yes: Operand, no: Operand) -> Expr:
    """`yes` where the condition is true, else `no`; the other branch is never multiplied in."""
    return operate("where", condition, yes, no)


def absolute(value: Operand) -> Expr:
    """The size of a value without its sign."""
    return operate("abs", value)


def whole(value: Operand) -> Expr:
    """The nearest whole number; a half goes to the even one."""
    return operate("round", value)


def sqrt(value: Operand) -> Expr:
    """Square root."""
    return operate("sqrt", value)


def exp(value: Operand) -> Expr:
    """e to the power of a pure number."""
    return operate("exp", value)


def log(value: Operand) -> Expr:
    """Natural logarithm of a pure number."""
    return operate("log", value)


def binomial_quantile(people: Operand, rate: Operand, score: Operand) -> Expr:
    """The count at normal score `score` of a binomial among round(people) people; 0 from 100 people."""
    return operate("binomial_quantile", people, rate, score)


def reached(value: Operand, threshold: Operand) -> Expr:
    """A threshold counts as reached within a rounding error: `value >= threshold - 1e-9 max(1, |threshold|)`.

    Of a threshold with a unit, such as £1.5m, the rounding error is a billionth of it (of £0 or 0 people, nothing).
    """
    amount, limit = literal(value), literal(threshold)
    if limit.unit is None and amount.unit not in (None, PURE):
        return amount >= limit
    size = absolute(limit)
    return amount >= limit - TOLERANCE * (maximum(1.0, size) if limit.unit in (None, PURE) else size)


def _rising(what: str, places: Sequence[Operand]) -> None:
    """Refuse numbers that do not rise (lines are not known yet)."""
    numbers = [literal(place) for place in places]
    for a, b in pairwise(numbers):
        if isinstance(a, Literal) and isinstance(b, Literal) and not a.value < b.value:
            raise UnitError(f"{what} must rise, but {b.value:g} does not come after {a.value:g}")


def curve(value: Operand, points: Sequence[tuple[Operand, Operand]]) -> Expr:
    """Piecewise linear through the points, flat outside them: the sum of clipped segments.

    y1 + sum over segments of slope_j (clip(value, x_j, x_j+1) - x_j).
    """
    if len(points) < 2:
        raise UnitError("a curve needs at least two points")
    _rising("the points of a curve", [x for x, _ in points])
    result = literal(points[0][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        slope = (literal(y1) - literal(y0)) / (literal(x1) - literal(x0))
        result = result + slope * (clip(value, x0, x1) - x0)
    return result


def steps(value: Operand, base: Operand, tiers: Sequence[tuple[Operand, Operand]]) -> Expr:
    """`base` below the first threshold, then the value of the highest threshold reached."""
    _rising("the thresholds of steps", [threshold for threshold, _ in tiers])
    result = literal(base)
    for threshold, amount in tiers:
        result = where(reached(value, threshold), amount, result)
    return result


def _from_year(kind: str, value: Expr, month: int = 0) -> Expr:
    if value.flag and kind != "hold":
        raise UnitError(f"{kind} takes an amount; this is a condition: use where(condition, a, b)")
    if value.period not in (Period.CONTRACT_YEAR, Period.ONCE):
        raise UnitError(f"{kind} takes a value by contract year, not by {value.period.value}")
    return Conversion(value.unit, Period.MONTH, value.flag, kind, value, month)


def spread(value: Expr) -> Expr:
    """A year's amount in twelve equal months."""
    return _from_year("spread", value)


def hold(value: Expr) -> Expr:
    """A year's level, the same in each of its months."""
    return _from_year("hold", value)


def falls_in(value: Expr, month: int) -> Expr:
    """A year's amount, all in one month of the contract year (1 to 12)."""
    if not 1 <= month <= 12:
        raise UnitError(f"a month of the contract year is 1 to 12, not {month}")
    return _from_year("falls_in", value, month)


def sum_periods(value: Expr, period: Period) -> Expr:
    """A monthly amount added up over its contract year or financial year."""
    if value.flag:
        raise UnitError("sum_months takes an amount; this is a condition: use where(condition, a, b)")
    if value.period is not Period.MONTH or period not in (Period.CONTRACT_YEAR, Period.FINANCIAL_YEAR):
        raise UnitError(
            f"months add up to a contract year or a financial year, not {value.period.value} to {period.value}"
        )
    return Conversion(value.unit, period, False, "sum", value)


def last(value: Expr, period: Period) -> Expr:
    """A monthly level at the end of its year; a contract year's level in the financial year that it begins in."""
    if value.period is Period.MONTH and period in (Period.CONTRACT_YEAR, Period.FINANCIAL_YEAR):
        return Conversion(value.unit, period, value.flag, "last", value)
    if value.period is Period.CONTRACT_YEAR and period is Period.FINANCIAL_YEAR:
        return Conversion(value.unit, period, value.flag, "begun", value)
    raise UnitError(f"there is no last value from {value.period.value} to {period.value}")
