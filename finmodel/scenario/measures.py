"""Amounts of a settlement: read and written in the settlement's own currency, which formulas know as £."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.quantities import parse_quantity, write_quantity
from finmodel.units import PERSON, POUND, PURE, Unit

POUND_SIGN = "£"
CURRENCIES = ("£", "$", "€")
MONEY = "money"
_POWER_OF_TEN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


def in_pounds(text: str, currency: str) -> str:
    """A text with £ for the settlement's own currency, letter for letter; Problem where it names another."""
    for other in CURRENCIES:
        if other != currency and other in text:
            raise Problem(f"this settlement is in {currency}, and here stands {other}")
    return text.replace(currency, POUND_SIGN)


def in_currency(text: str, currency: str) -> str:
    """A text of the program's own, which says £, in the settlement's currency."""
    return text.replace(POUND_SIGN, currency)


@dataclass(frozen=True)
class Measure:
    """What a number is counted in. `percent`: a bare number above 1 is refused, since 2 may mean 2% or 200%."""

    unit: Unit = PURE
    currency: str = POUND_SIGN
    percent: bool = False

    @classmethod
    def read(cls, written: Any, currency: str) -> Measure:
        """`money`, `rate`, `number`, `people`, `money/person` …; Problem says what is wrong."""
        if not isinstance(written, str):
            raise Problem(f"expected a unit such as money, rate, number or people, got {shown(written)}")
        text = in_pounds(written.strip(), currency).replace(MONEY, POUND_SIGN)
        try:
            unit = Unit.parse(text)
        except ValueError as error:
            reason = in_currency(str(error).partition(";")[0], currency)
            raise Problem(f"{reason}; known: money, number, people, points, rate, years, months") from None
        if any(name == "£real" for name, _ in unit.powers):
            raise Problem("a settlement is in money of its own year, so there is no £real here")
        return cls(unit, currency, text in ("rate", "share"))

    @property
    def expects(self) -> str:
        """What may be written, in words."""
        if self.unit == POUND:
            return f"money such as {self.currency}1,200"
        if self.unit == PURE:
            return "a rate such as 3.5%" if self.percent else "a number such as 1.2"
        if self.unit == PERSON:
            return "people such as 1,160"
        return f"an amount in {in_currency(str(self.unit), self.currency)}"

    def wrong(self, written: Any) -> str:
        return f"expected {self.expects}, got {shown(written)}"

    def amount(self, written: Any, *, bare: bool = False, scale: float | None = None) -> float:
        """One amount, or Problem. `bare`: money may lack its sign; `scale` is what the number 1 stands for."""
        if isinstance(written, bool) or not isinstance(written, (str, int, float)):
            raise Problem(self.wrong(written))
        if bare and isinstance(written, str) and _POWER_OF_TEN.fullmatch(written):
            written = f"{Decimal(written):f}"  # as programs write tables
        try:
            found = parse_quantity(in_pounds(written, self.currency) if isinstance(written, str) else written)
        except ValueError as error:
            reason = "" if str(error) == "not a quantity" else f" ({error})"
            raise Problem(self.wrong(written) + reason) from None
        if found.marked:
            if found.unit != self.unit:
                raise Problem(self.wrong(written))
            return found.amount
        if scale is not None:
            return float(Decimal(repr(found.amount)) * Decimal(repr(scale))) + 0.0
        if not bare and found.amount != 0 and POUND in (self.unit, self.unit * PERSON):
            raise Problem(self.wrong(written))
        if self.percent and abs(found.amount) > 1:
            raise Problem(f"{self.wrong(written)}: write {found.amount:g}%, or state scale: 1% for the column")
        return found.amount

    def say(self, amount: float) -> str:
        """An amount as a person would write it."""
        if self.unit == PURE and not self.percent:
            return f"{amount:g}"
        return in_currency(write_quantity(amount, self.unit), self.currency)
