"""Random draws for one trial, made with the standard library: independent of the engine's, and of its correlations."""

from __future__ import annotations

import random
from typing import Any

from .distributions import draw
from .values import drivers, run_off_years


def random_draws(scenario: dict[str, Any], seed: int) -> dict[str, list[float]]:
    """One trial's draws of every driver: a new number each year where it varies yearly, else one number throughout."""
    rng = random.Random(seed)
    years = range(1, scenario["contract"]["years"] + run_off_years(scenario) + 2)
    result = {}
    for name, distribution in drivers(scenario).items():
        once = draw(distribution, 1, rng)
        yearly = distribution.get("vary", "once") == "yearly"
        result[name] = [draw(distribution, year, rng) if yearly else once for year in years]
    return result
