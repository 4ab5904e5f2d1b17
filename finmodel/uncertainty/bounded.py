"""Distributions between two bounds: uniform, triangular, PERT, beta."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.base import between, probabilities
from finmodel.uncertainty.continuous import Continuous, scores_of_shares
from finmodel.uncertainty.inverse import InverseTable, exact_inverse, inverse_table
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Uniform(Continuous):
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

    def scores(self, values: FloatArray, /) -> FloatArray:
        return scores_of_shares(*_shares(values, self.min, self.max))

    def corners(self) -> tuple[float, ...]:
        return self.min, self.max


def _shares(values: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """How far each value lies from `low` and from `high`, as shares of their distance, from 0 to 1."""
    inside = np.clip(values, low, high)
    with np.errstate(invalid="ignore"):  # no spread: no shares
        return (inside - low) / (high - low), (high - inside) / (high - low)


@dataclass(frozen=True)
class _ThreePoint(Continuous):
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

    def scores(self, values: FloatArray, /) -> FloatArray:
        low, high = _shares(values, self.min, self.max)
        split = float(_shares(np.array(self.mode), self.min, self.max)[0])
        up = values <= self.mode
        # A side without width holds only values at no distance from its bound.
        rising, falling = low * low / (split or 1.0), high * high / ((1.0 - split) or 1.0)
        return scores_of_shares(np.where(up, rising, 1.0 - falling), np.where(up, 1.0 - rising, falling))

    def corners(self) -> tuple[float, ...]:
        return self.min, self.mode, self.max


class _Bounded(Continuous):
    """A beta distribution stretched over an interval, drawn through a table of its inverse."""

    @cached_property
    def _table(self) -> InverseTable | None:
        # Held here and not only in the cache of tables: a contract may have more shapes than that keeps.
        return inverse_table(*self._shape())

    @abstractmethod
    def _shape(self) -> tuple[float, float]:
        """alpha and beta."""

    @abstractmethod
    def _bounds(self) -> tuple[float, float]:
        """The least and the greatest value."""

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        self._stretch(*self._bounds(), score, out, scratch)

    def scores(self, values: FloatArray, /) -> FloatArray:
        alpha, beta = self._shape()
        low, high = _shares(values, *self._bounds())
        return scores_of_shares(special.betainc(alpha, beta, low), special.betainc(beta, alpha, high))

    def corners(self) -> tuple[float, ...]:
        return self._bounds()

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

    def _bounds(self) -> tuple[float, float]:
        return self.min, self.max


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

    def _bounds(self) -> tuple[float, float]:
        return self.min, self.max
