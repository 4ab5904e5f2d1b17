"""Exact order statistics of numbers that are looked through several times, a chunk at a time, in bounded memory.

The line is cut into cells of equal width over the middle of the numbers, as the first chunk shows it, and one cell at
each end. The first time all numbers are counted by cell, which tells the cell of every rank wanted; the next time the
numbers in those cells are kept, or, where they would be too many, counted again in cells `FINER` times as narrow. In
which cell a number falls rises with the number, however the arithmetic rounds, so nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

CELLS = 4096
"""Cells over the middle of the numbers; with one at each end `CELLS + 2` in all, numbered from 0."""

FINER = 64
"""How many times narrower cells become at once."""

_MIDDLE = (0.02, 0.98)
"""The part of the first chunk that cells of equal width cover: the percentiles wanted are within it by far."""

_LOOKED_AT = 2048
"""Numbers that the scale is made from: it decides how much is kept, not what is found."""


@dataclass(frozen=True)
class Scale:
    """Where the cells lie: a number v is at `(v - origin) * step`, counted in cells."""

    origin: float
    step: float

    @staticmethod
    def of(values: Array) -> Scale:
        """Cells over the middle of `values`."""
        low, high = _ends(values[:: max(1, len(values) // _LOOKED_AT)])
        width = (high - low) / CELLS
        step = 1 / width if 0 < width < np.inf else np.inf
        return Scale(low - width, step) if step < np.inf else Scale(low - 1.0, 1.0)

    def places(self, values: Array) -> Array:
        """Where the numbers lie, from 0 up to and without `CELLS + 2`."""
        places = values - self.origin
        places *= self.step
        return np.clip(places, 0.0, CELLS + 1.0, out=places)

    def counted(self, values: Array) -> Counts:
        """How many numbers each cell holds, shape (CELLS + 2,)."""
        return np.bincount(self.places(values).astype(np.int32), minlength=CELLS + 2)


@dataclass(frozen=True)
class Wanted:
    """The cells that hold a rank wanted, ascending: `cells` counted in cells `FINER ** level` times as narrow.

    `below` is how many numbers lie below each of these cells, and `held` how many in it.
    """

    scale: Scale
    level: int
    cells: Counts
    below: Counts
    held: Counts

    @staticmethod
    def among(scale: Scale, counts: Counts, ranks: NDArray[np.intp]) -> Wanted:
        """The cells of all that hold one of `ranks`."""
        up_to = np.cumsum(counts)
        cells = np.unique(np.searchsorted(up_to, ranks, side="right"))
        return Wanted(scale, 0, cells, (up_to - counts)[cells], counts[cells])

    @property
    def numbers(self) -> int:
        """How many numbers would be kept."""
        return int(self.held.sum())

    def no_counts(self) -> Counts:
        """What `counted` gives where there are no numbers."""
        return np.zeros(len(self.cells) * FINER, dtype=np.int64)

    def kept(self, values: Array) -> tuple[Array, Counts]:
        """The numbers of one chunk that lie in these cells, ascending, each once with how often it occurs."""
        places, within = self._within(values)
        inside = values[within]
        if self.level:
            inside = inside[self._which(places[within])[1]]
        if len(inside) and inside.min() == inside.max():  # quicker than to sort what is often a cap or zero
            return inside[:1], np.array([len(inside)])
        return np.unique_counts(inside)

    def counted(self, values: Array) -> Counts:
        """How many numbers of one chunk the narrower cells hold, `FINER` within each of these, in order."""
        places, within = self._within(values)
        found, there, at = self._which(places[within])
        scaled = at[there] * float(FINER)
        finer = found[there] * FINER + (scaled.astype(np.int64) % FINER)
        return np.bincount(finer, minlength=len(self.cells) * FINER)

    def narrowed(self, counts: Counts, ranks: NDArray[np.intp]) -> Wanted:
        """The narrower cells that hold one of `ranks`; `counts` as `counted` gives them, of all chunks."""
        cells = (self.cells[:, None] * FINER + np.arange(FINER)).ravel()
        by_cell = counts.reshape(-1, FINER)
        up_to = (self.below[:, None] + np.cumsum(by_cell, axis=1)).ravel()
        found = np.unique(np.searchsorted(up_to, ranks, side="right"))
        return Wanted(self.scale, self.level + 1, cells[found], (up_to - counts)[found], counts[found])

    def at_ranks(self, kept: list[tuple[Array, Counts]], ranks: NDArray[np.intp]) -> Array:
        """The numbers at `ranks`, of any shape; `kept` of every chunk."""
        values = np.concatenate([values for values, _ in kept])
        counts = np.concatenate([counts for _, counts in kept])
        order = np.argsort(values, kind="stable")
        up_to = np.cumsum(counts[order])
        before = np.cumsum(self.held) - self.held  # how many of those kept lie in earlier cells
        cell = np.searchsorted(self.below, ranks, side="right") - 1
        found: Array = values[order][np.searchsorted(up_to, ranks - (self.below - before)[cell], side="right")]
        return found

    def _within(self, values: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Places of the numbers, and which lie in the widest cells that hold those wanted."""
        places = self.scale.places(values)
        wanted = np.zeros(CELLS + 2, dtype=np.bool_)
        wanted[self.cells // FINER**self.level] = True
        return places, wanted[places.astype(np.int32)]

    def _which(self, places: Array) -> tuple[NDArray[np.intp], NDArray[np.bool_], Array]:
        """For each place the number of its cell among these, whether it is in one, and the place in these cells."""
        at = places * float(FINER**self.level)  # exact: a power of two
        cells = at.astype(np.int64)
        found = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        return found, self.cells[found] == cells, at


def _ends(values: Array) -> tuple[float, float]:
    """The ends of the middle; of all numbers where the middle is one number; zeros where there are none."""
    if not len(values):
        return 0.0, 0.0
    ordered = np.sort(values)
    low, high = (float(ordered[int(p * (len(values) - 1))]) for p in _MIDDLE)
    return (low, high) if low < high else (float(ordered[0]), float(ordered[-1]))
