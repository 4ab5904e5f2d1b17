"""Flow-down: the integrator passes gains, losses and outcome money on to providers: some, all or none of them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import INTEGRATOR, PROVIDERS, Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, is_zero, maximum, minimum, sum_over
from finmodel.scenario import Share
from finmodel.scenario.parts import Name, TrueFalse
from finmodel.scenario.problems import Problem


class FlowDown(Mechanism):
    """x is what the terms in `on` bring the integrator: positive a gain, negative a loss, by service.

    Passed on: rate x x, or gains x max(x, 0) + losses x min(x, 0). Providers of a service share its amount by the value
    of their contracts. With `after_cost` x is that sum less the integrator's cost, for the whole contract: what it is
    left with.

    It is accrued in the year of the terms in `on`, whenever commissioners pay those. Like any payment to providers it
    is cost to the terms below it, and VAT is lost on it.

    Example: of a shared saving of £2m providers get 60%, of a loss of £1m they bear a quarter.

    >>> worked("{kind: flow_down, on: [share], gains: 60%, losses: 25%}", earlier={"share": [2e6, -1e6]})
    [1200000.0, -250000.0]

    Example: paid £100m, of which £3m goes back to the commissioners, with cost of £94m, it passes on half of £3m.

    >>> written = "{kind: flow_down, on: [target, share], rate: 50%, after_cost: true}"
    >>> worked(written, earlier={"target": 100e6, "share": -3e6}, cost=94e6)
    1500000.0

    Source: Illustration: what an integrator passes on is a matter of its own contracts with providers.
    """

    on_paid_to = INTEGRATOR
    kind: Literal["flow_down"]
    """Gains, losses and outcome money of the integrator, passed on to providers."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """The earlier terms, paid to the integrator, that are passed on."""
    rate: Share | None = Field(default=None, examples=["50%"])
    """The share passed on, of gains and losses alike."""
    gains: Share | None = Field(default=None, examples=["60%"])
    """In place of `rate`: the share passed on where the amount is positive. Default: none, beside `losses`."""
    losses: Share | None = Field(default=None, examples=["25%"])
    """In place of `rate`: the share passed on where the amount is negative. Default: none, beside `gains`."""
    after_cost: TrueFalse = Field(default=False, examples=[True])
    """Whether the integrator's cost is taken off first. Default: false."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.rate is None) == (self.gains is None and self.losses is None):
            raise Problem("expected either rate, or gains and losses").for_pydantic()
        return self

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((INTEGRATOR, PROVIDERS),)

    def result(self, around: Surroundings) -> Result:
        brought = around.earlier(self.on)
        if self.after_cost:
            margin = around.line("margin", sum_over(brought) - around.integrator_cost(), "What the integrator keeps")
            return Result([Flow("", "", whole=self._passed_on(around, margin))])
        if all(is_zero(amount) for amount in brought.members.values()):
            raise around.mistake("these terms pay nothing, so there is nothing to pass on", "on")
        passed = brought.map(lambda amount: amount if is_zero(amount) else self._passed_on(around, amount))
        return Result([Flow("", "", by_service=passed)])

    def _passed_on(self, around: Surroundings, amount: Expr) -> Expr:
        if self.rate is not None:
            return around.value(self.rate, "rate", "Share passed on") * amount
        parts: list[Expr] = []
        if self.gains is not None:
            parts.append(around.value(self.gains, "gains", "Share of gains passed on") * maximum(amount, 0))
        if self.losses is not None:
            parts.append(around.value(self.losses, "losses", "Share of losses passed on") * minimum(amount, 0))
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]
