"""Differences between two results on the same futures: paired by trial, they are far surer than either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.design import Design
from finmodel.analysis.estimates import Chance, Estimate, chance, mean
from finmodel.analysis.thresholds import HALF_A_PENNY

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """One result less another, trial by trial.

    `lower`: how often it is the smaller of the two by more than half a penny, `higher` likewise. `variance_ratio` is
    the variance of the paired difference over that of two independent runs, `Var(x - y) / (Var x + Var y)`: how much of
    the noise sharing the futures leaves. None where neither varies.
    """

    mean: Estimate
    lower: Chance
    higher: Chance
    variance_ratio: float | None


def difference(x: Array, y: Array, design: Design) -> Difference:
    """`x - y`, £, shape (trials,) each."""
    gap = x - y
    apart = float(x.var() + y.var())
    ratio = float(gap.var()) / apart if apart > 0 else None
    lower, higher = chance(gap < -HALF_A_PENNY, design), chance(gap > HALF_A_PENNY, design)
    return Difference(mean(gap, design), lower, higher, ratio)
