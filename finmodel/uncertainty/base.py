"""What every distribution can do, and the few functions that several kinds share.

A value is a non-decreasing function of its score z, with `Phi(z)` its probability: `F^-1(Phi(z))`. Transforms use
element-wise NumPy operations only, into buffers that are reused, so one trial has the same bits in any block. Here one
distribution has plain numbers; parameters that differ by year make one distribution a year (see `driver.py`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Distribution(ABC):
    """One distribution. Subclasses are frozen dataclasses, so equal parameters are equal keys."""

    lists: ClassVar[bool] = False
    """Whether its parameters are lists of their own (values, observations), not one entry a year."""

    @abstractmethod
    def mistakes(self) -> Iterator[str]:
        """What no distribution of this kind can have, in words; finite numbers are checked before."""

    @abstractmethod
    def expected(self) -> float:
        """The mean, in closed form."""

    @abstractmethod
    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        """Write the values at `score` to `out`. All of shape (n,); `score` and `out` may be the same buffer."""

    def central(self) -> float:
        """The value of the base case: the mean."""
        return self.expected()


def between(out: FloatArray, low: float, high: float) -> None:
    """Hold rounding of the last digit within the stated bounds."""
    np.maximum(out, low, out=out)
    np.minimum(out, high, out=out)


def probabilities(score: FloatArray, out: FloatArray) -> None:
    """Write Phi(score) to `out`."""
    special.ndtr(score, out=out)


def score_at(probability: float) -> float:
    """The normal score of a probability; minus and plus infinity at 0 and 1."""
    return float(special.ndtri(probability))
