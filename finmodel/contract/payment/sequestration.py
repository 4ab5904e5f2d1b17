"""Sequestration: a rate off what earlier terms pay, set from outside the contract."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import allocate_by, reached, sum_over, where
from finmodel.scenario import Share
from finmodel.scenario.parts import Name, TrueFalse


class Sequestration(Mechanism):
    """By service: -rate(y) x base_s where the earlier terms in `on` together pay something, else nothing.

    So in all -rate x max(base, 0): a gain is cut and a loss is owed in full. With `losses` the rate is off both ways.
    Source: ACO REACH and the Medicare Shared Savings Program, whose published results take 2% off gains only.

    Example: 2% off shared savings of £5m; a loss of £3m is owed in full; then both ways.

    >>> worked("{kind: sequestration, on: [share], rate: 2%}", earlier={"share": [5e6, -3e6]})
    [-100000.0, 0.0]
    >>> worked("{kind: sequestration, on: [share], rate: 2%, losses: true}", earlier={"share": [5e6, -3e6]})
    [-100000.0, 60000.0]
    """

    kind: Literal["sequestration"]
    """A rate off what earlier terms pay: off gains, or off gains and losses."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """The earlier terms that the rate is taken off, together."""
    rate: Share = Field(examples=["2%"])
    """The share taken off."""
    losses: TrueFalse = Field(default=False, examples=[False])
    """Whether what the terms take back is lowered at the same rate. Default: false."""

    def result(self, around: Surroundings) -> Result:
        rate = around.value(self.rate, "rate", "Share taken off")
        base = around.earlier(self.on)
        if not self.losses:
            gain = reached(around.line("base", sum_over(base), "What the earlier terms pay together"), 0)
            base = base.map(lambda amount: where(gain, amount, 0))
        return Result([Flow("", "", by_service=-allocate_by(rate, base), months_late=self.months_late)])
