"""Money earned by outcomes: one flow an outcome, because each is known at its own time. Shared by withhold and pool."""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import Flow, Surroundings
from finmodel.lines import Expr, Family, literal, sum_over, where
from finmodel.lines.expressions import Literal


def with_outcomes(around: Surroundings, amounts: Family) -> Family:
    """The amounts of services that have an outcome to earn them by; nothing for others. At least one must."""
    counted = {service: bool(around.outcomes(service)) for service in amounts}
    if not any(counted.values()):
        raise around.mistake("no outcome has a sourced baseline and a weight, so nothing can be earned")
    return Family("service", {service: amounts[service] if counted[service] else literal(0.0) for service in amounts})


def full_score(around: Surroundings, at_stake: Family) -> Family:
    """What is earned if every outcome has its largest score, by service: more than is at stake where a bonus is."""
    found = dict(at_stake.members)
    for service in at_stake:
        outcomes = around.outcomes(service)
        if not _all_of_it(outcomes):
            found[service] = at_stake[service] * _largest(outcomes)
    return Family("service", found)


def weight_of(outcome: Scored) -> Expr:
    """The outcome's weight within its service: as stated, or by year where that of withdrawn measures passes on."""
    return outcome.weight if outcome.weight_now is None else outcome.weight_now


def _all_of_it(outcomes: Sequence[Scored]) -> bool:
    """Whether the largest score of each is all of its money, no more and no less."""
    return all(isinstance(one.largest, Literal) and one.largest.value == 1 for one in outcomes)


def _largest(outcomes: Sequence[Scored]) -> Expr:
    """The largest score of all outcomes of a service together."""
    return sum_over(Family("outcome", {one.name: weight_of(one) * one.largest for one in outcomes}))


def _share_of_full_score(outcome: Scored, outcomes: Sequence[Scored]) -> Expr:
    """What of a service's outcome money at full score is the outcome's."""
    weight = weight_of(outcome)
    if _all_of_it(outcomes):
        return weight
    full = _largest(outcomes)
    return where(full > 0, weight * outcome.largest / where(full > 0, full, 1), 0)


def earned(around: Surroundings, at_stake: Family, months_late: int | None) -> list[Flow]:
    """amount at stake_s x weight_o x score_o for each outcome o of service s, paid once the outcome is known.

    Earned money falls in the month in which the outcome is known (its lag after the year's end), later by the months of
    the term.
    """
    flows = []
    for service in at_stake:
        outcomes = around.outcomes(service)
        for outcome in outcomes:
            weight = weight_of(outcome)
            by_service = Family(
                "service", {s: at_stake[s] * weight * outcome.score if s == service else literal(0.0) for s in at_stake}
            )
            flows.append(
                Flow(
                    f"earned.{outcome.name}",
                    f"earned, {outcome.label}",
                    by_service=by_service,
                    months_late=outcome.lag_months + (months_late or 0),
                    outcome=True,
                    outcome_of=(service, _share_of_full_score(outcome, outcomes)),
                    earned_by=outcome.name,
                )
            )
    return flows
