"""Mean, spread and ends of numbers that arrive chunk by chunk: what a mean and its standard error are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Of n numbers: mean, sum of squares about it, lowest and highest.

    Where each comes with a second one: the mean of that (`below`), its sum of squares, and the sum of products of both.
    """

    n: int
    mean: float
    squares: float
    low: float
    high: float
    below: float = 0.0
    below_squares: float = 0.0
    products: float = 0.0

    @staticmethod
    def of(values: Array, below: Array | None = None) -> Moments:
        """The moments of one chunk, of at least one number."""
        mean = float(values.mean())
        off = values - mean
        squares = float((off * off).sum())
        ends = float(values.min()), float(values.max())
        if below is None:
            return Moments(len(values), mean, squares, *ends)
        mean_below = float(below.mean())
        off_below = below - mean_below
        sums = float((off_below * off_below).sum()), float((off * off_below).sum())
        return Moments(len(values), mean, squares, *ends, mean_below, *sums)

    @property
    def sd(self) -> float:
        """The standard deviation with n - 1."""
        return math.sqrt(self.squares / (self.n - 1))

    def and_then(self, other: Moments) -> Moments:
        """Of both chunks together (Chan, Golub and LeVeque 1979). The order of chunks decides the last bits."""
        n = self.n + other.n
        share = other.n / n
        weight = self.n * share
        step, step_below = other.mean - self.mean, other.below - self.below
        return Moments(
            n,
            self.mean + step * share,
            self.squares + other.squares + step * step * weight,
            min(self.low, other.low),
            max(self.high, other.high),
            self.below + step_below * share,
            self.below_squares + other.below_squares + step_below * step_below * weight,
            self.products + other.products + step * step_below * weight,
        )
