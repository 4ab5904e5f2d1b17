"""A sheet to write formulas on, and what reading one gives."""

from __future__ import annotations

from datetime import date

import pytest

from finmodel.errors import InputError, Span
from finmodel.lines import Calendar, Expr, Period, Sheet, UnitError, hold, parse_formula
from finmodel.units import PERSON, POUND, PURE, Unit
from tests.lines.sheets import evaluate

CALENDAR = Calendar(date(2020, 7, 1), 3)


class Written:
    """Lines of every unit and period, with `£1.2m` and `cumulative` written into the same sheet."""

    def __init__(self) -> None:
        sheet = self.sheet = Sheet()
        sheet.given("target", [100.0, 110.0, 120.0], POUND)
        sheet.given("cost", [90.0, 130.0, 120.0], POUND)
        sheet.given("people", [40.0, 50.0, 60.0], PERSON)
        sheet.given("score", [0.25, -1.0, 2.0], PURE)
        sheet.given("rate", 0.4, PURE)
        sheet.given("fee.core[acute]", 7.0, POUND)
        sheet.monthly("cash", [float(m) for m in range(1, 37)], POUND)
        sheet.add("late", sheet.ref("cost") > sheet.ref("target"))
        sheet.add("late_month", hold(sheet.ref("late")))
        self.amounts: list[str] = []

    def resolve(self, name: str) -> Expr | None:
        return self.sheet.ref(name) if name in self.sheet else None

    def amount(self, value: float, written: str, unit: Unit) -> Expr:
        self.amounts.append(written)
        return self.sheet.given(f"amount{len(self.amounts)}", value, unit)

    def cumulative(self, value: Expr) -> Expr:
        if value.unit is None:
            raise UnitError("cumulative takes a value with a unit, not the number 0")
        name = f"sum{len(self.sheet)}"
        earlier = self.sheet.promise(name, value.unit, opening=0.0, period=value.period)
        return self.sheet.add(name, earlier.lag() + value)

    def read(self, text: str, span: Span | None = None) -> Expr:
        return parse_formula(
            text,
            self.resolve,
            names=lambda: self.sheet.names,
            amount=self.amount,
            cumulative=self.cumulative,
            span=span,
        )

    def values(self, text: str, period: Period | None = None) -> list[float]:
        self.sheet.add("result", self.read(text), period=period)
        return evaluate(self.sheet, CALENDAR, "result")[0]


def refusal(text: str, span: Span | None = None) -> list[tuple[str, str]]:
    """Where each mistake is ("line:column") and what is said about it, the suggestion included."""
    with pytest.raises(InputError) as caught:
        Written().read(text, span)
    return [
        (f"{m.span.line}:{m.span.column}", str(m).removeprefix(f"{m.span}: ")) for m in caught.value.mistakes if m.span
    ]
