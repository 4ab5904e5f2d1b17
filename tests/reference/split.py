"""Outcome money of one trial, worked out again and again: by the whole payment model without some of what is so."""

from __future__ import annotations

from typing import Any

from .care import Care
from .contract import calculate, central
from .effort import pay_for_one_more
from .outcomes import AS_IT_IS, Outcomes, World
from .values import Trial

WORLDS = {
    "paid": AS_IT_IS,
    "standing_still": World(trend=False, effect=False, noise=False),
    "with_trend": World(effect=False, noise=False),
    "with_effect": World(noise=False),
    "static_with_trend": World(effect=False, noise=False, static=True),
}


def outcome_money(
    scenario: dict[str, Any], model: str, draws: dict[str, list[float]], effort: dict[str, float] | None = None
) -> dict[str, tuple[float, dict[str, float]]]:
    """By working out: what commissioners pay beyond what they would without scores, and of it what outcomes earn.

    The exit is held as it is: an integrator without scores might go earlier.
    """
    gone = calculate(scenario, model, draws, effort=effort).exited
    without = calculate(scenario, model, draws, World(scores=False), effort, gone=gone)
    found = {}
    for name, world in WORLDS.items():
        result = calculate(scenario, model, draws, world, effort, gone=gone)
        earned = {o: sum(amounts) - sum(without.earned[o]) for o, amounts in result.earned.items()}
        found[name] = sum(result.spent) - sum(without.spent), earned
    return found


def pay(scenario: dict[str, Any], model: str) -> dict[str, float]:
    """What one more of each outcome pays the integrator in the central case."""
    draws = central(scenario)
    trial = Trial(scenario, draws)
    stated = scenario["payment_models"][model]
    care = Care(trial, bool(stated.get("savings", False)))
    outcomes = Outcomes(care, stated.get("effect", False), world=World(effect=False, noise=False))

    def surplus(world: World) -> list[float]:
        return calculate(scenario, model, draws, world).integrator_surplus

    return pay_for_one_more(scenario, surplus, outcomes)
