"""Figures from trials, each with its standard error.

Trials are independent (simple random sampling). All arrays are one value a trial.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.moments import Moments
from finmodel.analysis.order import order_statistics

PERCENTILES = (5, 10, 20, 50, 80, 90, 95)

Array = NDArray[np.float64]
Ranks = NDArray[np.intp]


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
    return mean_from(Moments.of(values))


def mean_from(of: Moments) -> Estimate:
    """The mean of trials of which only the moments are known."""
    if of.low == of.high:  # the mean of equal numbers is that number, which adding and dividing might miss by a bit
        return Estimate(of.low, 0.0 if of.n > 1 else None)
    return Estimate(of.mean, of.sd / math.sqrt(of.n))


def ratio_of_means(above: Array, below: Array) -> Estimate:
    """`mean(above) / mean(below)`, paired by trial; standard error by the delta method.

    `r = A/B; se = sd(a - r b) / (sqrt(n) B)`.
    """
    return ratio_from(Moments.of(above, below))


def ratio_from(of: Moments) -> Estimate:
    """`ratio_of_means` of trials of which only the moments are known."""
    ratio = of.mean / of.below
    if of.n < 2:
        return Estimate(ratio, None)
    residual = max(of.squares - 2 * ratio * of.products + ratio * ratio * of.below_squares, 0.0)
    return Estimate(ratio, math.sqrt(residual / (of.n - 1)) / (math.sqrt(of.n) * abs(of.below)))


def percentiles(values: Array, percents: Sequence[int] = PERCENTILES) -> tuple[Estimate, ...]:
    """Percentiles of Hyndman-Fan type 7 with the standard error that inverting the distribution gives.

    The share of trials below the true p-quantile has standard error `d = sqrt(p (1 - p) / n)`; the percentile's is half
    the distance between the quantiles at `p - d` and `p + d`. Where one of these lies outside the trials, it is the
    distance to the other.
    """
    return percentiles_from(len(values), partial(order_statistics, values), percents)


def percentiles_from(
    n: int, at_ranks: Callable[[Ranks], Array], percents: Sequence[int] = PERCENTILES
) -> tuple[Estimate, ...]:
    """`percentiles` of n trials; `at_ranks` gives the values at ranks of any shape, all of them in `ranks_wanted`."""
    p, d, chances = _chances(n, percents)
    h, low, high = _neighbours(n, chances)
    under, over = at_ranks(np.array([low, high]))
    at, lower, upper = under + (h - low) * (over - under)
    below = np.where(p - d < 0, upper - at, at - lower)
    above = np.where(p + d > 1, at - lower, upper - at)
    errors: list[float | None] = ((below + above) / 2).tolist() if n > 1 else [None] * len(p)
    return tuple(map(Estimate, at.tolist(), errors))


def ranks_wanted(n: int, percents: Sequence[int] = PERCENTILES) -> Ranks:
    """The ranks (from 0, ascending) of the order statistics that `percentiles` of n trials needs."""
    _, low, high = _neighbours(n, _chances(n, percents)[2])
    return np.unique(np.array([low, high]))


def spread(values: Array, ratio: tuple[Array, Array] | None = None) -> Spread:
    """Mean and percentiles of `values`; with `ratio` the mean is the ratio of the means of these two."""
    return Spread(ratio_of_means(*ratio) if ratio else mean(values), percentiles(values))


def chance(happened: NDArray[np.bool_]) -> Chance:
    """How often `happened` is true."""
    return Chance(int(np.count_nonzero(happened)), len(happened))


def _chances(n: int, percents: Sequence[int]) -> tuple[Array, Array, Array]:
    """`p`, `d`, and the chances `p`, `p - d`, `p + d` within [0, 1], shape (3, percents)."""
    p = np.array(percents) / 100
    d = np.sqrt(p * (1 - p) / n)
    return p, d, np.clip(np.array([p, p - d, p + d]), 0.0, 1.0)


def _neighbours(n: int, p: Array) -> tuple[Array, Ranks, Ranks]:
    """Type 7: the quantile lies at `h = (n - 1) p`, straight between the ranks below and above."""
    h = (n - 1) * p
    low = np.floor(h).astype(np.intp)
    return h, low, np.minimum(low + 1, n - 1)
