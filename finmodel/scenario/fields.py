"""The kinds of number a field can hold (money, rates, people, rates a year ...) and how each is read.

A field type is `Annotated[Value, Field...]`: whatever a person may write for a number becomes one of the Values. The
constant types hold one `Constant` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from finmodel.errors import nearest
from finmodel.scenario.distributions import ARITY, read_distribution
from finmodel.scenario.problems import Problem, cut_formula, formula_text, one_of, shown
from finmodel.scenario.quantities import Quantity, parse_quantity, write_quantity
from finmodel.scenario.schema_numbers import number_schema
from finmodel.scenario.support import amounts_of, beyond
from finmodel.scenario.values import ANY, ByYear, Calculated, Constant, Limits, Named, Ramp, Value, varies_by_year
from finmodel.units import PERSON, POINT, POUND, PURE, REAL_POUND, YEAR, Unit

NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class NumberField:
    """One kind of number: its unit, how it is described to the user, and the limits within which it makes sense."""

    unit: Unit
    expects: str
    limits: Limits = ANY
    constant: bool = False
    once: bool = False
    """One number for the whole contract (it may be uncertain), not one a year."""
    percent: bool = False
    """A bare number above 1 is refused: 2 may mean 2% or 200%."""

    def quantity(self, written: Any) -> float:
        """One amount in this field's unit, or Problem."""
        if isinstance(written, bool) or not isinstance(written, (str, int, float)):
            raise Problem(self.wrong(written))
        try:
            found = parse_quantity(written)
        except ValueError as error:
            reason = "" if str(error) == "not a quantity" else f" ({error})"
            raise Problem(self.wrong(written) + reason) from None
        if not self.fits(found):
            raise Problem(self.wrong(written))
        if self.percent and not found.marked and abs(found.amount) > 1:
            raise Problem(f"{self.wrong(written)}: write {found.amount:g}% or {100 * found.amount:g}%")
        return found.amount

    def amount(self, written: Any) -> float:
        """One amount in this field's unit and within its limits, or Problem."""
        amount = self.quantity(written)
        self.hold(amount)
        return amount

    def wrong(self, written: Any) -> str:
        return f"expected {self.expects}, got {shown(written)}"

    def fits(self, found: Quantity) -> bool:
        """Whether the unit written beside an amount is this field's; a bare 0 fits any, a bare number all but money."""
        if not found.marked:
            return found.amount == 0 or POUND not in written_units(self.unit)
        return found.unit in written_units(self.unit)

    def hold(self, amount: float) -> None:
        """Problem where the amount lies outside the limits."""
        if self.limits.hold(amount):
            return
        raise Problem(f"expected {self.range()}, got {self.say(amount)}")

    def range(self) -> str:
        """The limits in words."""
        limits = self.limits
        assert limits.least is not None
        if limits.most is not None and not limits.open_least:
            return f"{self.say(limits.least)} to {self.say(limits.most)}"
        above = f"{'more than' if limits.open_least else 'at least'} {self.say(limits.least)}"
        return above if limits.most is None else f"{above} and at most {self.say(limits.most)}"

    def say(self, amount: float) -> str:
        if self.unit == PURE and "rate" not in self.expects and "share" not in self.expects:
            return f"{amount:g}"
        return write_quantity(amount, Unit.of({name: power for name, power in self.unit.powers if power > 0}))

    def read(self, written: Any, years: int | None) -> Value:
        """Whatever is written for a number, as a Value of this field's unit; Problem says what is wrong and where."""
        if isinstance(written, dict):
            value = self._block(written, years)
        elif isinstance(written, list):
            value = self._by_year(written, years)
        elif isinstance(written, str) and NAME.fullmatch(written):
            if self.constant:
                raise Problem(f"{self.wrong(written)} (the name of an assumption cannot stand here)")
            value = Named(written, self.unit, limits=self.limits, once=self.once)
        else:
            value = Constant(self.quantity(written), self.unit)
        if self.once and varies_by_year(value):
            raise Problem(f"one number for the whole contract stands here, not one a year; got {shown(written)}")
        for amount in amounts_of(value):
            self.hold(amount)
        told = beyond(value, self.limits, self.say)
        if told:
            raise Problem(told)
        return value

    def _by_year(self, written: list[Any], years: int | None) -> Value:
        if self.constant:
            raise Problem(f"expected {self.expects}, the same in every year; got {shown(written)}")
        if years is not None and len(written) != years:
            raise Problem(f"expected one entry for each of the {years} contract years, got {len(written)}")
        amounts = []
        for year, item in enumerate(written):
            try:
                amounts.append(self.amount(item))
            except Problem as problem:
                raise Problem(problem.message, (year,), problem.suggestion) from None
        if not amounts:
            raise Problem(self.wrong(written))
        return ByYear(tuple(amounts), self.unit)

    def _block(self, written: dict[str, Any], years: int | None) -> Value:
        if self.constant:
            raise Problem(f"expected {self.expects}, the same in every year; got {shown(written)}")
        if "ramp" in written:
            return self._ramp(written, years)
        if "formula" in written:
            return self._formula(written)
        kinds = [key for key in written if key in ARITY]
        if not kinds:
            options = ["ramp", "table", "formula", *ARITY]
            for key in written:
                near = nearest(key, options)
                if near:
                    raise Problem(f"unknown distribution '{key}'", (key,), near, on_key=True)
            raise Problem(f"{self.wrong(written)}; a distribution is one of {one_of(list(ARITY))}")
        return read_distribution(kinds, written, self, years)

    def _formula(self, written: dict[str, Any]) -> Value:
        for key in written:
            if key != "formula":
                raise Problem(cut_formula(key) or f"'{key}' cannot stand beside 'formula'", (key,), on_key=True)
        return Calculated(formula_text(written["formula"], ("formula",)), self.unit, limits=self.limits)

    def _ramp(self, written: dict[str, Any], years: int | None) -> Value:
        for key in written:
            if key != "ramp":
                raise Problem(f"'{key}' cannot stand beside 'ramp'", (key,), on_key=True)
        ramp = written["ramp"]
        keys = ["from", "to", "start", "end"]
        if not isinstance(ramp, dict):
            raise Problem(f"expected {{from, to, start, end}}, got {shown(ramp)}", ("ramp",))
        for key in ramp:
            if key not in keys:
                raise Problem(f"unknown key '{key}' in a ramp", ("ramp", key), nearest(key, keys), on_key=True)
        for key in keys:
            if key not in ramp:
                raise Problem(f"the key '{key}' is missing; a ramp has from, to, start and end", ("ramp",), on_key=True)
        start, end = self._ramp_years(ramp, years)
        ends = []
        for key in ("from", "to"):
            try:
                ends.append(self.amount(ramp[key]))
            except Problem as problem:
                raise Problem(problem.message, ("ramp", key)) from None
        return Ramp(ends[0], ends[1], start, end, self.unit)

    def _ramp_years(self, ramp: dict[str, Any], years: int | None) -> tuple[int, int]:
        for key in ("start", "end"):
            year = ramp[key]
            if isinstance(year, bool) or not isinstance(year, int) or year < 1 or (years is not None and year > years):
                limit = f" from 1 to {years}" if years is not None else ""
                raise Problem(f"expected a contract year{limit}, got {shown(year)}", ("ramp", key))
        if ramp["start"] >= ramp["end"]:
            raise Problem(f"a ramp must end after it starts: start {ramp['start']}, end {ramp['end']}", ("ramp", "end"))
        return ramp["start"], ramp["end"]

    def _validate(self, written: Any, info: ValidationInfo) -> Value:
        if isinstance(written, Value):  # made in Python, by a test or a tool
            return written
        try:
            return self.read(written, (info.context or {}).get("years"))
        except Problem as problem:
            raise problem.for_pydantic() from None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return number_schema(self)


