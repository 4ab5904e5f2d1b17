"""Distributions between two bounds: uniform, triangular, PERT, beta."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from finmodel.uncertainty.base import Distribution, FloatArray, between, probabilities
from finmodel.uncertainty.inverse import InverseTable, exact_inverse, inverse_table
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Uniform(Distribution):
    """min + (max - min) Phi(z)."""

    min: float
    max: float

    def mistakes(self) -> Iterator[str]:
        if self.max < self.min:
            yield f"the maximum {self.max:g} is below the minimum {self.min:g}"

    def expected(self) -> float:
        return (self.min + self.max) / 2

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        probabilities(score, out)
        np.multiply(out, self.max - self.min, out=out)
        np.add(out, self.min, out=out)
        between(out, self.min, self.max)


@dataclass(frozen=True)
class _ThreePoint(Distribution):
    """A least, a most likely and a greatest value; all three equal is a constant."""

    min: float
    mode: float
    max: float

    def mistakes(self) -> Iterator[str]:
        if not self.min <= self.mode <= self.max:
            yield f"minimum {self.min:g}, mode {self.mode:g} and maximum {self.max:g} are not in ascending order"


@dataclass(frozen=True)
class Triangular(_ThreePoint):
    """A rise to the mode and a fall from it.

    With u = Phi(z), w = max - min and c = (mode - min) / w the probability below the mode:
    min + sqrt(min(u, c) w (mode - min)) + (max - mode) - sqrt(min(1 - u, 1 - c) w (max - mode)),
    in which one of the two branches always stands still at the mode. Mean (min + mode + max) / 3.
    """

    def expected(self) -> float:
        return (self.min + self.mode + self.max) / 3

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        below, above, width = self.mode - self.min, self.max - self.mode, self.max - self.min
        rest = scratch.first
        probabilities(score, out)
        np.subtract(1.0, out, out=rest)
        # min(u, c) w = min(u w, mode - min): no division, so a width of zero needs no case of its own
        for part, side in ((out, below), (rest, above)):
            np.multiply(part, width, out=part)
            np.minimum(part, side, out=part)
            np.multiply(part, side, out=part)
            np.sqrt(part, out=part)
        np.add(out, self.min, out=out)
        np.subtract(above, rest, out=rest)
        np.add(out, rest, out=out)
        between(out, self.min, self.max)


class _Bounded(Distribution):
    """A beta distribution stretched over an interval, drawn through a table of its inverse."""

    @cached_property
    def _table(self) -> InverseTable | None:
        # Held here and not only in the cache of tables: a contract may have more shapes than that keeps.
        return inverse_table(*self._shape())

    @abstractmethod
    def _shape(self) -> tuple[float, float]:
        """alpha and beta."""

    def _stretch(self, low: float, high: float, score: FloatArray, out: FloatArray, scratch: Scratch) -> None:
        if self._table is None:
            np.copyto(out, exact_inverse(score, *self._shape()))
        else:
            self._table(score, out, scratch)
        np.multiply(out, high - low, out=out)
        np.add(out, low, out=out)
        between(out, low, high)


@dataclass(frozen=True)
class Pert(_ThreePoint, _Bounded):
    """A beta distribution from three points.

    min + (max - min) beta(alpha, beta) with alpha = 1 + 4 (mode - min) / (max - min), beta = 6 - alpha.
    Mean (min + 4 mode + max) / 6.
    """

    def _shape(self) -> tuple[float, float]:
        width = self.max - self.min
        alpha = 1.0 + 4.0 * (self.mode - self.min) / width if width else 3.0
        return alpha, 6.0 - alpha

    def expected(self) -> float:
        return (self.min + 4 * self.mode + self.max) / 6

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        self._stretch(self.min, self.max, score, out, scratch)


@dataclass(frozen=True)
class Beta(_Bounded):
    """min + (max - min) beta(alpha, beta); mean min + (max - min) alpha / (alpha + beta)."""

    alpha: float
    beta: float
    min: float = 0.0
    max: float = 1.0

    def mistakes(self) -> Iterator[str]:
        for name, value in (("alpha", self.alpha), ("beta", self.beta)):
            if value <= 0:
                yield f"{name} is {value:g}; it must be above zero"
        if self.max < self.min:
            yield f"the maximum {self.max:g} is below the minimum {self.min:g}"

    def _shape(self) -> tuple[float, float]:
        return self.alpha, self.beta

    def expected(self) -> float:
        return self.min + (self.max - self.min) * self.alpha / (self.alpha + self.beta)

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        self._stretch(self.min, self.max, score, out, scratch)
