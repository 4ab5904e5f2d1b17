"""The distribution of what was observed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.base import between, probabilities
from finmodel.uncertainty.continuous import Continuous, scores_of_shares
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Empirical(Continuous):
    """The quantile of type 7 of the observations (Hyndman and Fan), at the probability of the score.

    With x_0 <= … <= x_n the n + 1 observations in ascending order and h = n Phi(z): x_i + (h - i) (x_(i+1) - x_i),
    i the whole part of h. Mean: that of the n straight pieces, (x_0 / 2 + x_1 + … + x_(n-1) + x_n / 2) / n.
    """

    lists: ClassVar[bool] = True

    observations: tuple[float, ...]

    def mistakes(self) -> Iterator[str]:
        if len(set(self.observations)) < 2:
            yield "an empirical distribution needs at least two different observations"

    @cached_property
    def _pieces(self) -> tuple[FloatArray, FloatArray]:
        """The observations in ascending order, and the step from each to the next (none from the last)."""
        found = np.sort(np.array(self.observations))
        return found, np.append(np.diff(found), 0.0)

    def expected(self) -> float:
        inner = math.fsum(self.observations) - (min(self.observations) + max(self.observations)) / 2
        return inner / (len(self.observations) - 1)

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        values, steps = self._pieces
        place, index = scratch.first, scratch.index
        probabilities(score, place)
        np.multiply(place, float(values.size - 1), out=place)
        np.copyto(index, place, casting="unsafe")  # rounds towards zero: the observation below
        np.subtract(place, index, out=place)
        steps.take(index, out=out, mode="clip")
        np.multiply(out, place, out=out)
        values.take(index, out=place, mode="clip")
        np.add(out, place, out=out)
        between(out, float(values[0]), float(values[-1]))

    def scores(self, values: FloatArray, /) -> FloatArray:
        known, steps = self._pieces
        last = known.size - 1
        # side="right": several equal observations are one value, and its score is that of the last of them.
        index = np.clip(np.searchsorted(known, values, side="right") - 1, 0, last)
        step = steps[index]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(step > 0, np.clip((values - known[index]) / step, 0.0, 1.0), 0.0)
        return scores_of_shares((index + part) / last, (last - index - part) / last)

    def corners(self) -> tuple[float, ...]:
        return tuple(sorted(set(self.observations)))
