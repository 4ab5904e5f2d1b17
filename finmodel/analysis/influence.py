"""How much one driver matters to one result, told from the trials of a run as they are: nothing is simulated again.

- rank correlation: Spearman's, between the driver and the result
- share of variance: the main effect `Var(E[Y | X]) / Var(Y)`, the variance that would go if X became known; over
  drivers that are independent the shares add up to at most one. E[Y | X] is the mean within bins of equally many
  trials, less what chance alone puts between bins.
- the result in the lowest and in the highest tenth of the driver: its mean, its P80, and the chance of an event
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.design import Design
from finmodel.analysis.estimates import Chance, Estimate, chance, mean, percentiles

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

TENTH = 0.1
_IN_BIN = 50
"""The fewest trials in a bin."""

_BINS = 40
_SURE = 0.99865
"""Three standard errors of a normal; of an error that few parts of a run tell, as many as Student's t says."""

_GROUPS = 10
"""Parts of the run, of whole units of its design, whose figures tell the standard error of the whole run's."""


@dataclass(frozen=True)
class Side:
    """The result where the driver is in one of its outer tenths."""

    mean: Estimate
    p80: Estimate
    event: Chance


@dataclass(frozen=True)
class Influence:
    """What one driver means for one result."""

    rank_correlation: Estimate
    variance_share: Estimate
    low: Side
    high: Side
    parts: int | None = None
    """How many parts of the run told the standard error of the rank correlation; None: trials at random, a formula."""

    @property
    def certain(self) -> bool:
        """Whether it is more than chance could show: a rank correlation or a share of over three standard errors."""
        pairs = ((self.rank_correlation, self.parts), (self.variance_share, self.parts and min(self.parts, _GROUPS)))
        return any(one.se is not None and abs(one.value) > _times(parts) * one.se for one, parts in pairs)

    @property
    def swing(self) -> float:
        """How much higher the mean is in the driver's highest tenth than in its lowest."""
        return self.high.mean.value - self.low.mean.value


def _times(parts: int | None) -> float:
    """How many standard errors chance seldom passes, where so many parts tell the error."""
    from scipy import special

    return 3.0 if parts is None else float(special.stdtrit(parts - 1, _SURE)) if parts > 1 else math.inf


def influence(driver: Array, result: Array, event: Flags, design: Design) -> Influence | None:
    """All of shape (trials,), of trials drawn by `design`; None for a driver or a result that does not vary."""
    if np.ptp(driver) == 0 or np.ptp(result) == 0:
        return None
    low, high = _outer(driver)
    return Influence(
        _rank_correlation(driver, result, design),
        variance_share(driver, result, design),
        _side(result, event, low, design),
        _side(result, event, high, design),
        None if design.at_random else len(_parts(design)),
    )


def _parts(design: Design) -> list[slice]:
    """Up to ten parts of the run, each of whole units, so that parts do not depend on one another."""
    number = min(design.units, _GROUPS)
    ends = [design.units * part // number * design.unit for part in range(number + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def _of_parts(figures: list[float]) -> float | None:
    """The standard error of a figure of the whole run, from that of its parts."""
    return float(np.std(figures, ddof=1)) / math.sqrt(len(figures)) if len(figures) > 1 else None


def _side(result: Array, event: Flags, there: Flags, design: Design) -> Side:
    places, here = np.flatnonzero(there), result[there]
    (p80,) = percentiles(here, design, places, (80,))
    return Side(mean(here, design, places), p80, chance(event[there], design, places))


def _outer(driver: Array) -> tuple[Flags, Flags]:
    """The trials in the lowest and in the highest tenth; of a driver with few values, those of its ends."""
    ten, ninety = np.quantile(driver, [TENTH, 1 - TENTH])
    if ten < ninety:
        return driver <= ten, driver >= ninety
    return (driver < ten, driver >= ten) if np.any(driver < ten) else (driver <= ten, driver > ten)


def _rank_correlation(driver: Array, result: Array, design: Design) -> Estimate:
    """Spearman's rho, with its standard error.

    At random `(1 - rho²) sqrt(1.06 / (n - 3))` (Fieller and others, Biometrika 44, 1957); of pairs and replicates the
    spread over parts of the run, since they are surer of it, or less sure.
    """
    rho, n = _spearman(driver, result), len(driver)
    if not design.at_random:
        return Estimate(rho, _of_parts([_spearman(driver[part], result[part]) for part in _parts(design)]))
    return Estimate(rho, (1 - rho * rho) * math.sqrt(1.06 / (n - 3)) if n > 3 else None)


def _spearman(driver: Array, result: Array) -> float:
    from scipy import stats

    ranks = stats.rankdata(np.array([driver, result]), axis=1)
    if not (np.ptp(ranks[0]) and np.ptp(ranks[1])):
        return 0.0
    return float(np.clip(np.corrcoef(ranks[0], ranks[1])[0, 1], -1, 1))


def variance_share(driver: Array, result: Array, design: Design | None = None) -> Estimate:
    """The main effect of `driver`, with the standard error that up to ten parts of the run give; at least zero.

    `design`: how the trials were drawn; None: at random.
    """
    whole = _main_effect(driver, result)
    if len(driver) < 2 * _GROUPS * _IN_BIN:
        return Estimate(max(0.0, whole), None)
    parts = _parts(design or Design(len(driver)))
    return Estimate(max(0.0, whole), _of_parts([_main_effect(driver[part], result[part]) for part in parts]))


def _main_effect(driver: Array, result: Array) -> float:
    """One-way analysis of variance over bins: `(between - (k - 1) within) / total`, omega squared without its +1."""
    total = float(result.var() * len(result))
    if total == 0:
        return 0.0
    values, counts = np.unique(driver, return_counts=True)
    if len(values) <= _BINS:
        bins = np.searchsorted(values, driver)
    else:
        number = max(2, min(_BINS, len(driver) // _IN_BIN))
        bins = np.empty(len(driver), dtype=np.intp)
        bins[np.argsort(driver, kind="stable")] = np.arange(len(driver)) * number // len(driver)
        counts = np.bincount(bins, minlength=number)
    sums = np.bincount(bins, weights=result, minlength=len(counts))
    between = float((sums**2 / counts).sum() - result.sum() ** 2 / len(result))
    spare = len(result) - len(counts)
    if spare <= 0:
        return 0.0
    within = (total - between) / spare
    return (between - (len(counts) - 1) * within) / total
