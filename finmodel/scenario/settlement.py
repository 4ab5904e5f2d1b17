"""A settlement: payment terms alone, for actual figures. One row of the actuals is one settlement.

finmodel: 1
settlement: gain_share
title: Gain share with the provider
source: Contract, schedule 7
key: [provider, year]
parties: {commissioner: Commissioner, provider: Provider}
inputs:
  target: {unit: money, above: £0}
  cost: {unit: money}
lines:
  gain: {formula: target - cost}
terms:
  - {name: share, from: commissioner, to: provider, formula: "clip(50% * gain, -5% * target, 5% * target)"}
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.scenario.measures import CURRENCIES, POUND_SIGN, Measure
from finmodel.scenario.own_lines import Formula
from finmodel.scenario.parts import Name, Part, Text, checked
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.values import Limits

GIVEN = "given"
"""`NAME.given` in a formula: whether the cell was filled."""


def _currency(info: ValidationInfo) -> str:
    written = (info.context or {}).get("currency", POUND_SIGN)
    return written if written in CURRENCIES else POUND_SIGN


def _measure(written: Any, info: ValidationInfo) -> Measure:
    try:
        return Measure.read(written, _currency(info))
    except Problem as problem:
        raise problem.for_pydantic() from None


def _amount(written: Any, info: ValidationInfo) -> float | None:
    """An amount in the unit that stands above it."""
    measure = info.data.get("unit")
    if written is None or measure is None:  # of a column of text, or the unit is a mistake of its own
        return None
    try:
        found: float = measure.amount(written)
    except Problem as problem:
        raise problem.for_pydantic() from None
    return found


def _category(written: Any) -> str:
    if isinstance(written, bool) or not isinstance(written, (str, int)) or not str(written).strip():
        hint = " (put quotes round it)" if isinstance(written, (bool, float)) else ""
        raise Problem(f"expected text, got {shown(written)}{hint}")
    return str(written).strip()


def _format(written: Any) -> int:
    if written != 1 or isinstance(written, bool):
        raise Problem(f"this version reads settlements of format 1, got {shown(written)}")
    return 1


MeasureField = Annotated[Measure, PlainValidator(_measure, json_schema_input_type=str)]
Amount = Annotated[float | None, PlainValidator(_amount, json_schema_input_type=str | float)]
Category = Annotated[str, checked(_category, {"type": ["string", "integer"]})]


class SettlementInput(Part):
    """A column of the actuals: an amount with `unit`, or a text that is one of `values`."""

    unit: Annotated[Measure | None, PlainValidator(_measure, json_schema_input_type=str)] = Field(
        default=None, examples=["money", "rate", "people", "number", "money/person"]
    )
    """What the numbers are counted in. Comes first: the amounts below are read by it."""
    values: list[Category] | None = Field(default=None, min_length=1, examples=[["Y", "N"]])
    """In place of `unit`: the texts that may stand in the column."""
    column: Text | None = Field(default=None, examples=["Total benchmark expenditures"])
    """The name of the column in the actuals. Default: the input's own name."""
    label: Text | None = Field(default=None, examples=["Benchmark expenditure"])
    """What the input is called in results. Default: its name."""
    scale: Amount = Field(default=None, examples=["1%", "£1,000"])
    """What a bare 1 in the column stands for: 1% for a column of per cent. A cell with a unit of its own is taken as it
    is. Default: one of the unit."""
    least: Amount = Field(default=None, examples=["0%"])
    """The least that may stand in the column. Default: none."""
    above: Amount = Field(default=None, examples=["£0"])
    """What the column must be more than, such as £0 where a formula divides by it. Default: none."""
    most: Amount = Field(default=None, examples=["100%"])
    """The most that may stand in the column. Default: none."""
    default: Any = Field(default=None, examples=["0%"])
    """What an empty cell stands for; `NAME.given` in a formula says whether the cell was filled. Default: an empty cell
    is a mistake."""

    @model_validator(mode="after")
    def _one_way(self, info: ValidationInfo) -> Self:
        if (self.unit is None) == (self.values is None):
            message = "expected either unit (a column of numbers) or values (a column of text)"
            raise Problem(message, on_key=True).for_pydantic()
        try:
            (self._numbers if self.unit is not None else self._texts)()
        except Problem as problem:
            raise problem.for_pydantic() from None
        return self

    def _numbers(self) -> None:
        assert self.unit is not None
        if self.least is not None and self.above is not None:
            raise Problem("either least or above, not both", ("above",), on_key=True)
        if self.scale is not None and self.scale <= 0:
            raise Problem(f"expected more than 0, got {self.unit.say(self.scale)}", ("scale",))
        if self.default is not None:
            try:
                object.__setattr__(self, "default", self.hold(self.unit.amount(self.default)))
            except Problem as problem:
                raise Problem(problem.message, ("default",)) from None

    def _texts(self) -> None:
        assert self.values is not None
        unfit = [key for key in ("scale", "least", "above", "most") if key in self.model_fields_set]
        if unfit:
            raise Problem(f"'{unfit[0]}' belongs to a column of numbers", (unfit[0],), on_key=True)
        twice = next((one for at, one in enumerate(self.values) if one in self.values[:at]), None)
        if twice is not None:
            raise Problem(f"'{twice}' stands here twice", ("values",))
        if self.default is not None:
            object.__setattr__(self, "default", _category(self.default))
            if self.default not in self.values:
                message = f"expected {one_of(self.values)}, got {shown(self.default)}"
                raise Problem(message, ("default",))

    @property
    def limits(self) -> Limits:
        """Within which an amount makes sense."""
        least = self.above if self.above is not None else self.least
        return Limits(least, self.most, self.above is not None)

    def hold(self, amount: float) -> float:
        """The amount, or Problem where it lies outside the limits."""
        if self.limits.hold(amount):
            return amount
        assert self.unit is not None
        bounds = [("more than", self.above), ("at least", self.least), ("at most", self.most)]
        said = " and ".join(f"{word} {self.unit.say(bound)}" for word, bound in bounds if bound is not None)
        raise Problem(f"expected {said}, got {self.unit.say(amount)}")


