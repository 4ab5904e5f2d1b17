"""Outcome withhold: part of earlier terms is kept back and earned by outcomes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.contract.payment.outcome_money import earned, full_score, with_outcomes
from finmodel.lines import allocate_by, is_zero, maximum
from finmodel.scenario import Share
from finmodel.scenario.parts import Name


class OutcomeWithhold(Mechanism):
    """Withheld in the year: -rate(y) x base_s; earned later: rate(y) x base_s x weight_o x score_o.

    The base is the sum, by service, of the earlier terms named in `on`, or nothing where that is negative; a service
    without outcomes has nothing withheld. CQUIN is the same rule at 2.5% (2015/16).

    Source: HFMA, 27 February 2015 (CQUIN); HSJ, 2015, on UnitingCare (about 10% in years 2-3).
    Illustration: the figures.

    Example: 10% of £68.7m is withheld, £6.87m. An outcome with weight 20% and score 50% earns £0.687m of it back.

    >>> written = "{kind: outcome_withhold, on: [core], rate: 10%}"
    >>> worked(written, earlier={"core": 68_700_000}, outcomes={"survival": {"weight": 0.2, "score": 0.5}})
    -6183000.0
    """

    known_later = True
    kind: Literal["outcome_withhold"]
    """Part of earlier terms is kept back, and earned by outcomes."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """The earlier terms from which it is kept back."""
    rate: Share = Field(examples=["10%"])
    """The share kept back."""

    def result(self, around: Surroundings) -> Result:
        rate = around.value(self.rate, "rate", "Share withheld")
        acts_on = around.earlier(self.on)
        counted = [amount for service, amount in acts_on.members.items() if around.outcomes(service)]
        if counted and all(is_zero(amount) for amount in counted):
            raise around.mistake("these terms pay nothing for services that have outcomes to earn by", "on")
        base = acts_on.map(lambda amount: maximum(amount, 0))
        at_stake = with_outcomes(around, allocate_by(rate, base))
        withheld = Flow("withheld", "kept back", by_service=-at_stake, months_late=None)
        return Result([withheld, *earned(around, at_stake, self.months_late)], full_score(around, at_stake))
