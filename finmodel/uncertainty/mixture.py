"""One distribution or another, each with its weight."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.continuous import Continuous, scores_of_shares, share_within, with_values_below
from finmodel.uncertainty.curve import Curve, curve
from finmodel.uncertainty.inverse import REACH
from finmodel.uncertainty.scratch import Scratch

_STEPS = 137  # an eighth of a score


@dataclass(frozen=True)
class Mixture(Continuous):
    """F(x) = w_1 F_1(x) + w_2 F_2(x) + …, drawn by the inverse of F at Phi(z): one score, not one a part.

    So a higher score is never a lower value, and correlations keep their meaning. Mean: that of the parts' means.
    """

    lists: ClassVar[bool] = True

    weights: tuple[float, ...]
    parts: tuple[Continuous, ...]

    def mistakes(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.mistakes()
        if not self.parts or len(self.weights) != len(self.parts):
            yield f"{len(self.parts)} parts have {len(self.weights)} weights; each part needs one"
        if any(weight <= 0 for weight in self.weights):
            yield "a weight is not above zero"
        total = math.fsum(self.weights)
        if abs(total - 1) > 1e-9:
            yield f"the weights add up to {total:.10g}, not 1"

    def expected(self) -> float:
        return math.fsum(weight * part.expected() for weight, part in zip(self.weights, self.parts, strict=True))

    @cached_property
    def _curve(self) -> Curve:
        score = np.linspace(-REACH, REACH, _STEPS)
        values = np.empty_like(score)
        knots = [with_values_below(self.corners())]
        for part in self.parts:
            part.transform(score, values, Scratch(_STEPS))
            knots.append(values.copy())
        return curve(self.scores, np.concatenate(knots))

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        self._curve(score, out, scratch)

    def scores(self, values: FloatArray, /) -> FloatArray:
        below, above = np.zeros(values.shape), np.zeros(values.shape)
        for weight, part in zip(self.weights, self.parts, strict=True):
            score = part.scores(values)
            below += weight * special.ndtr(score)
            above += weight * special.ndtr(-score)
        return scores_of_shares(below, above)

    def corners(self) -> tuple[float, ...]:
        return tuple(sorted({corner for part in self.parts for corner in part.corners()}))

    def mean_within(self, low: float, high: float) -> float:
        bounds = np.array([np.nextafter(low, -np.inf), high])
        shares = [share_within(*map(float, part.scores(bounds))) for part in self.parts]
        held = [(weight * share, part) for weight, share, part in zip(self.weights, shares, self.parts, strict=True)]
        total = math.fsum(share for share, _ in held)
        return math.fsum(share * part.mean_within(low, high) for share, part in held if share > 0) / total
