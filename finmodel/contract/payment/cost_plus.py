"""Cost plus: the integrator's cost is passed through, with a margin."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, Flow, Mechanism, Result, Surroundings
from finmodel.lines import maximum, minimum, sum_over
from finmodel.scenario import Factor, Money
from finmodel.scenario.models import zero
from finmodel.scenario.parts import Name


class CostPlus(Mechanism):
    """Whole contract: min(C + min(margin x max(C, 0), margin_cap), guaranteed_price), C the cost passed through.

    C is the integrator's cost so far (payments to providers, running cost and, where the scenario says so, VAT) or,
    with `on`, the sum of those earlier terms. Without margin it is plain cost pass-through; with `guaranteed_price` a
    guaranteed maximum price: what is beyond it stays with the integrator. Illustration: no published care contract of
    this kind is followed.

    Example: cost £96m and a margin of 5%, first £4.8m, then £3m at most; then cost £110m within £105m.

    >>> worked("{kind: cost_plus, margin: 5%}", cost=96e6)
    100800000.0
    >>> worked("{kind: cost_plus, margin: 5%, margin_cap: £3m}", cost=96e6)
    99000000.0
    >>> worked("{kind: cost_plus, margin: 5%, guaranteed_price: £105m}", cost=[96e6, 110e6])
    [100800000.0, 105000000.0]
    """

    kind: Literal["cost_plus"]
    """The integrator's cost, passed through with a margin."""
    on: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["supply_chain"]])
    """Earlier terms whose sum is passed through. Default: all of the integrator's cost so far."""
    margin: Factor = Field(default_factory=zero, examples=["5%"])
    """The margin, as a share of the cost. Default: 0%."""
    margin_cap: Money | None = Field(default=None, examples=["£3m"])
    """The most that the margin can be, in £ of the year. Default: no limit."""
    guaranteed_price: Money | None = Field(default=None, examples=["£105m"])
    """The most that is paid, cost and margin, in £ of the year. Default: no limit."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR),)

    def result(self, around: Surroundings) -> Result:
        passed_on = around.integrator_cost() if self.on is None else sum_over(around.earlier(self.on))
        cost = around.line("cost", passed_on, "Cost passed through")
        margin = around.value(self.margin, "margin", "Margin as a share of the cost") * maximum(cost, 0)
        if self.margin_cap is not None:
            margin = minimum(margin, around.value(self.margin_cap, "margin_cap", "Most that the margin can be"))
        whole = cost + around.line("margin_paid", margin, "Margin")
        if self.guaranteed_price is not None:
            label = "Guaranteed maximum price"
            whole = minimum(whole, around.value(self.guaranteed_price, "guaranteed_price", label))
        return Result([Flow("", "", whole=whole, months_late=self.months_late)])
