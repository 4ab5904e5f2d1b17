"""The mean of a distribution and one draw from it, by the standard library: density by density, numerically."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise
from statistics import NormalDist
from typing import Any

FRAME = frozenset({"shift", "within"})
PARAMETERS = {
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "triangular": ("min", "mode", "max"),
    "pert": ("min", "mode", "max"),
    "uniform": ("min", "max"),
    "beta": ("alpha", "beta"),
}
WHOLE = frozenset({"discrete", "empirical"})
KINDS = frozenset({*PARAMETERS, *WHOLE, "bernoulli", "quantiles", "mixture"})


def kind_of(distribution: dict[str, Any]) -> str:
    """The one key that names the kind."""
    (kind,) = set(distribution) & (KINDS | {"score"})
    return kind


def of_year(value: Any, year: int) -> Any:
    """Entry `year` of a list, the last one beyond its end."""
    return value[min(year, len(value)) - 1] if isinstance(value, list) else value


def parameters(distribution: dict[str, Any], year: int) -> dict[str, Any]:
    """Parameters by name in a year: a list has one entry a year, and its last repeats."""
    kind = kind_of(distribution)
    stated = distribution[kind]
    if kind == "score":
        return {}
    if kind == "discrete":
        return dict(stated)
    if kind in ("empirical", "mixture"):
        return {"list": stated}
    if kind == "bernoulli":
        stated = {"p": stated}
    elif isinstance(stated, list):
        stated = dict(zip(PARAMETERS[kind], stated, strict=True))
    return {name: of_year(p, year) for name, p in stated.items()}


def frame(distribution: dict[str, Any], year: int) -> tuple[float, float, float]:
    """Shift, and the bounds of the shifted value."""
    low, high = distribution.get("within", ["none", "none"])
    low, high = of_year(low, year), of_year(high, year)
    return (
        float(of_year(distribution.get("shift", 0.0), year)),
        -math.inf if low == "none" else float(low),
        math.inf if high == "none" else float(high),
    )


def mean(distribution: dict[str, Any], year: int) -> float:
    """The mean in a year; of an event its probability."""
    kind, p = kind_of(distribution), parameters(distribution, year)
    if kind == "score":
        return 0.0
    if kind == "empirical" and not FRAME & distribution.keys():
        return sum(float(a + b) / 2 for a, b in pairwise(sorted(p["list"]))) / (len(p["list"]) - 1)
    if kind == "discrete":
        total = sum(p["probabilities"])
        return float(sum(v * q for v, q in zip(p["values"], p["probabilities"], strict=True))) / float(total)
    if kind == "bernoulli":
        return float(p["p"])
    probability, first = moments(distribution, year, -math.inf, math.inf)
    return first / probability


def moments(distribution: dict[str, Any], year: int, least: float, most: float) -> tuple[float, float]:
    """The probability of a value from `least` to `most`, and the integral of the value over it."""
    shift, low, high = frame(distribution, year)
    whole, _ = _plain(distribution, year, low - shift, high - shift)
    inside, first = _plain(distribution, year, max(low, least) - shift, min(high, most) - shift)
    return inside / whole, (first + shift * inside) / whole


def _plain(distribution: dict[str, Any], year: int, least: float, most: float) -> tuple[float, float]:
    """The same, without shift and bounds of its own."""
    kind, p = kind_of(distribution), parameters(distribution, year)
    if least >= most:
        return 0.0, 0.0
    if kind == "mixture":
        found = [(part["weight"], moments(part["of"], year, least, most)) for part in p["list"]]
        return sum(w * m[0] for w, m in found), sum(w * m[1] for w, m in found)
    if kind == "empirical":
        return _straight_pieces(sorted(p["list"]), least, most)
    if kind in ("normal", "lognormal", "quantiles"):
        value, score = curve(kind, p)
        start, stop = max(score(least), -14.0), min(score(most), 14.0)
        density = NormalDist().pdf
        return simpson(density, start, stop), simpson(lambda z: value(z) * density(z), start, stop)
    low, high = float(p.get("min", 0.0)), float(p.get("max", 1.0))
    start, stop = max(least, low), min(most, high)
    edges = sorted({start, stop, *(m for m in (p.get("mode"),) if m is not None and start < m < stop)})
    pieces = list(pairwise(edges))
    shape = _density(kind, p, low, high)
    return (
        sum(simpson(shape, a, b) for a, b in pieces),
        sum(simpson(lambda x: x * shape(x), a, b) for a, b in pieces),
    )


def _density(kind: str, p: dict[str, Any], low: float, high: float) -> Callable[[float], float]:
    width = high - low
    if kind == "uniform":
        return lambda _: 1 / width
    if kind == "triangular":
        mode = float(p["mode"])
        return lambda x: (
            2 * (x - low) / (width * (mode - low)) if x < mode else 2 * (high - x) / (width * (high - mode or 1.0))
        )
    alpha = float(p["alpha"]) if kind == "beta" else 1 + 4 * (float(p["mode"]) - low) / width
    beta = float(p["beta"]) if kind == "beta" else 6 - alpha
    constant = math.gamma(alpha + beta) / math.gamma(alpha) / math.gamma(beta) / width
    return lambda x: constant * ((x - low) / width) ** (alpha - 1) * ((high - x) / width) ** (beta - 1)


def curve(kind: str, p: dict[str, Any]) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The value at a normal score, and the score of a value, for the kinds that are curves of one."""
    if kind == "normal":
        return lambda z: p["mean"] + p["sd"] * z, lambda x: (x - p["mean"]) / p["sd"]
    if kind == "lognormal":
        variance = math.log(1 + (p["sd"] / p["mean"]) ** 2)
        middle, spread = math.log(p["mean"]) - variance / 2, math.sqrt(variance)
        return (
            lambda z: math.exp(middle + spread * z),
            lambda x: (math.log(x) - middle) / spread if x > 0 else -math.inf,
        )
    far = max(p, key=lambda name: int(name[1:]))
    near = min(p, key=lambda name: int(name[1:]))
    score = NormalDist().inv_cdf(int(far[1:]) / 100)
    above, below = p[far] - p["P50"], p["P50"] - p[near]
    b = above / below
    if abs(b - 1) < 1e-9:
        return lambda z: p["P50"] + above * z / score, lambda x: (x - p["P50"]) * score / above

    def back(x: float) -> float:
        power = 1 + (x - p["P50"]) / above * (b - 1)
        if power <= 0:
            return math.inf if b < 1 else -math.inf
        return math.log(power) / math.log(b) * score if power < math.inf else math.inf

    return lambda z: p["P50"] + above * (b ** (z / score) - 1) / (b - 1), back


