"""A formula of the scenario read in its surroundings: its names, its amounts as input lines, its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Period, Sheet, UnitError, parse_formula
from finmodel.scenario import Scenario
from finmodel.units import POUND, REAL_POUND, Unit

Resolve = Callable[[str], Expr | None]


@dataclass(frozen=True)
class Place:
    """Where a formula is written (`path`) and what the lines that it needs are called (`prefix`, `member`).

    `unit` is the one it must give, where that is known: an amount of money is then in the same £.
    """

    path: str
    prefix: str
    unit: Unit | None = None
    member: str = ""


def read_formula(
    scenario: Scenario,
    sheet: Sheet,
    text: str,
    place: Place,
    resolve: Resolve,
    names: Callable[[], Iterable[str]],
    earlier: Resolve | None = None,
) -> Expr:
    """The formula as an expression; InputError holds every mistake, each at its own line and column."""
    real = place.unit is not None and any(name == "£real" for name, _ in place.unit.powers)
    written = _Written(sheet, place, REAL_POUND if real else POUND)
    try:
        return parse_formula(
            text,
            resolve,
            earlier=earlier,
            names=names,
            amount=written.amount,
            cumulative=written.cumulative,
            span=scenario.span(place.path),
        )
    except InputError as error:
        raise InputError([replace(mistake, path=mistake.path or place.path) for mistake in error.mistakes]) from None


def in_unit(scenario: Scenario, found: Expr, place: Place, what: str) -> Expr:
    """The expression, if it is a number by contract year in the unit that is stated; else InputError."""
    wrong = ""
    if found.flag:
        wrong = "a condition: use where(condition, a, b)"
    elif found.period not in (Period.ONCE, Period.CONTRACT_YEAR):
        wrong = f"a value by {found.period.value}"
    elif place.unit is not None and found.unit not in (place.unit, None):
        wrong = str(found.unit)
    if wrong:
        raise InputError(Mistake(f"{what}, but this formula gives {wrong}", scenario.span(place.path), place.path))
    return found


class _Written:
    """Lines that a formula needs beside itself."""

    def __init__(self, sheet: Sheet, place: Place, money: Unit) -> None:
        self.sheet, self.place, self.money = sheet, place, money
        self.member = f"[{place.member}]" if place.member else ""

    def amount(self, value: float, written: str, unit: Unit) -> Expr:
        """`£1.2m` or `600 people` as an input line."""
        word = "_".join(written.removeprefix("£").replace(".", "_").replace("-", "minus").replace("+", "").split())
        name = f"{self.place.prefix}.amount_{word}"
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.sheet.given(name, value, self.money if unit == POUND else unit, label=written)

    def cumulative(self, value: Expr) -> Expr:
        """The sum so far, as a line that reads its own earlier value."""
        number = 1
        while (name := f"{self.place.prefix}.cumulative_{number}{self.member}") in self.sheet:
            number += 1
        if value.unit is None:
            raise UnitError("cumulative takes a value with a unit, not the number 0")
        earlier = self.sheet.promise(name, value.unit, opening=0.0, period=value.period)
        return self.sheet.add(name, earlier.lag() + value, label="Sum so far")
