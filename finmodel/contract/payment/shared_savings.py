"""Shared savings: against a benchmark, from the first pound once a minimum is reached, by outcomes where they count."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.contract.payment.outcome_score import OutcomeScore, outcome_score
from finmodel.contract.payment.people_scale import PeopleScale, rate_for
from finmodel.lines import Expr, Family, clip, maximum, minimum, reached, sum_over, where
from finmodel.scenario import ConstantShare, Factor, PaidOnAccount, Share
from finmodel.scenario.models import one, zero
from finmodel.scenario.parts import Name, Part, TrueFalse
from finmodel.scenario.problems import Problem


class Release(Part):
    """A part of the gain, paid outright or only where the outcomes are good enough."""

    share: ConstantShare = Field(examples=["50%"])
    """This part of the gain; the parts add up to 100%."""
    outcomes_at_least: Share | None = Field(default=None, examples=["40%"])
    """The score of all outcomes from which this part is paid; exactly there counts. Default: it is paid in any case."""


class LossShare(Part):
    """The share of a loss that is owed: 100% less the share of savings, within these limits."""

    least: ConstantShare = Field(examples=["40%"])
    """The least share of a loss that is owed."""
    most: ConstantShare = Field(examples=["75%"])
    """The largest share of a loss that is owed."""


class SharedSavings(Mechanism):
    """What the payee earns of a saving, less what it owes of a loss: positive where it earns, negative where it owes.

    B = benchmark x sum of `on`, or nothing where it is negative; S = that - cost; q = score of all outcomes.
    Earned once S reaches minimum x B, from the first pound: min(share x S x (1 - sequestration), cap x B). Owed once -S
    reaches the minimum for losses: min(loss_share x (-S), loss_limit x B). With `scaled_by_outcomes` the share is
    share x q; below `outcomes_at_least` it is nothing. q is the sum of weight x score in each service, services
    weighted by their targets.

    Who holds the budget: here the payer does, and cost is paid as it falls, so that the payee starts with nothing of
    the saving and is paid its share. Where the integrator is paid the target and keeps the whole difference, use
    `gain_loss_share`, which pays the commissioners theirs.

    What depends on outcomes is paid when the last of them is known, and as many months later as `paid` says; the rest
    as `paid` says.

    Example: half of £5m saved on £100m, which reaches 2%; nothing a pound short of 2%; 30% of a loss of £4m is owed.

    >>> written = "{kind: shared_savings, share: 50%, minimum_savings: 2%, cap: 10%, loss_share: 30%}"
    >>> worked(written, target=100e6, cost=[95e6, 98e6 + 1, 104e6])
    [2500000.0, 0.0, -1200000.0]

    Example: an organisation of the Medicare programme with 36,268 people in 2013 ($): the scale gives 2.337%, it saved
    6.5%, and half of it less 2% was paid: $19,388,729.

    >>> scale = "[[20000, 2.5%], [49999, 2.2%]]"
    >>> written = f"{{kind: shared_savings, share: 50%, minimum_by_people: {scale}, sequestration: 2%}}"
    >>> round(worked(written, target=613_084_880.4, cost=573_516_045.5, population=36_268))
    19388729

    Example: pain in full, and a gain in two halves, the second only where outcomes score at least 40%.

    >>> halves = "[{share: 50%}, {share: 50%, outcomes_at_least: 40%}]"
    >>> written = f"{{kind: shared_savings, share: 100%, loss_share: 100%, release: {halves}}}"
    >>> outcomes = {"home": {"weight": 1, "score": [0.39, 0.4, 0.4]}}
    >>> worked(written, target=100e6, cost=[98e6, 98e6, 103e6], outcomes=outcomes)
    [1000000.0, 2000000.0, -3000000.0]

    Source: 42 CFR 425.604 (minimum rate by people), 425.606 and 425.610 (Medicare Shared Savings Program); for
    `release` a Highways England framework, in "Constructing the Gold Standard".
    """

    kind: Literal["shared_savings"]
    """A share of what is saved against a benchmark, and of a loss, from the first pound once a minimum is reached."""
    on: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """Earlier terms whose sum is the benchmark. Default: the expenditure target."""
    benchmark: Factor = Field(default_factory=one, examples=["103%"])
    """The benchmark as a share of that sum, such as a risk score. Default: 100%."""
    cost: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["supply_chain"]])
    """Earlier terms whose sum is the cost held against the benchmark. Default: the integrator's cost."""
    share: Share = Field(examples=["50%"])
    """The payee's share of savings."""
    minimum_savings: Factor = Field(default_factory=zero, examples=["2%"])
    """Savings below this share of the benchmark earn nothing. Default: 0%."""
    minimum_by_people: PeopleScale | None = Field(
        default=None, examples=[[["5,000 people", "3.9%"], ["60,000 people", "2%"]]]
    )
    """In place of `minimum_savings`: points of population and the minimum there, straight between them, flat outside.
    Default: none.
    """
    minimum_losses: Factor | None = Field(default=None, examples=["2%"])
    """Losses below this share of the benchmark are not shared. Default: the minimum of savings."""
    cap: Factor | None = Field(default=None, examples=["10%"])
    """The most that can be earned, as a share of the benchmark. Default: no limit."""
    loss_share: Share = Field(default_factory=zero, examples=["30%"])
    """The payee's share of losses. Default: 0%, losses are not shared."""
    loss_share_between: LossShare | None = Field(default=None, examples=[{"least": "40%", "most": "75%"}])
    """In place of `loss_share`: 100% less the share of savings after outcomes, within these limits. Default: none."""
    loss_limit: Factor | None = Field(default=None, examples=["15%"])
    """The most that can be owed, as a share of the benchmark. Default: no limit."""
    sequestration: Share = Field(default_factory=zero, examples=["2%"])
    """Taken off what is earned, before the cap; nothing is taken off what is owed. Default: 0%."""
    scaled_by_outcomes: TrueFalse = Field(default=False, examples=[True])
    """Whether the share of savings is multiplied by the score of all outcomes. Default: false."""
    outcomes_at_least: Share | None = Field(default=None, examples=["40%"])
    """The score of all outcomes below which nothing is earned; exactly there counts. Default: no gate."""
    release: Annotated[list[Release], Field(min_length=1)] | None = Field(
        default=None, examples=[[{"share": "50%"}, {"share": "50%", "outcomes_at_least": "40%"}]]
    )
    """The parts in which a gain is released. Default: all of it at once."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        stated = self.model_fields_set
        if {"minimum_savings", "minimum_by_people"} <= stated:
            message = "either minimum_savings or minimum_by_people, not both"
            raise Problem(message, ("minimum_by_people",), on_key=True).for_pydantic()
        if {"loss_share", "loss_share_between"} <= stated:
            message = "either loss_share or loss_share_between, not both"
            raise Problem(message, ("loss_share_between",), on_key=True).for_pydantic()
        for key in ("minimum_losses", "loss_limit"):
            if key in stated and not stated & {"loss_share", "loss_share_between"}:
                message = f"'{key}' needs a share of losses: state loss_share"
                raise Problem(message, (key,), on_key=True).for_pydantic()
        return self

    @model_validator(mode="after")
    def _limits(self) -> Self:
        between = self.loss_share_between
        if between is not None and between.most.amount < between.least.amount:
            raise Problem("'most' must not be less than 'least'", ("loss_share_between", "most")).for_pydantic()
        total = sum(part.share.amount for part in self.release or [])
        if self.release is not None and abs(total - 1) > 1e-9:
            message = f"the parts of the gain add up to {100 * total:.6g}%, not 100%"
            raise Problem(message, ("release",)).for_pydantic()
        if self.services is not None and self.cost is None:
            message = "the integrator's cost is not known by service: name the terms that cost is made of with 'cost'"
            raise Problem(message, ("services",)).for_pydantic()
        return self

    @property
    def _share_by_outcomes(self) -> bool:
        return self.scaled_by_outcomes or self.outcomes_at_least is not None

    @property
    def waits_for_outcomes(self) -> bool:
        """Whether a score says how much is paid."""
        return self._share_by_outcomes or any(part.outcomes_at_least is not None for part in self.release or [])

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        by_service = self._chosen(around.shared.target.by_service if self.on is None else around.earlier(self.on))
        basis = sum_over(by_service)
        if "benchmark" in self.model_fields_set:
            basis = around.value(self.benchmark, "benchmark", "Benchmark as a share of its basis") * basis
        benchmark = around.line("held_against", basis, "Benchmark")
        cost = around.line("cost", self._cost(around), "Cost held against the benchmark")
        size = around.line("size", maximum(benchmark, 0), "What minimum rates, cap and limit are a share of")
        saved = around.line("saved", benchmark - cost, "Savings (losses if negative)")
        outcomes = outcome_score(around, list(by_service)) if self.waits_for_outcomes else None
        share = self._share(around, outcomes)
        least = self._minimum(around)
        gain = around.line("gain", self._gain(around, saved, size, share, least), "Earned of savings")
        at_once, later = self._released(around, gain, outcomes)
        loss = self._loss(around, saved, size, share, least)
        if loss is not None:
            owed = around.line("loss", loss, "Owed of losses")
            (later if self.loss_share_between is not None and self._share_by_outcomes else at_once).append(-owed)
        return Result(self._flows(at_once, later, outcomes))

    def _chosen(self, amounts: Family) -> Family:
        """Those of the services that the term is for."""
        return Family("service", {s: amounts[s] for s in amounts if self.services is None or s in self.services})

    def _cost(self, around: Surroundings) -> Expr:
        return around.integrator_cost() if self.cost is None else sum_over(self._chosen(around.earlier(self.cost)))

    def _minimum(self, around: Surroundings) -> Expr:
        scale, label = self.minimum_by_people, "Smallest savings that are shared, as a share of the benchmark"
        if scale is None:
            return around.value(self.minimum_savings, "minimum_savings", label)
        rate = rate_for(around, around.shared.population, scale.points, "scale")
        return around.line("minimum_by_people", rate, label)

    def _share(self, around: Surroundings, outcomes: OutcomeScore | None) -> Expr:
        """The share of savings after what outcomes do to it."""
        share = around.value(self.share, "share", "Share of savings")
        if not self._share_by_outcomes:
            return share
        assert outcomes is not None
        if self.scaled_by_outcomes:
            share = share * outcomes.score
        if self.outcomes_at_least is not None:
            least = around.value(self.outcomes_at_least, "outcomes_at_least", "Score from which savings are shared")
            share = where(reached(outcomes.score, least), share, 0)
        return around.line("share_after_outcomes", share, "Share of savings after outcomes")

    def _gain(self, around: Surroundings, saved: Expr, size: Expr, share: Expr, least: Expr) -> Expr:
        gain = share * maximum(saved, 0)
        if "sequestration" in self.model_fields_set:
            gain = gain * (1 - around.value(self.sequestration, "sequestration", "Taken off what is earned"))
        if self.cap is not None:
            gain = minimum(gain, around.value(self.cap, "cap", "Most that is earned, share of the benchmark") * size)
        return where(reached(saved, least * size), gain, 0)

    def _loss(self, around: Surroundings, saved: Expr, size: Expr, share: Expr, least: Expr) -> Expr | None:
        between = self.loss_share_between
        if between is not None:
            low = around.given("loss_share_least", between.least.amount, "Least share of losses")
            high = around.given("loss_share_most", between.most.amount, "Largest share of losses")
            rate = clip(1 - share, low, high)
        elif "loss_share" in self.model_fields_set:
            rate = around.value(self.loss_share, "loss_share", "Share of losses")
        else:
            return None
        loss = rate * maximum(-saved, 0)
        if self.loss_limit is not None:
            label = "Most that is owed, share of the benchmark"
            loss = minimum(loss, around.value(self.loss_limit, "loss_limit", label) * size)
        if self.minimum_losses is not None:
            label = "Smallest losses that are shared, as a share of the benchmark"
            least = around.value(self.minimum_losses, "minimum_losses", label)
        return where(reached(-saved, least * size), loss, 0)

    def _released(
        self, around: Surroundings, gain: Expr, outcomes: OutcomeScore | None
    ) -> tuple[list[Expr], list[Expr]]:
        """What is paid of a gain: known with the year, and known with the scores."""
        if self.release is None:
            return ([], [gain]) if self._share_by_outcomes else ([gain], [])
        at_once: list[Expr] = []
        later: list[Expr] = []
        for number, released in enumerate(self.release, start=1):
            part = around.given(f"release_{number}", released.share.amount, "Part of the gain") * gain
            if released.outcomes_at_least is not None:
                assert outcomes is not None
                key, label = f"release_{number}_from", "Score from which this part of the gain is paid"
                least = around.value(released.outcomes_at_least, key, label)
                part = where(reached(outcomes.score, least), part, 0)
            waits = released.outcomes_at_least is not None or self._share_by_outcomes
            (later if waits else at_once).append(part)
        return at_once, later

    def _flows(self, at_once: list[Expr], later: list[Expr], outcomes: OutcomeScore | None) -> list[Flow]:
        months = self.months_late
        if not later or outcomes is None:
            return [Flow("", "", whole=_total(at_once), months_late=months)]
        known = outcomes.lag_months + (months or 0)
        if not at_once or isinstance(self.paid, PaidOnAccount):  # one reconciliation, when all is known
            return [Flow("", "", whole=_total([*at_once, *later]), months_late=known)]
        return [
            Flow("known_first", "known with the year", whole=_total(at_once), months_late=months),
            Flow("known_later", "known with the scores", whole=_total(later), months_late=known),
        ]


def _total(amounts: list[Expr]) -> Expr:
    return sum_over(Family("part", {str(at): amount for at, amount in enumerate(amounts)}))
