"""Figures from trials, each with its standard error and 95% interval; `Design` knows how trials depend on one another.

All arrays are one value a trial. Functions `…_from` take what passes over chunks of trials leave of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.design import Design, Places
from finmodel.analysis.moments import Moments
from finmodel.analysis.order import order_statistics

PERCENTILES = (5, 10, 20, 50, 80, 90, 95)

Array = NDArray[np.float64]
Ranks = NDArray[np.intp]
AtRanks = Callable[[Ranks], Array]
"""The values at ranks (from 0) of any shape."""


@dataclass(frozen=True)
class Estimate:
    """A figure, its standard error and the ends of its 95% interval, in the figure's unit.

    One unit of trials alone tells neither error nor interval.
    """

    value: float
    se: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chance:
    """How often something happened: the estimate of its probability, its standard error and 95% interval.

    No error is told where it happened never or always: the trials would all call that certain. `seen_alike` is how many
    trials count as one there (see `Design`).
    """

    seen: int
    trials: int
    se: float | None
    low: float | None = None
    high: float | None = None
    seen_alike: int = 1

    @property
    def value(self) -> float:
        """The share of trials in which it happened."""
        return self.seen / self.trials

    @property
    def counted(self) -> int:
        """How many trials count where it happened never or always."""
        return max(1, self.trials // self.seen_alike)

    @property
    def bound(self) -> float | None:
        """3/n where it never happened, 1 - 3/n where it always did: the end of a 95% interval for the probability."""
        if self.seen == 0:
            return min(3 / self.counted, 1.0)
        if self.seen == self.trials:
            return max(1 - 3 / self.counted, 0.0)
        return None


@dataclass(frozen=True)
class Spread:
    """The mean and the percentiles (in the order of PERCENTILES) of one figure over the trials."""

    mean: Estimate
    percentiles: tuple[Estimate, ...]

    def at(self, percent: int) -> Estimate:
        """The percentile `percent`, one of PERCENTILES."""
        return self.percentiles[PERCENTILES.index(percent)]


def mean(values: Array, design: Design, places: Places | None = None) -> Estimate:
    """The mean; at random its standard error is `sd / sqrt(n)`. `places`: of which trials, where not of all."""
    units = None if design.at_random else design.moments(values, None, places, design.trials)
    return mean_from(Moments.of(values), units, design)


def mean_from(of: Moments, units: Moments | None, design: Design) -> Estimate:
    """The mean of trials of which only the moments, and those of their units, are known."""
    if of.low == of.high:  # the mean of equal numbers is that number, which adding and dividing might miss by a bit
        factor = design.factor(of.n)
        return Estimate(of.low, None) if factor is None else Estimate(of.low, 0.0, of.low, of.low)
    error = of.sd / math.sqrt(of.n) if units is None else _error_of_ratio(units)
    return symmetric(of.mean, error, design.factor(of.n))


def ratio_of_means(above: Array, below: Array, design: Design) -> Estimate:
    """`mean(above) / mean(below)`, paired by trial; standard error by the delta method.

    `r = A/B; se = se of mean(a - r b) / B`.
    """
    units = None if design.at_random else design.moments(above, below)
    return ratio_from(Moments.of(above, below), units, design)


def ratio_from(of: Moments, units: Moments | None, design: Design) -> Estimate:
    """`ratio_of_means` of trials of which only the moments, and those of their units, are known."""
    return symmetric(of.mean / of.below, _error_of_ratio(units or of), design.factor(of.n))


def _error_of_ratio(of: Moments) -> float | None:
    if of.n < 2:
        return None
    ratio = of.mean / of.below
    residual = max(of.squares - 2 * ratio * of.products + ratio * ratio * of.below_squares, 0.0)
    return math.sqrt(residual / (of.n - 1)) / (math.sqrt(of.n) * abs(of.below))


def symmetric(value: float, error: float | None, factor: float | None) -> Estimate:
    """With the interval of an average: as many standard errors to either side."""
    if error is None or factor is None:
        return Estimate(value, None)
    return Estimate(value, error, value - factor * error, value + factor * error)


def percentiles(
    values: Array, design: Design, places: Places | None = None, percents: Sequence[int] = PERCENTILES
) -> tuple[Estimate, ...]:
    """Percentiles of Hyndman-Fan type 7 with the standard error that inverting the distribution gives.

    The share of trials below the true p-quantile has standard error d: at random `sqrt(p (1 - p) / n)`, from units that
    of the share below the estimate. The percentile's is half the distance between the quantiles at `p - d` and at
    `p + d`; where one of these lies outside the trials, it is the distance to the other. The interval goes from the
    quantile at `p - t d` to that at `p + t d`, t being `Design.factor`: the error rests on the few trials near the
    percentile, and twice that would hold the truth too seldom.
    """
    n, at_ranks = len(values), partial(order_statistics, values)
    if design.at_random:
        return _percentiles_at(at_ranks, _at_random(n, design, tuple(percents)))
    levels = quantiles_from(n, at_ranks, percents)
    d = shares_from(shares_below(values, levels, design, places, design.trials), design)
    return percentiles_from(n, at_ranks, d, design, percents)


Errors = Array | None
"""The standard error of the share of trials below each percentile; None where none can be told."""


def shares_at_random(n: int, percents: Sequence[int] = PERCENTILES) -> Errors:
    """`sqrt(p (1 - p) / n)`."""
    p = np.array(percents) / 100
    d: Array = np.sqrt(p * (1 - p) / n)
    return d if n > 1 else None


def shares_below(
    values: Array, levels: Array, design: Design, places: Places | None, trials: int
) -> tuple[Moments, ...]:
    """The moments, by unit, of how many values of a chunk are not above each level."""
    return tuple(design.moments((values <= level).astype(np.float64), None, places, trials) for level in levels)


def shares_from(units: Sequence[Moments], design: Design) -> Errors:
    """The errors of shares of trials of which only the moments of their units are known."""
    errors = [design.resolved(_error_of_ratio(of)) for of in units]
    return None if None in errors else np.array(errors, dtype=np.float64)


def quantiles_from(n: int, at_ranks: AtRanks, percents: Sequence[int] = PERCENTILES) -> Array:
    """The percentiles of n trials alone; `at_ranks` knows those of `ranks_of` without errors."""
    return _Places.of(n, np.array(percents) / 100).quantiles(at_ranks)


def percentiles_from(
    n: int, at_ranks: AtRanks, d: Errors, design: Design, percents: Sequence[int] = PERCENTILES
) -> tuple[Estimate, ...]:
    """`percentiles` of n trials whose shares have errors `d`; `at_ranks` knows those of `ranks_of` the same."""
    return _percentiles_at(at_ranks, _Sought.of(n, d, design, percents))


def _percentiles_at(at_ranks: AtRanks, sought: _Sought) -> tuple[Estimate, ...]:
    found = sought.places.quantiles(at_ranks)
    if len(found) == 1:
        return tuple(Estimate(value, None) for value in found[0].tolist())
    at, lower, upper, low, high = found
    below = np.where(sought.no_lower, upper - at, at - lower)
    above = np.where(sought.no_upper, at - lower, upper - at)
    return tuple(map(Estimate, at.tolist(), ((below + above) / 2).tolist(), low.tolist(), high.tolist()))


def ranks_of(n: int, d: Errors, design: Design, percents: Sequence[int] = PERCENTILES) -> Ranks:
    """The ranks (from 0, ascending) of the order statistics that `percentiles_from` needs."""
    return np.unique(_Sought.of(n, d, design, percents).places.ranks)


def spread(
    values: Array, design: Design, ratio: tuple[Array, Array] | None = None, places: Places | None = None
) -> Spread:
    """Mean and percentiles of `values`; with `ratio` the mean is the ratio of the means of these two."""
    if len(values) == 1 and design.at_random and not ratio:  # the base case
        value = float(values[0])
        return Spread(Estimate(value, None), (Estimate(value + 0.0, None),) * len(PERCENTILES))
    average = ratio_of_means(*ratio, design) if ratio else mean(values, design, places)
    return Spread(average, percentiles(values, design, places))


def chance(happened: NDArray[np.bool_], design: Design, places: Places | None = None) -> Chance:
    """How often `happened` is true. `places`: in which trials, where not in all."""
    units = None if design.at_random else design.moments(happened.astype(np.float64), None, places, design.trials)
    return chance_from(int(np.count_nonzero(happened)), len(happened), units, design)


def chance_from(seen: int, n: int, units: Moments | None, design: Design) -> Chance:
    """`chance` of n trials of which only the number and the moments of their units are known."""
    if seen in {0, n}:
        return Chance(seen, n, None, seen_alike=design.seen_alike)
    p = seen / n
    error = math.sqrt(p * (1 - p) / n) if units is None else design.resolved(_error_of_ratio(units))
    t = design.factor(n)
    if error is None or t is None:
        return Chance(seen, n, None, seen_alike=design.seen_alike)
    # Wilson's interval, which holds where an event is rare, with as many trials as would have this error at random.
    weight = t * t * error * error / (p * (1 - p))  # t^2 over those trials
    middle, reach = p + weight / 2, t * error * math.sqrt(1 + weight / (4 * p * (1 - p)))
    return Chance(seen, n, error, (middle - reach) / (1 + weight), (middle + reach) / (1 + weight), design.seen_alike)


@dataclass(frozen=True, eq=False)
class _Places:
    """Where quantiles lie among sorted numbers, of type 7: at `h = (n - 1) p`, straight between two ranks."""

    ranks: Ranks
    """The rank below and the one above, shape (2, …)."""
    share: Array
    """How far on the way from the one to the other."""

    @classmethod
    def of(cls, n: int, p: Array) -> _Places:
        """Of chances of any shape, among n numbers."""
        h = (n - 1) * p
        low = np.floor(h).astype(np.intp)
        return cls(np.array([low, np.minimum(low + 1, n - 1)]), h - low)

    def quantiles(self, at_ranks: AtRanks) -> Array:
        """The quantiles, in the shape of the chances."""
        under, over = at_ranks(self.ranks)
        found: Array = under + self.share * (over - under)
        return found


@dataclass(frozen=True, eq=False)
class _Sought:
    """The places of percentiles `p`, and with errors d of `p - d`, `p + d`, `p - t d`, `p + t d`, within [0, 1].

    The places have shape (1 or 5, percents). `no_lower` and `no_upper`: where `p - d` and `p + d` lie outside [0, 1].
    """

    places: _Places
    no_lower: NDArray[np.bool_]
    no_upper: NDArray[np.bool_]

    @classmethod
    def of(cls, n: int, d: Errors, design: Design, percents: Sequence[int]) -> _Sought:
        """Of n trials whose shares have errors `d`."""
        p, factor = np.array(percents) / 100, design.factor(n)
        if d is None or factor is None:
            none = np.zeros(p.shape, dtype=np.bool_)
            return cls(_Places.of(n, p[None, :]), none, none)
        chances = np.clip(np.array([p, p - d, p + d, p - factor * d, p + factor * d]), 0.0, 1.0)
        return cls(_Places.of(n, chances), p - d < 0, p + d > 1)


@lru_cache(maxsize=256)
def _at_random(n: int, design: Design, percents: tuple[int, ...]) -> _Sought:
    """The same for every figure of n independent trials."""
    return _Sought.of(n, shares_at_random(n, percents), design, percents)
