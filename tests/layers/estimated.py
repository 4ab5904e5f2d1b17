"""Figures of a sample with their standard errors, and whether a published figure is within four of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ERRORS = 4


@dataclass(frozen=True)
class Estimated:
    """An estimate and its standard error: the standard deviation of its influence over the root of the size."""

    value: float
    error: float

    def agrees(self, published: float) -> bool:
        """Whether the published figure is within four standard errors, which must tell something themselves."""
        return abs(self.value - published) <= ERRORS * self.error + 1e-12 * abs(published)

    def __str__(self) -> str:
        return f"{self.value:.8g} ± {self.error:.2g}"


def _of(value: float, influence: Floats) -> Estimated:
    return Estimated(value, float(influence.std(ddof=1)) / math.sqrt(len(influence)))


def mean(x: Any) -> Estimated:
    return _of(float(np.mean(x)), np.asarray(x, dtype=np.float64))


def variance(x: Floats) -> Estimated:
    return _of(float(x.var(ddof=1)), (x - x.mean()) ** 2)


def deviation(x: Floats) -> Estimated:
    sd = float(x.std(ddof=1))
    return _of(sd, (x - x.mean()) ** 2 / (2 * sd))


def variation(x: Floats) -> Estimated:
    """Coefficient of variation."""
    m, sd, off = float(x.mean()), float(x.std(ddof=1)), x - x.mean()
    return _of(sd / m, off**2 / (2 * sd * m) - sd * off / m**2)


def mean_and_deviation(x: Floats) -> Estimated:
    """Mean plus standard deviation."""
    sd = float(x.std(ddof=1))
    return _of(float(x.mean()) + sd, x + (x - x.mean()) ** 2 / (2 * sd))


def ratio(above: Floats, below: Floats) -> Estimated:
    """Mean over mean, paired."""
    found = float(above.mean() / below.mean())
    return _of(found, (above - found * below) / below.mean())


def quantile_agrees(x: Floats, p: float, published: float, step: float) -> bool:
    """Whether the published p-quantile, known to `step`, is one by the shares of the sample below and up to it."""
    error = ERRORS * math.sqrt(p * (1 - p) / len(x))
    below, up_to = float(np.mean(x < published - step)), float(np.mean(x <= published + step))
    return below <= p + error and up_to >= p - error
