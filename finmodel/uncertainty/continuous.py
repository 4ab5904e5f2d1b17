"""What a distribution without separate values can do besides: tell the score of a value, and its mean within bounds.

Both are needed where one distribution is made from others (shifted, kept within bounds, mixed).
"""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from itertools import pairwise

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.scratch import Scratch

_FARTHEST = 16.0  # the normal density there is 1e-56; lognormals of any sense lie within
_PANEL, _NODES = 0.25, 12


class Continuous(Distribution):
    """A distribution whose values have scores of their own."""

    @abstractmethod
    def scores(self, values: FloatArray, /) -> FloatArray:
        """The score of each value, infinite below and above all possible values. Shape as `values`."""

    def corners(self) -> tuple[float, ...]:
        """The values at which the curve of values over scores is not smooth; none for most kinds."""
        return ()

    def mean_within(self, low: float, high: float) -> float:
        """The mean of the values from `low` to `high`, which hold some probability.

        By Gauss and Legendre's rule on panels of a quarter of a score, divided at the corners.
        """
        first, last = np.clip(self.scores(np.array([np.nextafter(low, -np.inf), high])), -_FARTHEST, _FARTHEST)
        inner = self.scores(with_values_below(self.corners()))
        edges = np.unique(np.concatenate([[first, last], inner[(inner > first) & (inner < last)]]))
        panels = [
            np.linspace(start, stop, 1 + max(1, int(np.ceil((stop - start) / _PANEL))))
            for start, stop in pairwise(edges)
        ]
        starts = np.concatenate([panel[:-1] for panel in panels])
        halves = np.concatenate([np.diff(panel) for panel in panels]) / 2
        nodes, weights = _rule()
        score = (starts[:, None] + halves[:, None] * (1 + nodes)).ravel()
        # Measured from the density's peak, so that bounds far out in a tail do not underflow.
        peak = min(max(0.0, float(first)), float(last))
        density = (halves[:, None] * weights).ravel() * np.exp((peak * peak - score * score) / 2)
        value = np.empty_like(score)
        self.transform(score, value, Scratch(score.size))
        mean = float(np.sum(density * value) / np.sum(density))
        return min(max(mean, low), high)


def with_values_below(corners: tuple[float, ...]) -> FloatArray:
    """The corners and, just below each, the value at which several equal observations begin."""
    found = np.array(corners, dtype=np.float64)
    return np.concatenate([found, np.nextafter(found, -np.inf)])


def share_within(first: float, last: float) -> float:
    """The probability of a score between `first` and `last`, from the nearer tail."""
    if first > 0:
        first, last = -last, -first
    if last < 0:
        return max(float(special.ndtr(last) - special.ndtr(first)), 0.0)
    return max(1.0 - float(special.ndtr(first)) - float(special.ndtr(-last)), 0.0)


def scores_of_shares(below: FloatArray, above: FloatArray) -> FloatArray:
    """The scores with these probabilities below and above them, each from its smaller one. Shape as both."""
    nearer = np.clip(np.minimum(below, above), 0.0, 1.0)
    score: FloatArray = special.ndtri(nearer)
    return np.where(below <= above, score, -score)


@lru_cache(maxsize=1)
def _rule() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
