"""Expressions: what a line's formula is made of. Immutable; unit and period are checked as they are built."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from finmodel.lines.kernels import KERNELS, Kernel, UnitRuleError
from finmodel.lines.periods import Period
from finmodel.units import PURE, Unit

Operand: TypeAlias = "Expr | float | int"


class UnitError(ValueError):
    """A formula whose units or periods do not fit."""


@dataclass(frozen=True, eq=False)
class Expr:
    """A formula or a part of one. `unit` None is the number 0, which fits any unit; `flag` marks conditions."""

    unit: Unit | None
    period: Period
    flag: bool = False

    def __add__(self, other: Operand) -> Expr:
        return operate("add", self, other)

    def __radd__(self, other: Operand) -> Expr:
        return operate("add", other, self)

    def __sub__(self, other: Operand) -> Expr:
        return operate("subtract", self, other)

    def __rsub__(self, other: Operand) -> Expr:
        return operate("subtract", other, self)

    def __mul__(self, other: Operand) -> Expr:
        return operate("multiply", self, other)

    def __rmul__(self, other: Operand) -> Expr:
        return operate("multiply", other, self)

    def __truediv__(self, other: Operand) -> Expr:
        return operate("divide", self, other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return operate("divide", other, self)

    def __neg__(self) -> Expr:
        return operate("negative", self)

    def __lt__(self, other: Operand) -> Expr:
        return operate("less", self, other)

    def __le__(self, other: Operand) -> Expr:
        return operate("less_equal", self, other)

    def __gt__(self, other: Operand) -> Expr:
        return operate("greater", self, other)

    def __ge__(self, other: Operand) -> Expr:
        return operate("greater_equal", self, other)

    def equals(self, other: Operand) -> Expr:
        """True where both are exactly equal (`==` is kept for comparing expressions as objects)."""
        return operate("equal", self, other)

    def __and__(self, other: Expr) -> Expr:
        return operate("and", self, other)

    def __or__(self, other: Expr) -> Expr:
        return operate("or", self, other)

    def __invert__(self) -> Expr:
        return operate("not", self)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value while the sheet is built; use where(condition, a, b)")

    def __pow__(self, power: int) -> Expr:
        """A whole power, written as products (the processor's pow is not the same to the bit everywhere)."""
        if not isinstance(power, int) or power < 1:
            raise UnitError(f"a power must be a whole number from 1, not {power}")
        result = self
        for _ in range(power - 1):
            result = result * self
        return result


@dataclass(frozen=True, eq=False)
class Literal(Expr):
    """A pure number in a formula."""

    value: float = 0.0


@dataclass(frozen=True, eq=False)
class Given(Expr):
    """An input known before the run: one value for each period, the last one repeated beyond the end."""

    values: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Drawn(Expr):
    """An input that each trial draws: the driver of that name."""

    driver: str = ""


@dataclass(frozen=True, eq=False)
class Ref(Expr):
    """The value of a named line in the same period."""

    name: str = ""

    def lag(self, periods: int = 1) -> Expr:
        """The line's value `periods` earlier; before the first period the line's opening value."""
        if self.period is Period.ONCE:
            raise UnitError(f"'{self.name}' has one value only; it has no earlier period")
        if periods < 1:
            raise UnitError(f"a lag must be at least 1 period, not {periods}")
        return Lag(self.unit, self.period, self.flag, self.name, periods)


@dataclass(frozen=True, eq=False)
class Lag(Expr):
    """The value of a named line some periods earlier."""

    name: str = ""
    periods: int = 1


@dataclass(frozen=True, eq=False)
class Operation(Expr):
    """A kernel applied to operands."""

    kernel: Kernel = KERNELS["add"]
    operands: tuple[Expr, ...] = ()


@dataclass(frozen=True, eq=False)
class Conversion(Expr):
    """A named change of period: spread, hold, falls_in (year to month); sum, last (month to a longer period)."""

    kind: str = ""
    operand: Expr = Literal(None, Period.ONCE)
    month: int = 0


def literal(value: Operand) -> Expr:
    """A number as an expression; 0 fits any unit, every other number is pure."""
    if isinstance(value, Expr):
        return value
    number = float(value)
    if not math.isfinite(number):
        raise UnitError(f"{number} is not a number that a formula can hold")
    return Literal(None if number == 0.0 else PURE, Period.ONCE, False, number)


def is_zero(amount: Expr) -> bool:
    """Whether this is the number 0: an amount that is never paid."""
    return isinstance(amount, Literal) and amount.value == 0.0


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """What a formula is made of at its top; nothing of a number, an input or a line."""
    if isinstance(expr, Operation):
        return expr.operands
    return (expr.operand,) if isinstance(expr, Conversion) else ()


def within(expr: Expr) -> Iterator[Expr]:
    """A formula and all its parts, each once, from left to right."""
    seen: set[Expr] = set()
    stack = [expr]
    while stack:
        item = stack.pop()
        if item not in seen:
            seen.add(item)
            yield item
            stack.extend(reversed(parts_of(item)))


def lags_of(expr: Expr) -> list[Lag]:
    """Where a formula reads earlier periods."""
    return [item for item in within(expr) if isinstance(item, Lag)]


def common_period(operands: tuple[Expr, ...]) -> Period:
    """The period of a formula: `once` fits every other; two different ones need a named function between them."""
    found = Period.ONCE
    for operand in operands:
        if operand.period is Period.ONCE or operand.period is found:
            continue
        if found is not Period.ONCE:
            raise UnitError(
                f"a value by {found.value} and a value by {operand.period.value} do not fit together; "
                "change one with spread, hold, falls_in, sum_months or last"
            )
        found = operand.period
    return found


def operate(name: str, *operands: Operand) -> Expr:
    """Apply a kernel, checking units, periods and flags."""
    record = KERNELS[name]
    items = tuple([operand if isinstance(operand, Expr) else literal(operand) for operand in operands])
    if len(items) != record.arity:
        raise UnitError(f"{name} takes {record.arity} values, not {len(items)}")
    for position, item in enumerate(items):
        takes_flag = position in record.takes_flags
        if item.flag and not takes_flag:
            raise UnitError(f"{record.symbol or name} takes numbers; this is a condition: use where(condition, a, b)")
        if takes_flag and not item.flag:
            raise UnitError(f"{record.symbol or name} takes a condition such as a < b, not a number")
    try:
        unit = record.unit([item.unit for item in items])
    except UnitRuleError as error:
        raise UnitError(f"{record.symbol or name}: {error}") from None
    return Operation(unit, common_period(items), record.gives_flag, record, items)
