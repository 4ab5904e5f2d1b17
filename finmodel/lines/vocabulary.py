"""The functions that a formula may call, one record each: how it is written, its meaning, what it makes of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from finmodel.lines import functions
from finmodel.lines.expressions import Expr, Literal, Ref, UnitError
from finmodel.lines.periods import Period

PERIODS = {"contract_year": Period.CONTRACT_YEAR, "financial_year": Period.FINANCIAL_YEAR}


@dataclass(frozen=True)
class Arguments:
    """What stands between the brackets; the period where the function takes one; how sums so far are kept."""

    values: Sequence[Expr]
    usage: str
    period: Period = Period.ONCE
    cumulative: Callable[[Expr], Expr] | None = None


@dataclass(frozen=True)
class Function:
    """One function of `least` to `most` values; with `takes_period` the second is contract_year or financial_year."""

    name: str
    usage: str
    meaning: str
    least: int
    most: int
    apply: Callable[[Arguments], Expr]
    takes_period: bool = False


def _of(function: Callable[..., Expr]) -> Callable[[Arguments], Expr]:
    return lambda given: function(*given.values)


def _of_period(function: Callable[[Expr, Period], Expr]) -> Callable[[Arguments], Expr]:
    return lambda given: function(given.values[0], given.period)


def _whole(value: Expr, what: str) -> int:
    if not isinstance(value, Literal) or value.value != int(value.value):
        raise UnitError(f"{what} must be a whole number")
    return int(value.value)


def _lag(given: Arguments) -> Expr:
    line, *periods = given.values
    if not isinstance(line, Ref):
        raise UnitError("lag takes the name of a line")
    return line.lag(_whole(periods[0], "the lag") if periods else 1)


def _cumulative(given: Arguments) -> Expr:
    if given.cumulative is None:
        raise UnitError("cumulative cannot stand in this formula")
    return given.cumulative(given.values[0])


def _falls_in(given: Arguments) -> Expr:
    value, month = given.values
    return functions.falls_in(value, _whole(month, "the month"))


def _pairs(given: Arguments, start: int) -> list[tuple[Expr, Expr]]:
    points = given.values[start:]
    if len(points) % 2:
        raise UnitError(f"{given.usage.partition('(')[0]} takes {given.usage}: points come in pairs")
    return list(zip(points[::2], points[1::2], strict=True))


def _curve(given: Arguments) -> Expr:
    return functions.curve(given.values[0], _pairs(given, 1))


def _steps(given: Arguments) -> Expr:
    return functions.steps(given.values[0], given.values[1], _pairs(given, 2))


_BINOMIAL = "the count at a normal score of a binomial among fewer than 100 people; 0 from 100 people"
_REACHED = (
    "condition: the threshold is reached within rounding, `value >= threshold - 1e-9 max(1, |threshold|)`; "
    "of a threshold in £ or people, within a billionth of it"
)
_STEPS = "`base` below the first threshold, then the value of the highest threshold reached"
_CUMULATIVE = "sum so far, from contract year 1 on (years before the term's phase count too)"
_SUM_MONTHS = "sum_months(value by month, contract_year or financial_year)"
_LAST = "last(value, contract_year or financial_year)"

_ALL = (
    Function("min", "min(a, b, …)", "the smallest", 2, 30, _of(functions.minimum)),
    Function("max", "max(a, b, …)", "the largest", 2, 30, _of(functions.maximum)),
    Function("clip", "clip(value, low, high)", "`min(max(value, low), high)`", 3, 3, _of(functions.clip)),
    Function(
        "where",
        "where(condition, a, b)",
        "`a` where the condition holds, else `b`; the other branch is not looked at",
        3,
        3,
        _of(functions.where),
    ),
    Function("abs", "abs(value)", "size without sign", 1, 1, _of(functions.absolute)),
    Function("round", "round(value)", "nearest whole number, a half to the even one", 1, 1, _of(functions.whole)),
    Function("sqrt", "sqrt(value)", "square root", 1, 1, _of(functions.sqrt)),
    Function("exp", "exp(value)", "e to the power of a pure number", 1, 1, _of(functions.exp)),
    Function("log", "log(value)", "natural logarithm of a pure number", 1, 1, _of(functions.log)),
    Function(
        "binomial_quantile",
        "binomial_quantile(people, rate, score)",
        _BINOMIAL,
        3,
        3,
        _of(functions.binomial_quantile),
    ),
    Function("reached", "reached(value, threshold)", _REACHED, 2, 2, _of(functions.reached)),
    Function(
        "curve",
        "curve(value, x1, y1, x2, y2, …)",
        "straight lines through the points, flat outside them; the x must rise",
        5,
        41,
        _curve,
    ),
    Function("steps", "steps(value, base, threshold1, value1, …)", _STEPS, 4, 42, _steps),
    Function(
        "lag",
        "lag(line) or lag(line, periods)",
        "the line's value one period (or several) earlier",
        1,
        2,
        _lag,
    ),
    Function("cumulative", "cumulative(value)", _CUMULATIVE, 1, 1, _cumulative),
    Function("spread", "spread(value by year)", "a year's amount in twelve equal months", 1, 1, _of(functions.spread)),
    Function("hold", "hold(value by year)", "a year's level in each of its months", 1, 1, _of(functions.hold)),
    Function(
        "falls_in",
        "falls_in(value by year, month)",
        "a year's amount in one month of the contract year",
        2,
        2,
        _falls_in,
    ),
    Function("sum_months", _SUM_MONTHS, "months added up", 2, 2, _of_period(functions.sum_periods), takes_period=True),
    Function("last", _LAST, "level at the end of the year", 2, 2, _of_period(functions.last), takes_period=True),
)
FUNCTIONS = {record.name: record for record in _ALL}
