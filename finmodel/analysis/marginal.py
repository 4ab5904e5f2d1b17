"""What one more of an outcome pays the integrator and what it costs it, in the base case, as figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finmodel.analysis.estimates import PERCENTILES, Estimate, Spread
from finmodel.analysis.figures import ALL_YEARS, Figure

if TYPE_CHECKING:
    from finmodel.contract import Contract

PAY, COST = "pay_for_one_more", "cost_of_one_more"


def marginal_figures(contract: Contract) -> tuple[Figure, ...]:
    """£ of year-1 prices; one number each, so no standard error."""
    found = []
    for one in contract.marginal:
        unit = "£real/person" if contract.scenario.outcomes[one.outcome].measure == "rate" else "£real/person/point"
        for figure, amount in ((PAY, one.pay), (COST, one.cost)):
            spread = Spread(Estimate(amount, 0.0), (Estimate(amount, 0.0),) * len(PERCENTILES))
            found.append(
                Figure(one.model, figure, f"outcomes.{one.outcome}", None, ALL_YEARS, unit, spread, base=amount)
            )
    return tuple(found)
