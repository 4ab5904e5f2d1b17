"""Figures from trials, each with its standard error.

Trials are independent (simple random sampling). All arrays are one value a trial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.order import order_statistics

PERCENTILES = (5, 10, 20, 50, 80, 90, 95)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error, in the figure's unit; no standard error can be told from a single trial."""

    value: float
    se: float | None


@dataclass(frozen=True)
class Chance:
    """How often something happened: the estimate of its probability."""

    seen: int
    trials: int

    @property
    def value(self) -> float:
        """The share of trials in which it happened."""
        return self.seen / self.trials

    @property
    def se(self) -> float | None:
        """`sqrt(p (1 - p) / n)`; None where it happened never or always, which that formula would call certain."""
        if self.seen in {0, self.trials}:
            return None
        p = self.value
        return math.sqrt(p * (1 - p) / self.trials)

    @property
    def bound(self) -> float | None:
        """3/n where it never happened, 1 - 3/n where it always did: the end of a 95% interval for the probability."""
        if self.seen == 0:
            return min(3 / self.trials, 1.0)
        if self.seen == self.trials:
            return max(1 - 3 / self.trials, 0.0)
        return None


@dataclass(frozen=True)
class Spread:
    """The mean and the percentiles (in the order of PERCENTILES) of one figure over the trials."""

    mean: Estimate
    percentiles: tuple[Estimate, ...]

    def at(self, percent: int) -> Estimate:
        """The percentile `percent`, one of PERCENTILES."""
        return self.percentiles[PERCENTILES.index(percent)]


def mean(values: Array) -> Estimate:
    """The mean; standard error `sd / sqrt(n)`."""
    n = len(values)
    low, high = float(values.min()), float(values.max())
    if low == high:  # the mean of equal numbers is that number, which adding and dividing might miss by a bit
        return Estimate(low, 0.0 if n > 1 else None)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n))


def ratio_of_means(above: Array, below: Array) -> Estimate:
    """`mean(above) / mean(below)`, paired by trial; standard error by the delta method.

    `r = A/B; se = sd(a - r b) / (sqrt(n) B)`.
    """
    n = len(above)
    under = mean(below).value
    ratio = mean(above).value / under
    if n < 2:
        return Estimate(ratio, None)
    residual = above - ratio * below
    return Estimate(ratio, float(residual.std(ddof=1)) / (math.sqrt(n) * abs(under)))


def percentiles(values: Array, percents: Sequence[int] = PERCENTILES) -> tuple[Estimate, ...]:
    """Percentiles of Hyndman-Fan type 7 with the standard error that inverting the distribution gives.

    The share of trials below the true p-quantile has standard error `d = sqrt(p (1 - p) / n)`; the percentile's is half
    the distance between the quantiles at `p - d` and `p + d`. Where one of these lies outside the trials, it is the
    distance to the other.
    """
    n = len(values)
    p = np.array(percents) / 100
    d = np.sqrt(p * (1 - p) / n)
    at, lower, upper = _type_7(values, np.clip(np.array([p, p - d, p + d]), 0.0, 1.0))
    below = np.where(p - d < 0, upper - at, at - lower)
    above = np.where(p + d > 1, at - lower, upper - at)
    errors: list[float | None] = ((below + above) / 2).tolist() if n > 1 else [None] * len(p)
    return tuple(map(Estimate, at.tolist(), errors))


def spread(values: Array) -> Spread:
    """Mean and percentiles of `values`."""
    return Spread(mean(values), percentiles(values))


def chance(happened: NDArray[np.bool_]) -> Chance:
    """How often `happened` is true."""
    return Chance(int(np.count_nonzero(happened)), len(happened))


def _type_7(values: Array, p: Array) -> Array:
    """Quantiles of `values` at chances `p` of any shape: `x[h]` with `h = (n - 1) p`, straight between neighbours."""
    h = (len(values) - 1) * p
    low = np.floor(h).astype(np.intp)
    high = np.minimum(low + 1, len(values) - 1)
    under, over = order_statistics(values, np.array([low, high]))
    between: Array = under + (h - low) * (over - under)
    return between
