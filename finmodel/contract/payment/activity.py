"""Activity at a price: a fixed sum for a baseline, with rates for people above and below it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, Family, absolute, maximum, reached, where
from finmodel.scenario import Constant, Factor, Share
from finmodel.scenario.models import one
from finmodel.scenario.problems import Problem


class Activity(Mechanism):
    """By contract: price_c (fixed_c + above max(A_c - (1 + t) B_c, 0) - below max((1 - t) B_c - A_c, 0)).

    B_c is `baseline` times plan, fixed_c is `fixed` times plan (the baseline where it is left out), t the `tolerance`:
    within it people change nothing, beyond it those beyond. From `break_glass`, |A_c - B_c| >= break_glass B_c, the sum
    is reopened: price_c (fixed_c + A_c - B_c), with a jump there. It is every form of blended payment: 100% and 100% is
    plain activity payment, above 70% and below 100% the national marginal rate for emergencies, both 20% the blended
    emergency payment of 2019/20, and elective care of the aligned payment and incentive (API) is the third example.
    Source: HFMA, "The right blend", 31 October 2018 (70%), and 20 September 2022 (API); guidance on blended payments,
    December 2019 (20%). A break-glass clause exists; no threshold was published. Tolerance: illustration.

    Example: 1,000 people planned at £200; 1,100 come, then 900.

    >>> worked("{kind: activity, above: 70%, below: 100%}", price=200, plan=1_000, people=[1_100, 900])
    [214000.0, 180000.0]

    Blended: 20% either way, nothing for the first 2%, and full price for all from a departure of 15%.

    >>> blended = "{kind: activity, above: 20%, below: 20%, tolerance: 2%, break_glass: 15%}"
    >>> worked(blended, price=200, plan=1_000, people=[1_020, 1_100, 900, 1_150])
    [200000.0, 203200.0, 196800.0, 230000.0]

    API 2022/23: a fixed sum for 104% of base, and 75% of the price either way. Then the variable part by itself, where
    the fixed sum is a term of its own.

    >>> worked("{kind: activity, baseline: 104%, above: 75%, below: 75%}", price=200, plan=1_000, people=[1_100, 1_000])
    [217000.0, 202000.0]
    >>> variable = "{kind: activity, baseline: 104%, fixed: 0%, above: 75%, below: 75%}"
    >>> worked(variable, price=200, plan=1_000, people=[1_100, 1_000])
    [9000.0, -6000.0]
    """

    kind: Literal["activity"]
    """Activity at a price, with marginal rates above and below plan."""
    above: Factor = Field(examples=["70%"])
    """Paid for people above the baseline, as a share of the price."""
    below: Factor = Field(default_factory=one, examples=["100%"])
    """Taken back for people below the baseline, as a share of the price. Default: 100%."""
    baseline: Factor | None = Field(default=None, examples=["104%"])
    """From where people count as above or below, as a share of plan. Default: plan."""
    fixed: Factor | None = Field(default=None, examples=["0%"])
    """What the fixed sum pays for, as a share of plan; 0% where another term pays it. Default: the baseline."""
    tolerance: Share | None = Field(default=None, examples=["2%"])
    """How far from the baseline people change nothing, as a share of it. Default: not at all."""
    break_glass: Factor | None = Field(default=None, examples=["15%"])
    """From which departure the fixed sum is reopened, as a share of the baseline: everyone counts at the full price.
    Default: never.
    """

    @model_validator(mode="after")
    def _breaks_beyond_the_tolerance(self) -> Self:
        inner, outer = self.tolerance, self.break_glass
        if isinstance(inner, Constant) and isinstance(outer, Constant) and outer.amount <= inner.amount:
            raise Problem(
                "the fixed sum is reopened beyond the tolerance, not within it", ("break_glass",)
            ).for_pydantic()
        return self

    def result(self, around: Surroundings) -> Result:
        people, care = around.shared.demand.contracts, around.shared.care
        amounts = {name: care.price[name] * self._paid_for(around, people[name], care.plan[name]) for name in people}
        return Result([Flow("", "", by_contract=Family("contract", amounts), months_late=self.months_late)])

    def _paid_for(self, around: Surroundings, people: Expr, plan: Expr) -> Expr:
        """The people that a contract is paid for."""
        above = around.value(self.above, "above", "Rate for people above the baseline")
        below = around.value(self.below, "below", "Rate taken back for people below the baseline")
        baseline = fixed = plan
        if self.baseline is not None:
            baseline = fixed = around.value(self.baseline, "baseline", "Baseline as a share of plan") * plan
        if self.fixed is not None:
            fixed = around.value(self.fixed, "fixed", "Fixed sum as a share of plan") * plan
        top = bottom = baseline
        if self.tolerance is not None:
            tolerance = around.value(self.tolerance, "tolerance", "Departure that changes nothing")
            top, bottom = baseline * (1 + tolerance), baseline * (1 - tolerance)
        paid_for = fixed + above * maximum(people - top, 0) - below * maximum(bottom - people, 0)
        if self.break_glass is None:
            return paid_for
        departure = people - baseline
        limit = around.value(self.break_glass, "break_glass", "Departure that reopens the fixed sum") * baseline
        return where(reached(absolute(departure), limit), fixed + departure, paid_for)
