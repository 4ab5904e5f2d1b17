"""One score for all outcomes together, where money waits for them without being earned by any single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finmodel.contract.payment.mechanism import Surroundings
from finmodel.contract.payment.outcome_money import weight_of
from finmodel.lines import Expr, Family, sum_over


@dataclass(frozen=True)
class OutcomeScore:
    """The score, and how many months after year end the last outcome in it is known."""

    score: Expr
    lag_months: int


def outcome_score(around: Surroundings, services: Sequence[str]) -> OutcomeScore:
    """Sum of weight x score within each service, services weighted by their targets; those without outcomes apart."""
    found: dict[str, Expr] = {}
    lags = [0]
    for service in services:
        outcomes = around.outcomes(service)
        parts = {one.name: weight_of(one) * one.score for one in outcomes}
        if parts:
            found[service] = sum_over(Family("outcome", parts))
            lags += [one.lag_months for one in outcomes]
    if not found:
        raise around.mistake("no outcome has a sourced baseline and a weight, so there is no score to go by")
    if len(found) == 1:
        (score,) = found.values()
    else:
        target = around.shared.target.by_service
        weighted = Family("service", {service: target[service] * one for service, one in found.items()})
        score = sum_over(weighted) / sum_over(Family("service", {service: target[service] for service in found}))
    return OutcomeScore(around.line("outcome_score", score, "Score of all outcomes"), max(lags))