class Lookup(Part):
    """A number, or a condition (true or false), by the text of a column."""

    by: Name = Field(examples=["track"])
    """The input with `values` whose text is looked up."""
    unit: Annotated[Measure | None, PlainValidator(_measure, json_schema_input_type=str)] = Field(
        default=None, examples=["rate"]
    )
    """What the numbers are counted in; left out where they are true and false."""
    values: dict[str, Any] = Field(min_length=1, examples=[{"basic": "30%", "enhanced": "40%"}])
    """The number, or true or false, for each text."""
    otherwise: Any = Field(default=None, examples=["0%"])
    """What holds for texts that `values` leaves out. Default: there must be none."""
    label: Text | None = Field(default=None, examples=["Loss rate"])
    """What the lookup is called in results. Default: its name."""
    source: Text | None = None
    """Where the numbers are written. Default: the settlement's source."""

    @model_validator(mode="after")
    def _typed(self) -> Self:
        """`values` and `otherwise` hold amounts, or True and False."""
        stated: list[tuple[tuple[str | int, ...], Any]] = [(("values", key), one) for key, one in self.values.items()]
        if self.otherwise is not None:
            stated.append((("otherwise",), self.otherwise))
        read: dict[tuple[str | int, ...], float | bool] = {}
        for below, written in stated:
            try:
                read[below] = self._read(written)
            except Problem as problem:
                raise Problem(problem.message, below).for_pydantic() from None
        object.__setattr__(self, "values", {key: read["values", key] for key in self.values})
        object.__setattr__(self, "otherwise", read.get(("otherwise",)))
        return self

    def _read(self, written: Any) -> float | bool:
        if self.unit is not None:
            return self.unit.amount(written)
        if isinstance(written, bool):
            return written
        raise Problem(f"expected true or false, got {shown(written)} (a lookup of numbers states its unit)")

    @property
    def flag(self) -> bool:
        """Whether it is a condition."""
        return self.unit is None


