"""Outcomes: what is measured, what it counts for, and how it becomes money."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.errors import nearest
from finmodel.scenario.fields import (
    POINTS,
    SHARE,
    ConstantNumber,
    ConstantPeople,
    ConstantPoints,
    ConstantPointsPerYear,
    ConstantRatePerYear,
    ConstantShare,
    ConstantSpread,
    NumberField,
    People,
    PointsPerYear,
    RatePerYear,
    Share,
)
from finmodel.scenario.models import one
from finmodel.scenario.parts import Months, Name, Part, Text, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Constant
from finmodel.units import PURE


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

    period: Annotated[str, checked(_period)]
    people: ConstantPeople

    @property
    def middle(self) -> float:
        """The middle of the period as a decimal year: 2013.5 for 2013, 2015.75 for the financial year 2015/16."""
        if "/" in self.period:
            return int(self.period[:4]) + 0.75
        first, _, last = self.period.partition("-")
        return (int(first) + int(last or first) + 1) / 2


class RateBaseline(_Baseline):
    """The baseline of a rate."""

    value: ConstantShare


class MeanBaseline(_Baseline):
    """The baseline of a mean score, in points."""

    value: ConstantPoints


class Cohort(Part):
    """Who is measured each year: `coverage` of a site (or of `all` sites), or a stated number of people."""

    site: Name | None = None
    coverage: Share = Field(default_factory=one)
    people: People | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.site is None) == (self.people is None):
            raise Problem("expected either site or people").for_pydantic()
        if self.people is not None and "coverage" in self.model_fields_set:
            raise Problem("coverage goes with site, not with people", ("coverage",), on_key=True).for_pydantic()
        return self


Score = tuple[tuple[float, float], ...]


def _curve(written: Any, improvement: NumberField) -> Score:
    if not isinstance(written, list) or len(written) < 2:
        raise Problem(f"expected at least two points [improvement, share of the money], got {shown(written)}")
    curve: list[tuple[float, float]] = []
    for at, point in enumerate(written):
        if not isinstance(point, list) or len(point) != 2:
            raise Problem(f"expected a point [improvement, share of the money], got {shown(point)}", (at,))
        pair = []
        for place, (field, item) in enumerate(zip((improvement, SHARE), point, strict=True)):
            try:
                pair.append(field.amount(item))
            except Problem as problem:
                raise Problem(problem.message, (at, place)) from None
        if curve and pair[0] <= curve[-1][0]:
            raise Problem("each improvement must be larger than the one before", (at, 0))
        curve.append((pair[0], pair[1]))
    return tuple(curve)


def _scale(written: Any) -> tuple[float, float]:
    if not isinstance(written, (list, tuple)) or len(written) != 2:
        raise Problem(f"expected the least and the most points, as in [0, 10], got {shown(written)}")
    low, high = (POINTS.amount(end) for end in written)
    if low >= high:
        raise Problem(f"the scale must rise, as in [0, 10], got {low:g} and {high:g}")
    return low, high


def _measure(written: Any) -> str:
    if written not in ("rate", "mean"):
        raise Problem(f"expected rate or mean, got {shown(written)}", (), nearest(str(written), ["rate", "mean"]))
    return str(written)


def _rate_score(written: Any) -> Score:
    return _curve(written, NumberField(PURE, "an improvement such as 3pp"))


def _mean_score(written: Any) -> Score:
    return _curve(written, POINTS)


class _Outcome(Part):
    label: Text
    service: Name
    reference: Literal["static", "trend"]
    effect_phase: Name
    cohort: Cohort
    overdispersion: ConstantNumber = Field(default_factory=one)
    lag: Months = 0
    weight: ConstantShare
    evidence: Literal["sourced", "unsourced"]

    def _check_trend(self, expected: Constant | None) -> None:
        if self.reference == "trend" and expected is None:
            raise Problem("the key 'expected_trend' is missing; reference: trend needs it", on_key=True).for_pydantic()
        if self.reference == "static" and expected is not None:
            message = "expected_trend is used only with reference: trend"
            raise Problem(message, ("expected_trend",), on_key=True).for_pydantic()


class RateOutcome(_Outcome):
    """An outcome that is a share of the people measured. Trend and effect are in rate a year; the score in rate."""

    measure: Annotated[Literal["rate"], checked(_measure)]
    baseline: RateBaseline
    trend: RatePerYear
    expected_trend: ConstantRatePerYear | None = None
    effect: RatePerYear
    score: Annotated[Score, checked(_rate_score)]

    @property
    def scale(self) -> tuple[float, float]:
        """The range of a rate."""
        return 0.0, 1.0

    @property
    def sd(self) -> None:
        """A rate states no standard deviation: it follows from the rate and the number of people."""
        return

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check_trend(self.expected_trend)
        return self


class MeanOutcome(_Outcome):
    """An outcome that is a mean score. Trend and effect are in points a year; the score in points."""

    measure: Annotated[Literal["mean"], checked(_measure)]
    baseline: MeanBaseline
    scale: Annotated[tuple[float, float], checked(_scale)]
    sd: ConstantSpread
    trend: PointsPerYear
    expected_trend: ConstantPointsPerYear | None = None
    effect: PointsPerYear
    score: Annotated[Score, checked(_mean_score)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check_trend(self.expected_trend)
        low, high = self.scale
        if not low <= self.baseline.value.amount <= high:
            message = f"the baseline lies outside the scale, {low:g} to {high:g}"
            raise Problem(message, ("baseline", "value")).for_pydantic()
        return self


def _outcome(written: Any, info: ValidationInfo) -> RateOutcome | MeanOutcome:
    if isinstance(written, (RateOutcome, MeanOutcome)):
        return written
    measure = written.get("measure") if isinstance(written, dict) else None
    if measure == "mean" or (
        measure != "rate" and isinstance(written, dict) and ("sd" in written or "scale" in written)
    ):
        return MeanOutcome.model_validate(written, context=info.context)
    return RateOutcome.model_validate(written, context=info.context)


Outcome = RateOutcome | MeanOutcome
OutcomeField = Annotated[Outcome, PlainValidator(_outcome, json_schema_input_type=RateOutcome | MeanOutcome)]
