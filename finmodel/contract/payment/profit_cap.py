"""Profit cap: what the integrator earns beyond a share of its turnover goes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.limits import acted_on
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, Flow, Mechanism, Result, Surroundings
from finmodel.lines import maximum
from finmodel.scenario import Share
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name


class ProfitCap(Mechanism):
    """-returned x max(0, profit - cap x turnover): the integrator gives back what it earns beyond its cap.

    Turnover is the sum of the earlier terms in `on`, profit is turnover less the integrator's cost (as in the gain and
    loss share: what it pays providers by the terms above, its running cost, and VAT where the scenario says so). A cap
    is of turnover, or of nothing where that is negative. A loss is the integrator's. Each year is looked at by itself
    and for the whole contract.

    Example: turnover £100m, costs of £95m, £92.5m and £90m: profit is 5%, 7.5% and 10% of turnover. Of the £2.5m beyond
    7.5% all goes back, or half.

    >>> worked("{kind: profit_cap, on: [core], cap: 7.5%}", earlier={"core": 100e6}, cost=[95e6, 92.5e6, 90e6])
    [0.0, 0.0, -2500000.0]
    >>> worked("{kind: profit_cap, on: [core], cap: 7.5%, returned: 50%}", earlier={"core": 100e6}, cost=90e6)
    -1250000.0

    Source: WISH on Ribera Salud (Alzira), and HSJ, "The money follows the patient and other lessons from Alzira", 2017:
    7.5% of turnover, the excess returned.
    """

    kind: Literal["profit_cap"]
    """What the integrator earns beyond a share of its turnover goes back."""
    on: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """The earlier terms that are the integrator's turnover. Default: all terms above in the phase that commissioners
    pay it.
    """
    cap: Share = Field(examples=["7.5%"])
    """The most that the integrator keeps as profit, as a share of its turnover."""
    returned: Share = Field(default_factory=one, examples=["50%"])
    """The share of the profit beyond the cap that goes back to commissioners. Default: 100%."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR),)

    def result(self, around: Surroundings) -> Result:
        turnover = around.line("turnover", acted_on(around, self.on, None), "Integrator's turnover")
        profit = around.line("profit", turnover - around.integrator_cost(), "Profit before the cap")
        cap = around.value(self.cap, "cap", "Most that is kept, as a share of turnover")
        excess = around.line("excess", maximum(profit - cap * maximum(turnover, 0), 0), "Profit beyond the cap")
        returned = around.value(self.returned, "returned", "Share of the excess that goes back")
        return Result([Flow("", "", whole=-(returned * excess), months_late=self.months_late)])
