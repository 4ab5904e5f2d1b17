"""The sheet: named lines in the order in which they were written, each with label, unit, period and one formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from finmodel.lines.expressions import (
    Drawn,
    Expr,
    Given,
    Lag,
    Operand,
    Ref,
    UnitError,
    literal,
    within,
)
from finmodel.lines.periods import Period
from finmodel.lines.sets import Family
from finmodel.units import PURE, Unit


@dataclass(frozen=True)
class Line:
    """One row. `service` lines are zero in run-off years; `opening` is what a lag reads before the first period."""

    name: str
    expr: Expr
    unit: Unit
    period: Period
    label: str = ""
    service: bool = True
    opening: float = 0.0

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Names of the lines that the formula reads in the same period."""
        return self._reads[0]

    @cached_property
    def reads_ever(self) -> tuple[str, ...]:
        """Names of the lines that the formula reads in the same period or an earlier one."""
        return self._reads[1]

    @cached_property
    def _reads(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return _read_now_and_ever(self.expr)

    @property
    def is_input(self) -> bool:
        return isinstance(self.expr, (Given, Drawn))


class Sheet:
    """Lines by name. A line may read only lines above it, or earlier periods of any line (`lag`)."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._promised: dict[str, tuple[Unit, Period, float]] = {}

    def __getitem__(self, name: str) -> Line:
        return self._lines[name]

    def __contains__(self, name: str) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())

    def __len__(self) -> int:
        return len(self._lines)

    def behind(self, names: Iterable[str]) -> set[str]:
        """Names of these lines and of all that they read, now or from earlier periods."""
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack.extend(self[name].reads_ever)
        return found

    def copy(self) -> Sheet:
        """A sheet with the same lines, to which others can be added; no line may be promised and missing."""
        self.close()
        found = Sheet()
        found._lines = dict(self._lines)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def ref(self, name: str) -> Ref:
        """The value of a line that already stands in the sheet."""
        line = self._lines[name]
        return Ref(line.unit, line.period, line.expr.flag, name)

    def add(
        self,
        name: str,
        formula: Operand,
        *,
        unit: Unit | None = None,
        label: str = "",
        service: bool = True,
        opening: float = 0.0,
        period: Period | None = None,
    ) -> Ref:
        """Write a line and return its value. The unit follows from the formula; a stated one is checked."""
        expr = literal(formula)
        if name in self._lines:
            raise UnitError(f"there are two lines named '{name}'")
        if unit is not None and expr.unit is not None and unit != expr.unit:
            raise UnitError(f"line '{name}' is declared in {unit} but its formula gives {expr.unit}")
        if period is not None and expr.period not in (period, Period.ONCE):
            raise UnitError(f"line '{name}' is declared by {period.value} but its formula is by {expr.period.value}")
        unit = unit if unit is not None else expr.unit if expr.unit is not None else PURE
        period = period if period is not None else expr.period
        promised = self._promised.pop(name, None)
        if promised is not None:
            if promised[:2] != (unit, period):
                raise UnitError(f"line '{name}' was promised in {promised[0]} by {promised[1].value}")
            opening = promised[2]
        line = Line(name, expr, unit, period, label, service, opening)
        for below in line.reads:
            if below not in self._lines:
                raise UnitError(f"line '{name}' reads '{below}', which is not above it")
        self._lines[name] = line
        return self.ref(name)

    def promise(self, name: str, unit: Unit, *, opening: float, period: Period = Period.CONTRACT_YEAR) -> Ref:
        """Announce a line that reads its own earlier value; only its `lag` may be used before it is added."""
        if name in self._lines or name in self._promised:
            raise UnitError(f"there are two lines named '{name}'")
        self._promised[name] = (unit, period, opening)
        return Ref(unit, period, False, name)

    def given(
        self, name: str, values: float | Sequence[float], unit: Unit, *, label: str = "", service: bool = False
    ) -> Ref:
        """An input: one number, or one a contract year (the last is repeated beyond the end)."""
        many = not isinstance(values, (int, float))
        numbers = tuple(float(v) for v in values) if many else (float(values),)  # type: ignore[union-attr, arg-type]
        period = Period.CONTRACT_YEAR if many else Period.ONCE
        return self.add(name, Given(unit, period, False, numbers), label=label, service=service)

    def restate(self, name: str, values: Sequence[float]) -> None:
        """Other numbers, one a contract year, for an input that was given with one a year."""
        line = self._lines[name]
        if not isinstance(line.expr, Given) or line.period is not Period.CONTRACT_YEAR:
            raise TypeError(f"'{name}' is not an input with one number a contract year")
        given = replace(line.expr, values=tuple(float(value) for value in values))
        self._lines[name] = replace(line, expr=given)

    def monthly(self, name: str, values: Sequence[float], unit: Unit, *, label: str = "") -> Ref:
        """An input with one number a month (the last is repeated beyond the end)."""
        return self.add(name, Given(unit, Period.MONTH, False, tuple(map(float, values))), label=label, service=False)

    def drawn(self, name: str, driver: str, unit: Unit, *, yearly: bool, label: str = "", service: bool = False) -> Ref:
        """An input that each trial draws."""
        period = Period.CONTRACT_YEAR if yearly else Period.ONCE
        return self.add(name, Drawn(unit, period, False, driver), label=label, service=service)

    def add_family(
        self,
        name: str,
        family: Family,
        *,
        unit: Unit | None = None,
        label: str = "",
        service: bool = True,
        period: Period | None = None,
    ) -> Family:
        """One line a member, named `name[member]`."""
        refs: dict[str, Expr] = {
            member: self.add(f"{name}[{member}]", expr, unit=unit, label=label, service=service, period=period)
            for member, expr in family.members.items()
        }
        return Family(family.set_name, refs)

    def close(self) -> None:
        """Check that every promised line was added."""
        if self._promised:
            raise UnitError(f"lines promised but never added: {', '.join(self._promised)}")


def reads(expr: Expr, *, lags: bool = False) -> tuple[str, ...]:
    """Names of the lines that a formula reads in the same period (with `lags` also those of earlier periods)."""
    return _read_now_and_ever(expr)[lags]


def _read_now_and_ever(expr: Expr) -> tuple[tuple[str, ...], tuple[str, ...]]:
    now: dict[str, None] = {}
    ever: dict[str, None] = {}
    for item in within(expr):
        if isinstance(item, Ref):
            now[item.name] = ever[item.name] = None
        elif isinstance(item, Lag):
            ever[item.name] = None
    return tuple(now), tuple(ever)
