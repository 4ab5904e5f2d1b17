"""Money earned by outcomes: one flow an outcome, because each is known at its own time. Shared by withhold and pool."""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import Flow, Surroundings
from finmodel.lines import Family, literal


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
        if any(outcome.largest != 1 for outcome in outcomes):
            label = "Largest score, all outcomes of the service"
            found[service] = at_stake[service] * around.given(f"largest_score.{service}", _largest(outcomes), label)
    return Family("service", found)


def _largest(outcomes: Sequence[Scored]) -> float:
    return sum(outcome.weight * outcome.largest for outcome in outcomes)


def earned(around: Surroundings, at_stake: Family, months_late: int | None) -> list[Flow]:
    """amount at stake_s x weight_o x score_o for each outcome o of service s, paid once the outcome is known.

    Earned money falls in the month in which the outcome is known (its lag after the year's end), later by the months of
    the term.
    """
    flows = []
    for service in at_stake:
        outcomes = around.outcomes(service)
        for outcome in outcomes:
            weight = around.given(f"weight.{outcome.name}", outcome.weight, f"{outcome.label}: weight")
            of_most = weight
            if any(one.largest != 1 for one in outcomes) and _largest(outcomes) > 0:
                share = outcome.weight * outcome.largest / _largest(outcomes)
                label = f"{outcome.label}: share of the outcome money at full score"
                of_most = around.given(f"share_of_full_score.{outcome.name}", share, label)
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
                    outcome_of=(service, of_most),
                )
            )
    return flows