def written_units(unit: Unit) -> set[Unit]:
    """The units a person may write for this unit: £ for £ at constant prices, 'a year' and 'a person' left out."""
    said = Unit.of({("£" if name == "£real" else name): power for name, power in unit.powers})
    over = Unit.of({name: power for name, power in said.powers if power > 0})
    return {said, over}


def field_for(unit: Unit) -> NumberField:
    """The field for numbers of a unit that is known only from the file (an assumption states its own)."""
    said = {
        PURE: "a rate or number such as 3.5% or 1.2",
        PERSON: "a number of people such as 740 people",
        POINT: "a number of points such as 1.6 points",
        PURE / YEAR: "a rate a year such as 0.8pp",
        POINT / YEAR: "points a year such as 0.1 points",
    }
    if unit in said:
        return NumberField(unit, said[unit])
    if POUND in written_units(unit):
        return NumberField(unit, "an amount of money such as £687m")
    return NumberField(unit, f"a quantity in {unit}")


ANY_RATE = NumberField(PURE, "a rate such as 3.5%", percent=True)
GROWTH = replace(ANY_RATE, limits=Limits(-1.0, 10.0, open_least=True))
SHARE = NumberField(PURE, "a share such as 60%", Limits(0.0, 1.0), percent=True)
FACTOR = NumberField(PURE, "a rate such as 100%", Limits(least=0.0), percent=True)
NUMBER = NumberField(PURE, "a number such as 1.2", Limits(least=0.0, open_least=True))
REAL_MONEY = NumberField(REAL_POUND, "an amount of money such as £687m", Limits(least=0.0))
MONEY = replace(REAL_MONEY, unit=POUND)
MONEY_PER_PERSON = NumberField(REAL_POUND / PERSON, "an amount of money a person such as £139.50", Limits(least=0.0))
MONEY_PER_POINT = NumberField(
    REAL_POUND / PERSON / POINT, "an amount of money a person and point such as £60", Limits(least=0.0)
)
PEOPLE = NumberField(PERSON, "a number of people such as 740 people", Limits(least=0.0, open_least=True))
POINTS = NumberField(POINT, "a number of points such as 1.6 points")
RATE_PER_YEAR = NumberField(PURE / YEAR, "a rate a year such as 0.8pp")
POINTS_PER_YEAR = NumberField(POINT / YEAR, "points a year such as 0.1 points")

