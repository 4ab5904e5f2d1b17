"""Distributions without bounds: the score itself, normal, lognormal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from finmodel.uncertainty.base import Distribution, FloatArray
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Score(Distribution):
    """The standard normal score itself."""

    def mistakes(self) -> Iterator[str]:
        yield from ()

    def expected(self) -> float:
        return 0.0

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        if out is not score:
            np.copyto(out, score)


@dataclass(frozen=True)
class Normal(Distribution):
    """mean + sd z."""

    mean: float
    sd: float

    def mistakes(self) -> Iterator[str]:
        if self.sd < 0:
            yield f"the standard deviation is {self.sd:g}; it cannot be negative"

    def expected(self) -> float:
        return self.mean

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        np.multiply(score, self.sd, out=out)
        np.add(out, self.mean, out=out)


@dataclass(frozen=True)
class Lognormal(Distribution):
    """exp(mu + sigma z) with the stated mean and sd of the value itself.

    sigma^2 = ln(1 + (sd / mean)^2), mu = ln(mean) - sigma^2 / 2.
    """

    mean: float
    sd: float

    def mistakes(self) -> Iterator[str]:
        if self.mean <= 0:
            yield f"the mean of a lognormal is {self.mean:g}; it must be above zero"
        if self.sd < 0:
            yield f"the standard deviation is {self.sd:g}; it cannot be negative"

    def expected(self) -> float:
        return self.mean

    @cached_property
    def _log(self) -> tuple[float, float]:
        variance = math.log1p((self.sd / self.mean) ** 2)
        return math.log(self.mean) - variance / 2, math.sqrt(variance)

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        mu, sigma = self._log
        np.multiply(score, sigma, out=out)
        np.add(out, mu, out=out)
        np.exp(out, out=out)
