"""Effort of one payment model in one trial: what of the effect pays its way, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .outcomes import Outcomes, World, standard_error
from .values import Trial, outcomes_in


def effort_of(pay: float, trial: Trial, name: str) -> float:
    """The share of the effect up to which one more costs no more than it pays: cost / (1 - share) = pay."""
    cost = trial.at(f"outcomes.{name}.marginal_cost", 1)
    return 1 - cost / pay if pay > cost else 0.0


def cost_of_effort(outcomes: Outcomes, name: str, pay: float, year: int) -> float:
    """The area below that cost, over people and the full effect, at the year's prices."""
    cost = outcomes.trial.at(f"outcomes.{name}.marginal_cost", year)
    if pay <= cost or cost == 0:
        return 0.0
    full = outcomes.full_effect(name, year) * outcomes.people(name, year)
    return cost * full * math.log(pay / cost) * outcomes.care.cost_index(year)


def pay_for_one_more(
    scenario: dict[str, Any], surplus: Callable[[World], list[float]], outcomes: Outcomes
) -> dict[str, float]:
    """By outcome with a cost of one more: £ of year-1 prices. `surplus`: the integrator's, in the central case."""
    found = {}
    for name, outcome in outcomes_in(scenario).items():
        if "marginal_cost" not in outcome:
            continue
        up, down = (surplus(World(effect=False, noise=False, shifted=(name, sign))) for sign in (1, -1))
        first, last = scenario["contract"]["phases"][outcome["effect_phase"]]
        paid = people = 0.0
        for year in range(first, last + 1):
            paid += (up[year - 1] - down[year - 1]) / outcomes.care.cost_index(year)
            number = outcomes.people(name, year)
            people += 2 * standard_error(outcome, outcomes.true_level(name, year), number) * number
        found[name] = paid / people
    return found
