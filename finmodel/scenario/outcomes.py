"""Outcomes: what is measured, what it counts for, and how it becomes money."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.errors import nearest
from finmodel.scenario.baselines import MeanBaseline, MeanComparator, RateBaseline, RateComparator
from finmodel.scenario.fields import (
    POINTS,
    ConstantNumber,
    ConstantPointsPerYear,
    ConstantRatePerYear,
    ConstantShare,
    ConstantSpread,
    People,
    PointsPerYear,
    RatePerYear,
    RealMoneyPerPerson,
    RealMoneyPerPoint,
    Share,
)
from finmodel.scenario.models import one
from finmodel.scenario.parts import Months, Name, Part, Text, checked, whole
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.scoring import (
    POINTS_SCHEMA,
    TIERS_SCHEMA,
    Gate,
    MeanBonus,
    RateBonus,
    Score,
    Significance,
    check_score,
    mean_score,
    mean_tiers,
    rate_score,
    rate_tiers,
)
from finmodel.scenario.values import Constant
from finmodel.scenario.withdrawal import Withdrawn


class Cohort(Part):
    """Who is measured each year: `coverage` of a site (or of `all` sites), or a stated number of people."""

    site: Name | None = Field(default=None, examples=["breast", "all"])
    """The site whose people are measured, or `all` sites of the service."""
    coverage: Share = Field(default_factory=one, examples=["60%"])
    """The share of the site's people who are measured. Default: 100%."""
    people: People | None = Field(default=None, examples=["340 people"])
    """The number measured each year, instead of a site."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.site is None) == (self.people is None):
            raise Problem("expected either site or people").for_pydantic()
        if self.people is not None and "coverage" in self.model_fields_set:
            raise Problem("coverage goes with site, not with people", ("coverage",), on_key=True).for_pydantic()
        return self


_TWO = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 2}


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


class _Outcome(Part):
    label: Text = Field(examples=["One-year survival, breast cancer"])
    """What the outcome is called in reports."""
    service: Name = Field(examples=["cancer"])
    """The service whose outcome money it earns."""
    reference: Literal["static", "trend", "comparator"]
    """What is scored against: `static`, the baseline; `trend`, the baseline carried forward by `expected_trend`; or
    `comparator`, the baseline carried forward by the measured change of the `comparator`.
    """
    effect_phase: Name = Field(examples=["outcomes_based"])
    """The phase in whose years the effect builds up, once the service has started; it stays as it is afterwards."""
    cohort: Cohort
    """Who is measured each year."""
    overdispersion: ConstantNumber = Field(default_factory=one, examples=[1.2])
    """Variance of the measured figure over what chance alone gives. Default: 1."""
    lag: Months = Field(default=0, examples=["24 months"])
    """Time from the end of a contract year until its figure is known, in whole months. Default: 0."""
    weight: ConstantShare = Field(examples=["25%"])
    """The share of the service's outcome money that this outcome earns."""
    evidence: Literal["sourced", "unsourced"]
    """Whether the baseline has a source. An unsourced outcome stays out and the other weights are scaled up."""
    pooled_years: Annotated[int, whole(1, 10)] = Field(default=1, examples=[3])
    """Over how many years the measured figure is pooled, each year weighing by its people: the year paid for and those
    before it, as far as the contract goes back. Default: 1.
    """
    significant_at: Significance | None = Field(default=None, examples=["95%"])
    """Nothing is earned unless the measured change is significant at this level, 50% to 99.99%, in a one-sided test
    against the level to beat. Default: no test.
    """
    gates: list[Gate] = Field(
        default_factory=list, examples=[[{"outcome": "safety", "figure": "level", "at_least": "95%"}]]
    )
    """Thresholds of other outcomes; nothing is earned in a year in which one is not reached. Default: none."""
    withdrawn: Withdrawn | None = Field(default=None, examples=[{"from": 5, "weight": "others"}])
    """From when it is no longer measured, for certain or by chance, and what its money then goes by. Default: never."""
    one_more: Text | None = Field(default=None, examples=["one-year survivor"])
    """What one more of it is called in reports; outcomes of the same word are added up there. Default: its label."""
    remark: Text | None = Field(default=None, examples=["Earlier diagnosis lifts one-year survival by itself."])
    """What must be said beside what one more costs. Default: nothing."""

    def _check_score(self, score: Score | None, tiers: Score | None, bonus: RateBonus | MeanBonus | None) -> None:
        try:
            check_score(score, tiers, bonus)
        except Problem as problem:
            raise problem.for_pydantic() from None

    def _check_trend(self, expected: Constant | None, comparator: RateComparator | MeanComparator | None) -> None:
        if self.reference == "comparator" and comparator is None:
            raise Problem("the key 'comparator' is missing; reference: comparator needs it", on_key=True).for_pydantic()
        if self.reference != "comparator" and comparator is not None:
            message = "comparator is used only with reference: comparator"
            raise Problem(message, ("comparator",), on_key=True).for_pydantic()
        if self.reference == "trend" and expected is None:
            raise Problem("the key 'expected_trend' is missing; reference: trend needs it", on_key=True).for_pydantic()
        if self.reference != "trend" and expected is not None:
            message = "expected_trend is used only with reference: trend"
            raise Problem(message, ("expected_trend",), on_key=True).for_pydantic()


