"""Distributions made from another one: moved by an amount, kept within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.base import between
from finmodel.uncertainty.continuous import Continuous, scores_of_shares, share_within
from finmodel.uncertainty.scratch import Scratch

LEAST_SHARE = 1e-6
"""Bounds that hold less of a distribution than this are a slip: what is left says nothing about what was stated."""

_SMALLEST = 1e-300  # a probability, so that the score of the farthest tail is finite


@dataclass(frozen=True)
class Shifted(Continuous):
    """X + shift."""

    of: Continuous
    shift: float

    def mistakes(self) -> Iterator[str]:
        yield from self.of.mistakes()

    def expected(self) -> float:
        return self.of.expected() + self.shift

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        self.of.transform(score, out, scratch)
        np.add(out, self.shift, out=out)

    def scores(self, values: FloatArray, /) -> FloatArray:
        return self.of.scores(values - self.shift)

    def corners(self) -> tuple[float, ...]:
        return tuple(corner + self.shift for corner in self.of.corners())

    def mean_within(self, low: float, high: float) -> float:
        return self.of.mean_within(low - self.shift, high - self.shift) + self.shift


@dataclass(frozen=True)
class Within(Continuous):
    """X given that it lies from `low` to `high`, either of which may be infinite.

    With a and b the scores of the bounds and m the probability between them, the value at score z is X at the score
    whose probability is Phi(a) + m Phi(z): taken from below where z <= 0, and from above, as Phi(-b) + m Phi(-z),
    where z > 0, so that both tails keep their digits. Where a and b lie on one side of 0, only that side is used.
    """

    of: Continuous
    low: float
    high: float

    def mistakes(self) -> Iterator[str]:
        wrong = list(self.of.mistakes())
        yield from wrong
        if not self.low < self.high:
            yield f"the upper bound {self.high:g} is not above the lower bound {self.low:g}"
        elif not wrong and not self._share >= LEAST_SHARE:
            yield (
                f"the bounds {self.low:g} and {self.high:g} hold {self._share:.2g} of the distribution; they must hold "
                f"at least {LEAST_SHARE:g} of it"
            )

    @cached_property
    def _ends(self) -> tuple[float, float]:
        # From just below the lower bound: a value that several observations share belongs to the interval.
        first, last = self.of.scores(np.array([np.nextafter(self.low, -np.inf), self.high]))
        return float(first), float(last)

    @cached_property
    def _share(self) -> float:
        return share_within(*self._ends)

    @cached_property
    def _sides(self) -> tuple[FloatArray, FloatArray]:
        """For z <= 0 and for z > 0: the probability outside the near bound; 1 from below and -1 from above."""
        first, last = self._ends
        below, above = special.ndtr(first), special.ndtr(-last)
        if first > 0:
            return np.array([above, above]), np.array([-1.0, -1.0])
        if last < 0:
            return np.array([below, below]), np.array([1.0, 1.0])
        return np.array([below, above]), np.array([1.0, -1.0])

    def expected(self) -> float:
        return self.of.mean_within(self.low, self.high)

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        outside, signs = self._sides
        upper, sign, index = scratch.first, scratch.second, scratch.index
        np.greater(score, 0.0, out=upper)
        np.copyto(index, upper, casting="unsafe")
        signs.take(index, out=sign, mode="clip")
        np.multiply(score, sign, out=out)
        special.ndtr(out, out=out)
        np.multiply(out, self._share, out=out)
        outside.take(index, out=upper, mode="clip")
        np.add(out, upper, out=out)
        np.maximum(out, _SMALLEST, out=out)
        special.ndtri(out, out=out)
        np.multiply(out, sign, out=out)
        self.of.transform(out, out, scratch)
        between(out, self.low, self.high)

    def scores(self, values: FloatArray, /) -> FloatArray:
        first, last = self._ends
        inside = np.clip(self.of.scores(values), first, last)
        if first > 0:
            above = (special.ndtr(-inside) - special.ndtr(-last)) / self._share
            below = 1.0 - above
        elif last < 0:
            below = (special.ndtr(inside) - special.ndtr(first)) / self._share
            above = 1.0 - below
        else:
            below = (special.ndtr(inside) - special.ndtr(first)) / self._share
            above = (special.ndtr(-inside) - special.ndtr(-last)) / self._share
        return scores_of_shares(below, above)

    def corners(self) -> tuple[float, ...]:
        inner = tuple(corner for corner in self.of.corners() if self.low < corner < self.high)
        return tuple(bound for bound in (self.low, *inner, self.high) if np.isfinite(bound))

    def mean_within(self, low: float, high: float) -> float:
        return self.of.mean_within(max(low, self.low), min(high, self.high))
