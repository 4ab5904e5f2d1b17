"""What outcomes are held against: the level before the contract, and a comparator that moves the level to beat."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from finmodel.scenario.fields import (
    ConstantPeople,
    ConstantPoints,
    ConstantShare,
    People,
    PointsPerYear,
    RatePerYear,
)
from finmodel.scenario.parts import Part, Text, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Constant
from finmodel.units import POINT, PURE, YEAR


def _period(written: Any) -> str:
    text = str(written) if isinstance(written, (int, str)) and not isinstance(written, bool) else ""
    found = re.fullmatch(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2})|/([0-9]{2}))?", text)
    if found is None:
        raise Problem(f"expected a period such as 2013, 2010-2014 or 2015/16, got {shown(written)}")
    if found[2] and int(found[2]) <= int(found[1]):
        raise Problem(f"the period ends before it starts: {shown(written)}")
    if found[3] and (int(found[1]) + 1) % 100 != int(found[3]):
        raise Problem(f"a financial year is two consecutive years, as in 2015/16; got {shown(written)}")
    return text


class _Baseline(Part):
    """The level before the contract, in which period, and measured among how many people."""

    period: Annotated[str, checked(_period, {"type": ["string", "integer"]})] = Field(
        examples=["2013", "2010-2014", "2015/16"]
    )
    """When it was measured: a year, a range of years or a financial year."""
    people: ConstantPeople = Field(examples=["740 people"])
    """How many people were measured: fewer people, more error."""

    @property
    def middle(self) -> float:
        """The middle of the period as a decimal year: 2013.5 for 2013, 2015.75 for the financial year 2015/16."""
        if "/" in self.period:
            return int(self.period[:4]) + 0.75
        first, _, last = self.period.partition("-")
        return (int(first) + int(last or first) + 1) / 2


class RateBaseline(_Baseline):
    """The baseline of a rate."""

    value: ConstantShare = Field(examples=["96.7%"])
    """The share of people, in that period."""


class MeanBaseline(_Baseline):
    """The baseline of a mean score, in points."""

    value: ConstantPoints = Field(examples=["8.74 points"])
    """The mean score in that period, in points."""


class _Comparator(Part):
    """Another area, or the country, by whose measured change the level to beat moves."""

    label: Text = Field(examples=["England"])
    """What the comparator is called in reports."""
    people: People = Field(examples=["38,000 people"])
    """How many of its people are measured each year."""


class RateComparator(_Comparator):
    """The comparator of a rate: the level to beat is the baseline and its measured change since its own."""

    baseline: RateBaseline = Field(examples=[{"value": "35.4%", "period": "2013", "people": "37,000 people"}])
    """Its level before the contract, measured with an error of its own."""
    drift: RatePerYear = Field(default_factory=partial(Constant, 0.0, PURE / YEAR), examples=["0.1pp"])
    """How much more it rises by itself than the outcome does, in percentage points a year. Default: 0pp."""


class MeanComparator(_Comparator):
    """The comparator of a mean: the level to beat is the baseline and its measured change since its own."""

    baseline: MeanBaseline = Field(examples=[{"value": "8.7 points", "period": "2015", "people": "71,000 people"}])
    """Its level before the contract, measured with an error of its own."""
    drift: PointsPerYear = Field(default_factory=partial(Constant, 0.0, POINT / YEAR), examples=["0.01 points"])
    """How much more it rises by itself than the outcome does, in points a year. Default: 0 points."""