def _straight_pieces(seen: list[float], least: float, most: float) -> tuple[float, float]:
    """Each step between neighbours has the same probability, even within."""
    probability = first = 0.0
    for a, b in pairwise(seen):
        start, stop = max(a, least), min(b, most)
        part = max(stop - start, 0.0) / (b - a) if a < b else float(least <= a <= most)
        probability += part / (len(seen) - 1)
        first += part * (start + stop) / 2 / (len(seen) - 1)
    return probability, first


def simpson(function: Callable[[float], float], start: float, stop: float, steps: int = 4000) -> float:
    """The integral by Simpson's rule."""
    if not start < stop:
        return 0.0
    step = (stop - start) / steps
    odd = sum(function(start + step * i) for i in range(1, steps, 2))
    even = sum(function(start + step * i) for i in range(2, steps, 2))
    return (function(start) + 4 * odd + 2 * even + function(stop)) * step / 3


def draw(distribution: dict[str, Any], year: int, rng: random.Random) -> float:
    """One draw at the parameters of a year; bounds are kept by drawing again."""
    shift, low, high = frame(distribution, year)
    while True:
        value = _draw(distribution, year, rng) + shift
        if low <= value <= high:
            return value


def _draw(distribution: dict[str, Any], year: int, rng: random.Random) -> float:
    kind, p = kind_of(distribution), parameters(distribution, year)
    if kind == "score":
        return rng.gauss(0.0, 1.0)
    if kind in ("normal", "lognormal", "quantiles"):
        return curve(kind, p)[0](rng.gauss(0.0, 1.0))
    if kind == "triangular":
        return rng.triangular(p["min"], p["max"], p["mode"])
    if kind in ("pert", "uniform"):  # a pert's range is all that matters here
        return rng.uniform(p["min"], p["max"])
    if kind == "beta":
        low, high = p.get("min", 0.0), p.get("max", 1.0)
        return float(low + (high - low) * rng.betavariate(p["alpha"], p["beta"]))
    if kind == "discrete":
        return float(rng.choices(p["values"], p["probabilities"])[0])
    if kind == "mixture":
        (part,) = rng.choices(p["list"], [one["weight"] for one in p["list"]])
        return draw(part["of"], year, rng)
    if kind == "empirical":
        seen = sorted(p["list"])
        place = rng.random() * (len(seen) - 1)
        return float(seen[int(place)] + (place % 1) * (seen[int(place) + 1] - seen[int(place)]))
    return float(rng.random() < p["p"])
