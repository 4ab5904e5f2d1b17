"""Whether parameters make a distribution, year by year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from finmodel.scenario.problems import Problem
from finmodel.scenario.support import OneYear, in_years
from finmodel.scenario.values import Uncertain

if TYPE_CHECKING:
    from finmodel.scenario.fields import NumberField

# low quantile -> the high one as far out, and its normal score
SCORES: dict[str, tuple[str, float]] = {
    "P5": ("P95", 1.6448536269514722),
    "P10": ("P90", 1.2815515655446004),
    "P20": ("P80", 0.8416212335729143),
    "P25": ("P75", 0.6744897501960817),
}
_STEEPEST = 3.6
"""The largest sd of the logarithm that three quantiles may ask for: P50 to P90 is then 100 times P10 to P50."""


def check_shape(value: Uncertain, field: NumberField) -> None:
    """Problem where the parameters make no distribution."""
    if value.kind == "discrete":
        _check_discrete(value)
        return
    every = in_years(value)
    for at, year in enumerate(every):
        which = f" in year {at + 1}" if len(every) > 1 else ""
        problem = _wrong_shape(year, field)
        if problem:
            raise Problem(problem + which, (value.kind,))


def check_within(value: Uncertain, field: NumberField) -> None:
    """Problem where bounds do not rise, or leave nothing of the distribution."""
    every = in_years(value)
    for at, year in enumerate(every):
        which = f" in year {at + 1}" if len(every) > 1 else ""
        low, high = year.within
        first, last = (end + year.shift for end in year.own_support())
        if low >= high:
            raise Problem(f"expected least < most, got {field.say(low)}, {field.say(high)}{which}", ("within",))
        if high <= first or low >= last:
            ends = " to ".join("none" if math.isinf(end) else field.say(end) for end in (first, last))
            raise Problem(f"the distribution, {ends}, has no value within these bounds{which}", ("within",))


def _wrong_shape(one: OneYear, field: NumberField) -> str | None:
    kind, year, say = one.kind, one.parameters, field.say
    if kind in ("normal", "lognormal") and year["sd"] <= 0:
        return f"the standard deviation must be more than 0, got {say(year['sd'])}"
    if kind == "lognormal" and year["mean"] <= 0:
        return f"the mean of a lognormal must be more than 0, got {say(year['mean'])}"
    if kind in ("triangular", "pert") and not (
        year["min"] <= year["mode"] <= year["max"] and year["min"] < year["max"]
    ):
        low, mode, high = say(year["min"]), say(year["mode"]), say(year["max"])
        return f"expected min <= mode <= max with min < max, got {low}, {mode}, {high}"
    if kind in ("uniform", "beta") and year["min"] >= year["max"]:
        return f"expected min < max, got {say(year['min'])}, {say(year['max'])}"
    if kind == "beta" and (year["alpha"] <= 0 or year["beta"] <= 0):
        return f"alpha and beta must be more than 0, got {year['alpha']:g} and {year['beta']:g}"
    if kind == "bernoulli" and not 0 <= year["p"] <= 1:
        return f"expected a probability from 0 to 1, got {year['p']:g}"
    if kind == "quantiles":
        return _wrong_quantiles(one, field)
    if kind == "empirical" and len(set(year["observations"])) < 2:
        return "expected at least two different observations"
    return None


def _wrong_quantiles(one: OneYear, field: NumberField) -> str | None:
    low, mid, high, score = (one.parameters[name] for name in ("low", "mid", "high", "score"))
    first, last = next((name, pair[0]) for name, pair in SCORES.items() if pair[1] == score)
    if not low < mid < high:
        said = ", ".join(map(field.say, (low, mid, high)))
        return f"expected {first} < P50 < {last}, got {said}"
    ratio = max((high - mid) / (mid - low), (mid - low) / (high - mid))
    if math.log(ratio) > _STEEPEST * score:
        most = math.exp(_STEEPEST * score)
        return (
            f"one side of P50 is {ratio:,.0f} times as wide as the other; {first} and {last} can tell at most "
            f"{most:,.0f} times"
        )
    return None


def _check_discrete(value: Uncertain) -> None:
    values, probabilities = value.parameters["values"], value.parameters["probabilities"]
    assert isinstance(values, tuple)
    assert isinstance(probabilities, tuple)
    if len(values) != len(probabilities):
        raise Problem(f"{len(values)} values but {len(probabilities)} probabilities", ("discrete", "probabilities"))
    if any(one < 0 for one in probabilities):
        raise Problem("a probability cannot be negative", ("discrete", "probabilities"))
    total = sum(probabilities)
    if abs(total - 1) > 1e-9:
        raise Problem(f"the probabilities add up to {total:.6g}, not 1", ("discrete", "probabilities"))
