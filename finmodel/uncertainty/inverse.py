"""The inverse of the beta distribution as a function of a normal score, through a table.

`q(z) = F^-1(Phi(z))` on [0, 1] is smooth in z, so a cubic over each cell of an even grid in z comes within 1e-8 of it,
at about a hundredth of the price of the inverse itself. Each cubic is Hermite's: it meets the exact values at both grid
points and takes its slopes from fourth-order differences, limited so that the curve never turns back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.scratch import Scratch

REACH = 8.5
"""Scores beyond this are read as this; one standard normal in 10^17 is."""

_TOLERANCE = 2.5e-9  # at the points where a new table is checked; a quarter of what is promised everywhere
_CELLS_PER_UNIT = (32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True, eq=False)
class InverseTable:
    """Cubics over `cells` cells: q = c0 + c1 f + c2 f^2 + c3 f^3, f the place within the cell from 0 to 1."""

    cells_per_unit: int
    coefficients: tuple[FloatArray, ...]

    @property
    def cells(self) -> int:
        return int(self.coefficients[0].size)

    def __call__(self, score: FloatArray, out: FloatArray, scratch: Scratch) -> None:
        """Write q(score) to `out`; both shape (n,), and they may be the same buffer."""
        place, term, index = scratch.first, scratch.second, scratch.index
        constant, linear, square, cube = self.coefficients
        np.multiply(score, float(self.cells_per_unit), out=place)
        np.add(place, REACH * self.cells_per_unit, out=place)
        np.maximum(place, 0.0, out=place)
        np.minimum(place, np.nextafter(self.cells, 0.0), out=place)
        np.copyto(index, place, casting="unsafe")  # rounds towards zero: the number of the cell
        np.subtract(place, index, out=place)
        # mode="clip" because the default copies through a buffer of its own; every index is within the table already.
        cube.take(index, out=out, mode="clip")
        for coefficient in (square, linear, constant):
            np.multiply(out, place, out=out)
            coefficient.take(index, out=term, mode="clip")
            np.add(out, term, out=out)


def exact_inverse(score: FloatArray, alpha: float, beta: float) -> FloatArray:
    """q(score) from scipy's inverse incomplete beta function, each half from its own tail; shape as `score`."""
    tail = special.ndtr(-np.abs(score))
    lower = _betaincinv(alpha, beta, tail)
    upper = 1.0 - _betaincinv(beta, alpha, tail)
    quantile: FloatArray = np.where(score <= 0.0, lower, upper)
    return quantile


def _betaincinv(alpha: float, beta: float, chance: FloatArray) -> FloatArray:
    """scipy's inverse; by halving where it finds none (some shapes, at chances below 1e-16)."""
    found: FloatArray = special.betaincinv(alpha, beta, chance)
    lost = np.isnan(found)
    if lost.any():
        low, high = np.zeros(int(lost.sum())), np.ones(int(lost.sum()))
        for _ in range(64):
            middle = 0.5 * (low + high)
            above = special.betainc(alpha, beta, middle) > chance[lost]
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        found[lost] = high
    return found


@lru_cache(maxsize=512)
def inverse_table(alpha: float, beta: float) -> InverseTable | None:
    """The coarsest table within 1e-8 of the exact inverse of beta(alpha, beta); None where even the finest is not.

    That is so only for shapes that are nearly a coin (alpha and beta of hundredths).
    """
    for cells_per_unit in _CELLS_PER_UNIT:
        table, error = _tabulate(alpha, beta, cells_per_unit)
        if error <= _TOLERANCE:
            return table
    return None


def _tabulate(alpha: float, beta: float, cells_per_unit: int) -> tuple[InverseTable, float]:
    """A table and its largest error at the quarters of all cells."""
    cells = int(2 * REACH * cells_per_unit)
    # Two grid points more at both ends, for the differences.
    grid = (np.arange(-2, cells + 3) / cells_per_unit) - REACH
    values = exact_inverse(grid, alpha, beta)
    slopes = (8.0 * (values[3:-1] - values[1:-3]) - (values[4:] - values[:-4])) / 12.0
    steps = np.diff(values)[1:-1]
    # Slopes of at most three times the steps on either side keep a Hermite cubic monotone (Fritsch and Carlson).
    slopes = np.clip(slopes, 0.0, 3.0 * np.minimum(steps[:-1], steps[1:]))
    start, rise = values[2:-3], steps[1:-1]
    left, right = slopes[:-1], slopes[1:]
    table = InverseTable(
        cells_per_unit,
        (start.copy(), left.copy(), 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise),
    )
    errors = []
    for part in (0.25, 0.5, 0.75):
        scores = grid[2:-3] + part / cells_per_unit
        found = np.empty_like(scores)
        table(scores, found, Scratch(scores.size))
        errors.append(np.abs(found - exact_inverse(scores, alpha, beta)).max())
    return table, float(np.max(errors))  # NaN stays NaN, and is no accurate table
