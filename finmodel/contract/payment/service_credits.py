"""Service credits: indicators that miss their targets score points, and points take money off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.lines import Expr, Family, is_zero, maximum, minimum, reached, sum_over, where
from finmodel.scenario import ConstantNumber, Share
from finmodel.scenario.parts import Name, Part


class Indicator(Part):
    """A key performance indicator: how it is met, what is asked, and what it scores where it is missed."""

    performance: Share = Field(examples=["96%", {"pert": ["80%", "95%", "100%"], "vary": "yearly"}])
    """The share of cases in which it is met; uncertain, it is mostly drawn for each year."""
    target: Share = Field(examples=["95%"])
    """The share that is asked; exactly there it is not missed."""
    points: ConstantNumber = Field(examples=[10])
    """The points of a year in which it is missed."""


class ServiceCredits(Mechanism):
    """Taken off: min(rate(y) max(0, points(y) - allowance), most(y)) x base_s(y).

    The payer of the terms in `on` keeps the credits, so `from` and `to` are as there; where nothing is missed nothing
    is taken off, and indicators that are met earn nothing.

    The points are those of all indicators whose performance does not reach the target. The base is the sum, by
    service, of the earlier terms named in `on`, or nothing where that is negative.

    Source: Illustration.

    Example: 20 points, 5 of them allowed, 0.5% for each of the other 15: 7.5% of £10m, but no more than 5%.

    >>> answer = "answer_in_time: {performance: [94%, 96%], target: 95%, points: 20}"
    >>> keys = "rate: 0.5%, allowance: 5, most: 5%"
    >>> worked(f"{{kind: service_credits, on: [core], kpis: {{{answer}}}, {keys}}}", earlier={"core": [10e6, 10e6]})
    [-500000.0, 0.0]
    """

    kind: Literal["service_credits"]
    """Money off for indicators that miss their targets."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """The earlier terms that the credits are taken off."""
    kpis: Annotated[dict[Name, Indicator], Field(min_length=1)] = Field(
        examples=[{"answer_in_time": {"performance": "96%", "target": "95%", "points": 10}}]
    )
    """The indicators, by name."""
    rate: Share = Field(examples=["0.5%"])
    """The credit for a point, as a share of the terms in `on`."""
    allowance: ConstantNumber | None = Field(default=None, examples=[5])
    """The points of a year that cost nothing. Default: none."""
    most: Share = Field(examples=["10%"])
    """The most that is taken off, as a share of the terms in `on`."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        scored = {name: self._points(around, name) for name in self.kpis}
        points = around.line("points", sum_over(Family("kpi", scored)), "Points of all indicators missed")
        if self.allowance is not None:
            points = maximum(points - around.given("allowance", self.allowance.amount, "Points allowed"), 0)
        rate = around.value(self.rate, "rate", "Credit for a point, as a share")
        most = around.value(self.most, "most", "Most that is taken off, as a share")
        taken = around.line("taken", minimum(rate * points, most), "Share taken off")
        on = around.earlier(self.on)
        amounts = on.map(lambda amount: amount if is_zero(amount) else -(taken * maximum(amount, 0)))
        return Result([Flow("", "service credits", by_service=amounts, months_late=self.months_late)])

    def _points(self, around: Surroundings, name: str) -> Expr:
        indicator, key, label = self.kpis[name], f"kpis.{name}", name.replace("_", " ").capitalize()
        performance = around.value(indicator.performance, f"{key}.performance", f"{label}: performance")
        target = around.value(indicator.target, f"{key}.target", f"{label}: target")
        points = around.given(f"{key}.points", indicator.points.amount, f"{label}: points where it is missed")
        return around.line(f"points.{name}", where(reached(performance, target), 0, points), f"{label}: points")
