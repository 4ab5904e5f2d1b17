"""Incentive pool: money on top of the other terms, earned by outcomes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Mechanism, Result, Surroundings
from finmodel.contract.payment.outcome_money import earned, full_score, with_outcomes
from finmodel.lines import allocate_by
from finmodel.scenario import Share


class IncentivePool(Mechanism):
    """Earned: rate(y) x T_s(y) x weight_o x score_o for each outcome o of service s.

    Illustration: no source; it is the withhold's rule with money on top.

    Example: a pool of 2% of £53.5m is £1.07m; an outcome with weight 60% and full score earns £0.642m.

    >>> worked("{kind: incentive_pool, rate: 2%}", target=53_500_000, outcomes={"home": {"weight": 0.6, "score": 1}})
    642000.0
    """

    known_later = True
    kind: Literal["incentive_pool"]
    """Money on top of other terms, earned by outcomes."""
    rate: Share = Field(examples=["2.5%"])
    """The pool as a share of the target."""

    def result(self, around: Surroundings) -> Result:
        rate = around.value(self.rate, "rate", "Pool as a share of the target")
        pool = with_outcomes(around, allocate_by(rate, around.shared.target.by_service))
        return Result(earned(around, pool, self.months_late), full_score(around, pool))