class RateOutcome(_Outcome):
    """An outcome that is a share of the people measured. Trend and effect are in rate a year; the score in rate."""

    measure: Annotated[Literal["rate"], checked(_measure, {"const": "rate"})]
    """`rate`: a share of the people measured."""
    baseline: RateBaseline = Field(examples=[{"value": "35.4%", "period": "2013", "people": "600 people"}])
    """The level before the contract."""
    trend: RatePerYear = Field(examples=["0.8pp", {"normal": ["0.8pp", "0.2pp"]}])
    """What the level would do by itself, in percentage points a year."""
    expected_trend: ConstantRatePerYear | None = Field(default=None, examples=["0.8pp"])
    """The trend that the score allows for, in percentage points a year; only with `reference: trend`."""
    comparator: RateComparator | None = None
    """The area by whose measured change the level to beat moves; only with `reference: comparator`. It shares the
    draw of the trend.
    """
    effect: RatePerYear = Field(examples=["0.2pp", {"triangular": ["0pp", "0.2pp", "0.6pp"]}])
    """What a payment model with `effect: true` adds, in percentage points a year."""
    marginal_cost: RealMoneyPerPerson | None = Field(default=None, examples=["£20,000 a person"])
    """What it costs the integrator to achieve the outcome for one person more in one year, at year-1 prices.
    Default: not known.
    """
    score: Annotated[Score, checked(rate_score, POINTS_SCHEMA)] | None = Field(
        default=None, examples=[[["0pp", "0%"], ["3pp", "100%"]]]
    )
    """Points [improvement, share of the money], straight in between. Either this or `tiers`."""
    tiers: Annotated[Score, checked(rate_tiers, TIERS_SCHEMA)] | None = Field(
        default=None, examples=[[["1pp", "40%"], ["3pp", "100%"]]]
    )
    """Tiers [improvement, share of the money] instead of `score`: the highest tier reached pays, none below the first.
    One tier of 100% is all or nothing.
    """
    bonus: RateBonus | None = Field(default=None, examples=[{"from": "3pp", "to": "5pp", "share": "120%"}])
    """What is earned above 100%, beyond the last point or tier. Default: nothing."""

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
        self._check_trend(self.expected_trend, self.comparator)
        self._check_score(self.score, self.tiers, self.bonus)
        return self


class MeanOutcome(_Outcome):
    """An outcome that is a mean score. Trend and effect are in points a year; the score in points."""

    measure: Annotated[Literal["mean"], checked(_measure, {"const": "mean"})]
    """`mean`: a mean score of the people measured."""
    baseline: MeanBaseline = Field(examples=[{"value": "8.74 points", "period": "2016", "people": "1,160 people"}])
    """The level before the contract."""
    scale: Annotated[tuple[float, float], checked(_scale, _TWO)] = Field(examples=[["0 points", "10 points"]])
    """The least and the most points that can be scored."""
    sd: ConstantSpread = Field(examples=["1.6 points"])
    """The standard deviation between people, in points."""
    trend: PointsPerYear = Field(examples=["0.05 points", {"normal": ["0.05 points", "0.02 points"]}])
    """What the score would do by itself, in points a year."""
    expected_trend: ConstantPointsPerYear | None = Field(default=None, examples=["0.05 points"])
    """The trend that the score allows for, in points a year; only with `reference: trend`."""
    comparator: MeanComparator | None = None
    """The area by whose measured change the level to beat moves; only with `reference: comparator`. It shares the
    draw of the trend.
    """
    effect: PointsPerYear = Field(examples=["0.03 points", {"triangular": ["0 points", "0.03 points", "0.08 points"]}])
    """What a payment model with `effect: true` adds, in points a year."""
    marginal_cost: RealMoneyPerPoint | None = Field(default=None, examples=["£60"])
    """What it costs the integrator to raise the score of one person by one point in one year, at year-1 prices.
    Default: not known.
    """
    score: Annotated[Score, checked(mean_score, POINTS_SCHEMA)] | None = Field(
        default=None, examples=[[["0 points", "0%"], ["0.3 points", "100%"]]]
    )
    """Points [improvement, share of the money], straight in between. Either this or `tiers`."""
    tiers: Annotated[Score, checked(mean_tiers, TIERS_SCHEMA)] | None = Field(
        default=None, examples=[[["0.1 points", "40%"], ["0.3 points", "100%"]]]
    )
    """Tiers [improvement, share of the money] instead of `score`: the highest tier reached pays, none below the first.
    One tier of 100% is all or nothing.
    """
    bonus: MeanBonus | None = Field(
        default=None, examples=[{"from": "0.3 points", "to": "0.5 points", "share": "120%"}]
    )
    """What is earned above 100%, beyond the last point or tier. Default: nothing."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check_trend(self.expected_trend, self.comparator)
        self._check_score(self.score, self.tiers, self.bonus)
        low, high = self.scale
        if not low <= self.baseline.value.amount <= high:
            message = f"the baseline lies outside the scale, {low:g} to {high:g}"
            raise Problem(message, ("baseline", "value")).for_pydantic()
        if self.comparator is not None and not low <= self.comparator.baseline.value.amount <= high:
            message = f"the baseline lies outside the scale, {low:g} to {high:g}"
            raise Problem(message, ("comparator", "baseline", "value")).for_pydantic()
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


def largest_score(outcome: Outcome) -> float:
    """The largest share of its money that an outcome can earn."""
    if outcome.bonus is not None:
        return outcome.bonus.share.amount
    stated = outcome.withdrawn.score if outcome.withdrawn else None
    most = max(share for _, share in outcome.score or outcome.tiers or ())
    return most if stated is None else max(most, stated.amount)


OutcomeField = Annotated[Outcome, PlainValidator(_outcome, json_schema_input_type=RateOutcome | MeanOutcome)]
