"""The scores of one group of drivers, year after year: mixed for correlation, carried forward for persistence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.copulas import TCopula
from finmodel.uncertainty.correlation import Group, Rows
from finmodel.uncertainty.streams import BASE_YEAR, BLOCK_SIZE, Stream


class Process:
    """Scores of a group for `size` trials at a time; `values` is refilled in place, shape (driver, trial).

    `values` are the scores that distributions take; `scores`, the same but for a t copula, are those carried forward.
    """

    def __init__(self, group: Group, streams: Mapping[str, Stream], size: int) -> None:
        self.group = group
        self.scores = np.empty((len(group.names), size))
        self._copula = None if group.freedom is None else TCopula(group.freedom, streams[group.shared_stream], size)
        self.values = self.scores if self._copula is None else np.empty_like(self.scores)
        self._streams = [streams[name] for name in group.names]
        self._innovations = np.empty_like(self.scores) if group.persistent else self.scores
        self._roots = [math.sqrt(1 - phi * phi) for phi in group.persistence]
        self._term = np.empty(size)
        self._spare = np.empty(BLOCK_SIZE)
        self._trial = 0

    def start(self, first_trial: int, before: int) -> None:
        """Begin with trial `first_trial`; a persistent group walks from BASE_YEAR to the year before `before`."""
        self._trial = first_trial
        if self.group.persistent:
            for year in range(BASE_YEAR, before):
                self.step(year)

    def step(self, year: int) -> None:
        """Fill `scores` for the financial year `year`, or ONCE; a persistent group needs every year in turn."""
        carried = self.group.persistent and year != BASE_YEAR
        into = self._innovations if carried else self.scores
        for stream, row in zip(self._streams, into, strict=True):
            stream.fill(year, self._trial, row, self._spare)
        _mix(self.group.later if carried else self.group.first, into, self._term)
        if carried:
            for row, innovation, phi, root in zip(
                self.scores, self._innovations, self.group.persistence, self._roots, strict=True
            ):
                np.multiply(row, phi, out=row)
                np.multiply(innovation, root, out=innovation)
                np.add(row, innovation, out=row)
        if self._copula is not None:
            self._copula.apply(year, self._trial, self.scores, self.values)


def _mix(factor: Rows, scores: FloatArray, term: FloatArray) -> None:
    """Replace independent `scores`, shape (driver, trial), by `factor` times them, in place and in fixed order.

    From the last driver to the first: a row needs only itself and the rows before it, which are still independent.
    """
    for i in reversed(range(len(factor))):
        row = scores[i]
        np.multiply(row, factor[i][i], out=row)
        for j, weight in enumerate(factor[i][:i]):
            if weight:
                np.multiply(scores[j], weight, out=term)
                np.add(row, term, out=row)