class SettlementLine(Part):
    """A line over inputs, lookups, terms and other lines, in any order."""

    formula: Formula = Field(examples=["benchmark - expenditure"])
    """What the line is calculated by (docs/formulas.md)."""
    unit: MeasureField | None = Field(default=None, examples=["money"])
    """The unit that the formula must give. Default: not checked."""
    label: Text | None = Field(default=None, examples=["Savings"])
    """What the line is called in results. Default: its name."""
    source: Text | None = None
    """Where the rule is written. Default: the settlement's source."""


class SettlementTerm(Part):
    """What one party owes another: positive from payer to payee, rounded. Later terms read the rounded amount."""

    name: Name = Field(examples=["gain_share"])
    """The term's name; lines and later terms refer to it."""
    payer: Name = Field(alias="from", examples=["commissioner"])
    """Who pays, one of `parties`."""
    payee: Name = Field(alias="to", examples=["provider"])
    """Who is paid, one of `parties`."""
    formula: Formula = Field(examples=["50% * max(gain, 0)"])
    """The amount, in money."""
    label: Text | None = Field(default=None, examples=["Gain share"])
    """What the term is called in results. Default: its name."""
    source: Text | None = None
    """Where the rule is written. Default: the settlement's source."""


class Settlement(Part):
    """A checked settlement. Attributes are named as the keys of the file."""

    finmodel: Annotated[Literal[1], checked(_format, {"const": 1})]
    """The format of this file: 1."""
    settlement: Name = Field(examples=["gain_share_2021"])
    """The settlement's name."""
    title: Text = Field(examples=["Gain share with the provider"])
    """The settlement's title in results."""
    description: Text | None = None
    """What is settled, and what is left out. Default: none."""
    source: Text = Field(examples=["Contract, schedule 7", "42 CFR part 425"])
    """Where the terms are written."""
    currency: Literal["£", "$", "€"] = "£"
    """The sign of money: in this file, in the actuals and in results. Default: £."""
    rounding: Any = Field(default=None, examples=["£0.01", "£1"])
    """To what each term is rounded, half away from zero: 0.01 or 1 of the currency. Default: 0.01."""
    key: list[Text] = Field(min_length=1, examples=[["provider", "year"]])
    """The columns of the actuals that together name a row."""
    parties: dict[Name, Text] = Field(min_length=2, examples=[{"commissioner": "Commissioner", "provider": "Provider"}])
    """Who pays and is paid: a name and what the party is called in results."""
    inputs: dict[Name, SettlementInput] = Field(min_length=1)
    """The columns of the actuals that formulas read, by name."""
    lookups: dict[Name, Lookup] = Field(default_factory=dict)
    """Numbers and conditions by the text of a column. Default: none."""
    lines: dict[Name, SettlementLine] = Field(default_factory=dict)
    """Lines over inputs and lookups, in any order. Default: none."""
    terms: list[SettlementTerm] = Field(min_length=1)
    """What is owed, in the order of calculation; a term may name those above it."""

    @model_validator(mode="after")
    def _rounded(self) -> Self:
        """`rounding` holds how many of its steps make one of the currency."""
        written = f"{self.currency}0.01" if self.rounding is None else self.rounding
        steps = {f"{self.currency}0.01": 100.0, f"{self.currency}1": 1.0}
        text = re.sub(r"\s", "", str(written))
        if text not in steps:
            raise Problem(f"expected {one_of(list(steps))}, got {shown(written)}", ("rounding",)).for_pydantic()
        object.__setattr__(self, "rounding", steps[text])
        return self

    @property
    def step(self) -> str:
        """To what terms are rounded, as people write it."""
        return f"{self.currency}0.01" if self.rounding == 100.0 else f"{self.currency}1"
