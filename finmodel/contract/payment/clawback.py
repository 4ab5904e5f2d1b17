"""Clawback: part of what earlier terms paid comes back where outcomes fall short of a threshold."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.contract.payment.outcome_money import weight_of
from finmodel.lines import Expr, Family, is_zero, literal, maximum, reached, sum_over, where
from finmodel.scenario import Factor, PaidOnAccount, Share
from finmodel.scenario.parts import Name
from finmodel.scenario.problems import Problem


class Clawback(Mechanism):
    """-share x base_s where the score has not reached `at_least`, else nothing: money paid comes back.

    The base is the sum, by service, of the terms in `on` of the same year, or nothing where that is negative. The score
    is that of the named outcome, which then decides for all services of the term; without a name, each service is
    judged by the sum of weight x score over its own outcomes, and a service without outcomes keeps its money. Exactly
    at the threshold nothing comes back. It comes back when the score is known (the longest lag of the outcomes that
    decide), or `n` months later where the term is so paid.

    Example: half of £4m comes back unless the score reaches 60%: it is 59%, 60% and 80%. Then two outcomes of 30% and
    70% weight with scores of 100% and 40%: 58%.

    >>> named = "{kind: clawback, on: [grant], outcome: survival, at_least: 60%, share: 50%}"
    >>> worked(named, earlier={"grant": 4e6}, outcomes={"survival": {"weight": 1.0, "score": [0.59, 0.60, 0.80]}})
    [-2000000.0, 0.0, 0.0]
    >>> told = {"survival": {"weight": 0.3, "score": 1.0}, "views": {"weight": 0.7, "score": 0.4}}
    >>> worked("{kind: clawback, on: [grant], at_least: 60%, share: 50%}", earlier={"grant": 4e6}, outcomes=told)
    -2000000.0

    Source: Illustration.
    """

    known_later = True
    kind: Literal["clawback"]
    """Part of what earlier terms paid comes back where outcomes fall short."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """The earlier terms whose money may come back."""
    outcome: Name | None = Field(default=None, examples=["lung_survival"])
    """The outcome, one of `outcomes`, whose score decides. Default: each service's weight x score, added up."""
    at_least: Factor = Field(examples=["50%"])
    """The score from which nothing comes back, a share of full marks."""
    share: Share = Field(examples=["10%"])
    """The share of the money that comes back."""

    @model_validator(mode="after")
    def _not_on_account(self) -> Self:
        if isinstance(self.paid, PaidOnAccount):
            raise Problem("what may come back is not paid on account; leave 'paid' out", ("paid",)).for_pydantic()
        return self

    def result(self, around: Surroundings) -> Result:
        base = around.earlier(self.on)
        services = [s for s in base if not is_zero(base[s]) and (self.services is None or s in self.services)]
        if not services:
            raise around.mistake("these terms pay nothing that could come back", "on")
        if self.outcome is not None:
            _, named = around.outcome(self.outcome, "outcome")
            score = around.line("score", named.score, f"{named.label}: score")
            return Result([self._flow(around, base, dict.fromkeys(services, score), "", named.lag_months)])
        flows = []
        for service in services:
            outcomes = around.outcomes(service)
            if outcomes:
                weights = [weight_of(o) for o in outcomes]
                parts = {o.name: w * o.score for o, w in zip(outcomes, weights, strict=True)}
                score = around.line(f"score[{service}]", sum_over(Family("outcome", parts)), "Weighted score")
                lag = max(o.lag_months for o in outcomes)
                flows.append(self._flow(around, base, {service: score}, f"back.{service}", lag))
        if not flows:
            raise around.mistake("no outcome has a sourced baseline and a weight, so nothing can be judged")
        return Result(flows)

    def _flow(self, around: Surroundings, base: Family, scores: dict[str, Expr], name: str, lag: int) -> Flow:
        share = around.value(self.share, "share", "Share that comes back")
        threshold = around.value(self.at_least, "at_least", "Score from which nothing comes back")
        amounts = {
            s: where(reached(scores[s], threshold), 0, -(share * maximum(base[s], 0))) if s in scores else literal(0.0)
            for s in base
        }
        late = lag + (self.months_late or 0)
        return Flow(name, "comes back", by_service=Family("service", amounts), months_late=late)