Rate = Annotated[Value, ANY_RATE]
Growth = Annotated[Value, GROWTH]
Share = Annotated[Value, SHARE]
Factor = Annotated[Value, FACTOR]
Realised = Annotated[Value, replace(FACTOR, limits=Limits(0.0, 2.0))]
RealMoney = Annotated[Value, REAL_MONEY]
Money = Annotated[Value, MONEY]
MoneyOnce = Annotated[Value, replace(MONEY, once=True)]
RealMoneyOnce = Annotated[Value, replace(REAL_MONEY, once=True)]
FactorOnce = Annotated[Value, replace(FACTOR, once=True)]
ShareOnce = Annotated[Value, replace(SHARE, once=True)]
RealMoneyPerPerson = Annotated[Value, MONEY_PER_PERSON]
RealMoneyPerPoint = Annotated[Value, MONEY_PER_POINT]
People = Annotated[Value, PEOPLE]
PeopleOnce = Annotated[Value, replace(PEOPLE, once=True)]
GrowthOnce = Annotated[Value, replace(GROWTH, once=True)]
RatePerYear = Annotated[Value, RATE_PER_YEAR]
PointsPerYear = Annotated[Value, POINTS_PER_YEAR]


def _one(field: NumberField, *, open_least: bool = False) -> NumberField:
    limits = replace(field.limits, open_least=True) if open_least else field.limits
    return replace(field, constant=True, limits=limits)


ConstantRate = Annotated[Constant, _one(ANY_RATE)]
ConstantGrowth = Annotated[Constant, _one(GROWTH)]
ConstantShare = Annotated[Constant, _one(SHARE)]
ConstantFactor = Annotated[Constant, _one(FACTOR)]
ConstantNumber = Annotated[Constant, _one(NUMBER)]
ConstantRealMoney = Annotated[Constant, _one(REAL_MONEY, open_least=True)]
ConstantRealDifference = Annotated[Constant, replace(_one(REAL_MONEY), limits=ANY)]
ConstantMoney = Annotated[Constant, _one(MONEY, open_least=True)]
ConstantPeople = Annotated[Constant, _one(PEOPLE)]
ConstantPoints = Annotated[Constant, _one(POINTS)]
ConstantSpread = Annotated[Constant, replace(_one(POINTS), limits=Limits(least=0.0, open_least=True))]
ConstantRatePerYear = Annotated[Constant, _one(RATE_PER_YEAR)]
ConstantPointsPerYear = Annotated[Constant, _one(POINTS_PER_YEAR)]
