"""Distributions without two bounds: the score itself, normal, lognormal, three quantiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.continuous import Continuous
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
class Normal(Continuous):
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

    def scores(self, values: FloatArray, /) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):  # no spread: no scores
            return (values - self.mean) / self.sd


@dataclass(frozen=True)
class Lognormal(Continuous):
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

    def scores(self, values: FloatArray, /) -> FloatArray:
        mu, sigma = self._log
        with np.errstate(divide="ignore", invalid="ignore"):
            return (np.log(np.maximum(values, 0.0)) - mu) / sigma


@dataclass(frozen=True)
class Quantiles(Continuous):
    """Through a low, a middle and a high quantile, the low and the high equally far out: Myerson's distribution.

    With s the score of the high quantile, b = (high - mid) / (mid - low) and k = ln(b) / s:
    mid + (high - mid) (e^(k z) - 1) / (e^(k s) - 1), which is normal where b is 1 and a shifted lognormal elsewhere.
    Mean mid + (high - mid) (e^(k^2 / 2) - 1) / (e^(k s) - 1).
    """

    low: float
    mid: float
    high: float
    score: float

    def mistakes(self) -> Iterator[str]:
        if not self.low < self.mid < self.high:
            yield f"the quantiles {self.low:g}, {self.mid:g} and {self.high:g} do not rise"
        if self.score <= 0:
            yield f"the score of the high quantile is {self.score:g}; it must be above zero"

    @cached_property
    def _bend(self) -> float:
        """k; from the difference of the two sides, which keeps its digits where they are nearly equal."""
        below = self.mid - self.low
        return math.log1p(((self.high - self.mid) - below) / below) / self.score

    @cached_property
    def _scale(self) -> float:
        """(high - mid) / (e^(k s) - 1), and for k = 0 what remains of it: the standard deviation."""
        above = self.high - self.mid
        return above / math.expm1(self._bend * self.score) if self._bend else above / self.score

    def expected(self) -> float:
        return self.mid + self._scale * math.expm1(self._bend**2 / 2) if self._bend else self.mid

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        if self._bend:
            np.multiply(score, self._bend, out=out)
            np.expm1(out, out=out)
            np.multiply(out, self._scale, out=out)
        else:
            np.multiply(score, self._scale, out=out)
        np.add(out, self.mid, out=out)

    def scores(self, values: FloatArray, /) -> FloatArray:
        part = (values - self.mid) / self._scale
        if not self._bend:
            return part
        with np.errstate(divide="ignore"):
            return np.log1p(np.maximum(part, -1.0)) / self._bend
