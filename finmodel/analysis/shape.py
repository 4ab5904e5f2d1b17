"""The shape of a distribution from its own quantile function: percentiles, equally likely values, steps.

Only `Distribution.transform` is used, on fixed normal scores, so that every kind of distribution has a shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finmodel.contract.inputs import amounts, driver_of
from finmodel.scenario import ByYear, Ramp, Uncertain
from finmodel.special import special
from finmodel.uncertainty import Driver
from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.scratch import Scratch

POINTS = 16_384
"""Equally likely values that stand for a distribution, at the probabilities (i + 1/2) / POINTS."""

_FAR = 8.0  # beyond this score lies a probability of 6e-16
_TAILS = np.array([4.0, 4.5, 5.0, 6.0, _FAR])
_MOST_STEPS = 20
_HALVINGS = 60

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Percentiles:
    """Mean and percentiles in one contract year."""

    year: int
    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Shape:
    """One distribution: `values` are equally likely and ascending, `low` and `high` the ends of what it can give.

    `steps` holds (value, probability) in ascending order where there are few separate values, else nothing.
    """

    percentiles: Percentiles
    values: tuple[float, ...]
    low: float
    high: float
    steps: tuple[tuple[float, float], ...] = ()


def percentiles(driver: Driver, years: int) -> tuple[Percentiles, ...]:
    """Mean, P10, P50 and P90 of years 1 … `years`; one entry where every year has the same distribution."""
    by_year = [driver.distribution(year) for year in range(1, years + 1)]
    alike = all(one == by_year[0] for one in by_year)
    return tuple(_percentiles(one, year) for year, one in enumerate(by_year[: 1 if alike else None], start=1))


def shape(driver: Driver, year: int) -> Shape:
    """The shape of the driver's distribution in one year."""
    distribution = driver.distribution(year)
    inner = special.ndtri((np.arange(POINTS) + 0.5) / POINTS)
    scores = np.concatenate([-_TAILS[::-1], inner, _TAILS])
    values = _at(distribution, scores)
    tails = len(_TAILS)
    return Shape(
        _percentiles(distribution, year),
        tuple(values[tails:-tails].tolist()),
        float(values[0]),
        float(values[-1]),
        _steps(distribution, scores, values),
    )


def _at(distribution: Distribution, scores: Floats) -> Floats:
    """The values at ascending normal scores."""
    out = np.empty_like(scores)
    distribution.transform(scores.copy(), out, Scratch(len(scores)))
    return out


def _percentiles(distribution: Distribution, year: int) -> Percentiles:
    p10, p50, p90 = _at(distribution, special.ndtri(np.array([0.1, 0.5, 0.9]))).tolist()
    return Percentiles(year, distribution.expected(), p10, p50, p90)


def _steps(distribution: Distribution, scores: Floats, values: Floats) -> tuple[tuple[float, float], ...]:
    """The separate values and their probabilities: each begins at a score that halving closes in on."""
    at = np.flatnonzero(values[1:] != values[:-1])
    if len(at) >= _MOST_STEPS:
        return ()
    below, above, before = scores[at], scores[at + 1], values[at]
    if len(at):
        for _ in range(_HALVINGS):
            middle = (below + above) / 2
            still = _at(distribution, middle) == before
            below, above = np.where(still, middle, below), np.where(still, above, middle)
    begins = special.ndtr(above)
    chances = np.diff(np.concatenate([[0.0], begins, [1.0]]))
    separate = np.concatenate([values[:1], values[at + 1]])
    return tuple((float(value), float(chance)) for value, chance in zip(separate, chances, strict=True))


def shape_of(value: Uncertain, year: int = 1) -> Shape:
    """The shape of a distribution of a scenario in one contract year."""
    return shape(driver_of(value, value.path), year)


def amounts_by_year(value: ByYear | Ramp, years: int) -> tuple[float, ...]:
    """The amount of each contract year of a list or a ramp."""
    found = amounts(value)
    assert isinstance(found, tuple)
    return tuple(found[min(year, len(found)) - 1] for year in range(1, years + 1))
