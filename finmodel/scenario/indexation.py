"""Price indices, written as a contract's clause is drafted (docs/model.md, "Indices")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from finmodel.scenario.fields import GROWTH, Growth, GrowthOnce, Share
from finmodel.scenario.models import zero
from finmodel.scenario.parts import Name, Part, Text, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.quantities import parse_quantity
from finmodel.scenario.schema_numbers import number_schema, years_schema
from finmodel.scenario.values import Value
from finmodel.units import YEAR

LONGEST_LAG = 10
_KNOWN = replace(GROWTH, constant=True)
_ONE = number_schema(_KNOWN)
_OPENING = {"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}]}
_YEAR = {"type": "string", "pattern": "^(19|20)[0-9]{2}/[0-9]{2}$"}


def _lag(written: Any) -> int:
    message = f"expected whole years such as 1 year, from 0 to {LONGEST_LAG} years, got {shown(written)}"
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise Problem(message)
    try:
        found = parse_quantity(written)
    except ValueError:
        raise Problem(message) from None
    in_years = found.unit == YEAR or (found.amount == 0 and not found.marked)
    if not in_years or found.amount != round(found.amount) or not 0 <= found.amount <= LONGEST_LAG:
        raise Problem(message)
    return round(found.amount)


def _opening(written: Any) -> tuple[float, ...]:
    if not isinstance(written, (list, tuple)):
        return (_KNOWN.amount(written),)
    if not written:
        raise Problem("expected the changes known at signature, such as 2.5% or [2%, 2.5%], got an empty list")
    found = []
    for at, item in enumerate(written):
        try:
            found.append(_KNOWN.amount(item))
        except Problem as problem:
            raise Problem(problem.message, (at,)) from None
    return tuple(found)


def _financial_year(written: Any) -> str:
    found = re.fullmatch(r"(20[0-9]{2}|19[0-9]{2})/([0-9]{2})", written) if isinstance(written, str) else None
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise Problem(f"expected a financial year such as 2014/15, got {shown(written)}")
    return found[0]


class Index(Part):
    """Prices: each year they rise by `change`, as lag, collar and cap let it through, less `efficiency`."""

    change: Growth | None = Field(default=None, examples=["2.5%", "nhs_cost_inflation"])
    """Growth of prices a year. A list by year: its first entry is already in year-1 prices and is not applied."""
    follows: Name | None = Field(default=None, examples=["nhs_cost"])
    """In place of `change`: the index whose `change` is taken, before that index's own lag, limits and efficiency."""
    lag: Annotated[int, checked(_lag, years_schema())] = Field(default=0, examples=["1 year"])
    """Whole years by which the change applies later: year t applies the change of year t - lag. Default: 0 years."""
    opening_change: Annotated[tuple[float, ...], checked(_opening, _OPENING)] = Field(
        default=(), examples=["2.5%", ["2%", "3%"]]
    )
    """With a lag: the changes known at signature, one number or one a year of lag, the last of them into year 1."""
    collar: Growth | None = Field(default=None, examples=["0%"])
    """The least change a year, before efficiency. Default: none."""
    cap: Growth | None = Field(default=None, examples=["5%"])
    """The most change a year, before efficiency; never below the collar. Default: none."""
    efficiency: Share = Field(default_factory=zero, examples=["2%"])
    """Taken off the growth each year, a share. Default: 0%."""
    expected: Growth | None = Field(default=None, examples=["2.1%"])
    """The change by which prices are set at the start of a year, before the actual one is known. Default: none."""
    true_up: Share | None = Field(default=None, examples=["100%", "50%"])
    """With `expected`: the share of actual less expected that is paid for the year and kept in later levels."""
    base: Annotated[str, checked(_financial_year, _YEAR)] | None = Field(default=None, examples=["2014/15"])
    """The financial year at whose prices the amounts that this index carries are quoted. Default: that of the start."""
    since_base: GrowthOnce | None = Field(default=None, examples=["4.3%"])
    """With an earlier `base`: growth of prices from then to contract year 1, all years together."""
    label: Text | None = Field(default=None, examples=["National tariff prices"])
    """What the index is called in reports. Default: its name."""

    @property
    def opening_changes(self) -> tuple[float, ...]:
        """The changes into contract years 2 - lag to 1, which act in years 2 to lag + 1."""
        return self.opening_change * self.lag if len(self.opening_change) == 1 else self.opening_change

    @property
    def as_published(self) -> bool:
        """Whether every year's change counts in full in its own year."""
        return not self.lag and self.collar is self.cap is self.expected is None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.change is None and self.follows is None:
            message = "expected change, or follows with the index whose change is taken"
            raise Problem(message, on_key=True).for_pydantic()
        if self.change is not None and self.follows is not None:
            raise Problem("expected either change or follows", ("follows",), on_key=True).for_pydantic()
        if self.lag and not self.opening_change:
            message = f"a lag needs opening_change: the change{'s' * (self.lag > 1)} known at signature"
            raise Problem(message, ("lag",), on_key=True).for_pydantic()
        if not self.lag and self.opening_change:
            raise Problem("opening_change goes with a lag", ("opening_change",), on_key=True).for_pydantic()
        if len(self.opening_changes) != self.lag:
            message = f"expected one number, or one for each of the {self.lag} years of lag; got "
            raise Problem(f"{message}{len(self.opening_change)}", ("opening_change",)).for_pydantic()
        self._check_pair("expected", self.expected, "true_up", self.true_up)
        if self.since_base is not None and self.base is None:
            raise Problem("since_base needs base: the year it counts from", ("since_base",), on_key=True).for_pydantic()
        return self

    @staticmethod
    def _check_pair(one: str, first: Value | None, other: str, second: Value | None) -> None:
        if (first is None) != (second is None):
            there, lacks = (one, other) if second is None else (other, one)
            raise Problem(f"'{there}' needs '{lacks}' beside it", (there,), on_key=True).for_pydantic()


def first_financial_year(start: date) -> str:
    """The financial year that holds the start, as `2016/17`."""
    year = start.year if start.month >= 4 else start.year - 1
    return f"{year}/{(year + 1) % 100:02d}"


def source_of(indices: Mapping[str, Index], name: str) -> str:
    """The index whose own `change` stands behind this one; there is no circle in a checked scenario."""
    while (followed := indices[name].follows) is not None:
        name = followed
    return name
