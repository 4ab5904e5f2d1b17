"""Random draws for one trial, made with the standard library: independent of the engine's, and of its correlations."""

from __future__ import annotations

import math
import random
from typing import Any

from .values import drivers, parameters, run_off_years


def one(distribution: dict[str, Any], year: int, rng: random.Random) -> float:
    """One draw from a distribution at its parameters of a year."""
    kind, p = parameters(distribution, year)
    if kind == "score":
        return rng.gauss(0.0, 1.0)
    if kind == "normal":
        return rng.gauss(p["mean"], p["sd"])
    if kind == "lognormal":
        variance = math.log(1 + (p["sd"] / p["mean"]) ** 2)
        return rng.lognormvariate(math.log(p["mean"]) - variance / 2, math.sqrt(variance))
    if kind == "triangular":
        return rng.triangular(p["min"], p["max"], p["mode"])
    if kind in ("pert", "uniform"):  # a pert's range is all that matters here
        return rng.uniform(p["min"], p["max"])
    if kind == "beta":
        low, high = p.get("min", 0.0), p.get("max", 1.0)
        return float(low + (high - low) * rng.betavariate(p["alpha"], p["beta"]))
    if kind == "discrete":
        return float(rng.choices(p["values"], p["probabilities"])[0])
    return float(rng.random() < p["p"])


def random_draws(scenario: dict[str, Any], seed: int) -> dict[str, list[float]]:
    """One trial's draws of every driver: a new number each year where it varies yearly, else one number throughout."""
    rng = random.Random(seed)
    years = range(1, scenario["contract"]["years"] + run_off_years(scenario) + 2)
    result = {}
    for name, distribution in drivers(scenario).items():
        once = one(distribution, 1, rng)
        yearly = distribution.get("vary", "once") == "yearly"
        result[name] = [one(distribution, year, rng) if yearly else once for year in years]
    return result
