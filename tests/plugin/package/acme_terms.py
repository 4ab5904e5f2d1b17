"""Payment terms of Acme's contracts."""

from __future__ import annotations

from typing import Literal

from finmodel.mechanism import Factor, Family, Field, Flow, Mechanism, Result, Share, Surroundings, reached, where


class LoyaltyBonus(Mechanism):
    """By contract: rate x price_c x plan_c where A_c >= reach x plan_c, else nothing.

    A bonus for a provider whose patients stay with it: all of it or none.

    Illustration: no published source.

    Example: 1,000 people planned at £200; 950 come, which is 95% of them, then 949.

    >>> worked("{kind: loyalty_bonus, rate: 1%, reach: 95%}", price=200, plan=1_000, people=[950, 949])
    [2000.0, 0.0]
    """

    kind: Literal["loyalty_bonus"]
    """A bonus where enough of the people planned come."""
    rate: Share = Field(examples=["1%"])
    """The bonus as a share of the planned payment."""
    reach: Factor = Field(examples=["95%"])
    """How many of the people planned must come."""

    def result(self, around: Surroundings) -> Result:
        rate = around.value(self.rate, "rate", "Bonus as a share of the planned payment")
        reach = around.value(self.reach, "reach", "Share of the people planned that must come")
        people, care = around.shared.demand.contracts, around.shared.care
        amounts = {
            name: where(reached(people[name], reach * care.plan[name]), rate * care.price[name] * care.plan[name], 0)
            for name in people
        }
        return Result([Flow("", "", by_contract=Family("contract", amounts), months_late=self.months_late)])
