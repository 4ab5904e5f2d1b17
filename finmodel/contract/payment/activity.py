"""Activity at a price, with marginal rates above and below plan."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import Family, maximum
from finmodel.scenario import Factor
from finmodel.scenario.models import one


class Activity(Mechanism):
    """By contract: price_c (plan_c + above max(A_c - plan_c, 0) - below max(plan_c - A_c, 0)).

    `above` 100% and `below` 100% is plain activity payment; both 20% the blended payment of 2019/20; above 70% the
    national marginal rate for emergency admissions.

    Example: 1,000 people planned at £200; 1,100 come, then 900.

    >>> worked("{kind: activity, above: 70%, below: 100%}", price=200, plan=1_000, people=[1_100, 900])
    [214000.0, 180000.0]
    """

    kind: Literal["activity"]
    """Activity at a price, with marginal rates above and below plan."""
    above: Factor = Field(examples=["70%"])
    """Paid for people above plan, as a share of the price."""
    below: Factor = Field(default_factory=one, examples=["100%"])
    """Taken back for people below plan, as a share of the price. Default: 100%."""

    def result(self, around: Surroundings) -> Result:
        above = around.value(self.above, "above", "Rate for people above plan")
        below = around.value(self.below, "below", "Rate taken back for people below plan")
        people, care = around.shared.demand.contracts, around.shared.care
        amounts = {
            name: care.price[name]
            * (
                care.plan[name]
                + above * maximum(people[name] - care.plan[name], 0)
                - below * maximum(care.plan[name] - people[name], 0)
            )
            for name in people
        }
        return Result([Flow("", "", by_contract=Family("contract", amounts), months_late=self.months_late)])
