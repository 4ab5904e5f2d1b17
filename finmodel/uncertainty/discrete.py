"""Distributions of separate values: an event that happens or not, a table of values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.base import Distribution, score_at
from finmodel.uncertainty.scratch import Scratch


@dataclass(frozen=True)
class Bernoulli(Distribution):
    """1 with probability p, else 0: 1 where z is in the upper p of scores."""

    p: float

    def mistakes(self) -> Iterator[str]:
        if not 0 <= self.p <= 1:
            yield f"the probability is {self.p:g}; it must lie between 0 and 1"

    def expected(self) -> float:
        return self.p

    def central(self) -> float:
        """An event is off in the base case unless it is as likely as not (conventions, rule 18)."""
        return 1.0 if self.p >= 0.5 else 0.0

    @cached_property
    def _threshold(self) -> float:
        return -score_at(self.p)

    def transform(self, score: FloatArray, out: FloatArray, _scratch: Scratch, /) -> None:
        np.greater_equal(score, self._threshold, out=out)


@dataclass(frozen=True)
class Discrete(Distribution):
    """One of `values`, each with its probability; in ascending order, so that a higher score is never a lower value."""

    lists: ClassVar[bool] = True

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def mistakes(self) -> Iterator[str]:
        if not self.values or len(self.values) != len(self.probabilities):
            yield f"{len(self.values)} values have {len(self.probabilities)} probabilities; each value needs one"
        if any(probability < 0 for probability in self.probabilities):
            yield "a probability is negative"
        total = math.fsum(self.probabilities)
        if abs(total - 1) > 1e-9:
            yield f"the probabilities add up to {total:.10g}, not 1"

    def expected(self) -> float:
        return math.fsum(value * chance for value, chance in zip(self.values, self.probabilities, strict=True))

    @cached_property
    def _steps(self) -> tuple[FloatArray, tuple[float, ...]]:
        """The values in ascending order, and the score at which each but the first begins."""
        order = sorted(range(len(self.values)), key=lambda i: self.values[i])
        chances = [self.probabilities[i] for i in order]
        # From the nearer tail, so that small probabilities at the top keep their digits.
        below = [(math.fsum(chances[:i]), math.fsum(chances[i:])) for i in range(1, len(chances))]
        scores = tuple(score_at(low) if low <= 0.5 else -score_at(high) for low, high in below)
        return np.array([self.values[i] for i in order]), scores

    def transform(self, score: FloatArray, out: FloatArray, scratch: Scratch, /) -> None:
        values, begins = self._steps
        count, reached, index = scratch.first, scratch.second, scratch.index
        count.fill(0.0)
        for begin in begins:
            np.greater_equal(score, begin, out=reached)
            np.add(count, reached, out=count)
        np.copyto(index, count, casting="unsafe")
        values.take(index, out=out, mode="clip")
