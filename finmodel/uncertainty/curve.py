"""A curve of values over scores that is known the other way round: the score of every value.

Between knots, which are values with their exact scores, the value is a cubic in the score through both knots and two
points within. Pieces are halved until each cubic rises and meets three more points; no equation is solved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.scratch import Scratch

_TOLERANCE = 1e-9  # of the distance from one score below the median to one above, or from the median where that is more
_NARROWEST = 1e-12  # a piece as narrow as this share of the spread, or as a few of the numbers there are, is straight
_RAREST = 1e-9  # so is one as narrow as this in scores: below, rounding would be fitted
_CHECKS = (1 / 6, 1 / 2, 5 / 6)


@dataclass(frozen=True, eq=False)
class Curve:
    """Pieces that begin at the scores `starts`: value = c0 + c1 t + c2 t^2 + c3 t^3, t from 0 to 1 within a piece."""

    starts: FloatArray
    scales: FloatArray
    coefficients: tuple[FloatArray, ...]

    def __call__(self, score: FloatArray, out: FloatArray, scratch: Scratch) -> None:
        """Write the values at `score` to `out`; both shape (n,), and they may be the same buffer."""
        place, term = scratch.first, scratch.second
        # A piece without width in scores (a gap between possible values) is passed over: side="right".
        index = np.searchsorted(self.starts, score, side="right")
        np.subtract(index, 1, out=index)
        np.maximum(index, 0, out=index)
        self.starts.take(index, out=term, mode="clip")
        np.subtract(score, term, out=place)
        self.scales.take(index, out=term, mode="clip")
        np.multiply(place, term, out=place)
        np.maximum(place, 0.0, out=place)
        np.minimum(place, 1.0, out=place)
        constant, linear, square, cube = self.coefficients
        cube.take(index, out=out, mode="clip")
        for coefficient in (square, linear, constant):
            np.multiply(out, place, out=out)
            coefficient.take(index, out=term, mode="clip")
            np.add(out, term, out=out)


def curve(scores: Callable[[FloatArray], FloatArray], knots: FloatArray) -> Curve:
    """The curve whose values have these scores; `knots` hold every value at which it is not smooth, and its ends."""
    values = np.unique(knots)
    known = scores(values)
    values, known = values[np.isfinite(known)], known[np.isfinite(known)]
    known = np.maximum.accumulate(known)  # rounding of the last digit
    around, low, high = np.interp([0.0, -1.0, 1.0], known, values)
    tolerance = _Tolerance(float(around), float(high - low))

    left, right, left_score, right_score = values[:-1], values[1:], known[:-1], known[1:]
    done: list[tuple[FloatArray, ...]] = []
    while left.size:
        pieces = _fit(scores, left, right, left_score, right_score)
        fits = _fits(scores, left, right, left_score, right_score, pieces, tolerance)
        done.append((left_score[fits], right_score[fits], *(piece[fits] for piece in pieces)))
        left, right, left_score, right_score = (part[~fits] for part in (left, right, left_score, right_score))
        middle = left + (right - left) / 2
        score = np.clip(scores(middle), left_score, right_score)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        left_score, right_score = np.concatenate([left_score, score]), np.concatenate([score, right_score])

    starts, stops, *coefficients = (np.concatenate(parts) for parts in zip(*done, strict=True))
    # By score, then by value: pieces that meet in a gap keep their order.
    order = np.lexsort((coefficients[0], starts))
    starts, width = starts[order], (stops - starts)[order]
    scales = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0)
    return Curve(starts, scales, tuple(part[order] for part in coefficients))


@dataclass(frozen=True)
class _Tolerance:
    middle: float
    spread: float

    def of(self, value: FloatArray) -> FloatArray:
        return np.maximum(self.spread, np.abs(value - self.middle))


def _fit(
    scores: Callable[[FloatArray], FloatArray],
    left: FloatArray,
    right: FloatArray,
    left_score: FloatArray,
    right_score: FloatArray,
) -> tuple[FloatArray, ...]:
    """The cubic of each piece through its ends and the values at a third and two thirds; NaN where scores coincide."""
    rise = right - left
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first, second = (
            (np.clip(scores(left + rise * share), left_score, right_score) - left_score) / (right_score - left_score)
            for share in (1 / 3, 2 / 3)
        )
        # Newton's form for (value - left) / t, a parabola through t = first, second, 1.
        at_first, at_second = rise / 3 / first, rise * 2 / 3 / second
        slope = (at_second - at_first) / (second - first)
        bend = ((rise - at_second) / (1.0 - second) - slope) / (1.0 - first)
        linear = at_first - slope * first + bend * first * second
        square = slope - bend * (first + second)
        straight = ~np.isfinite(linear + square + bend)
    return left, np.where(straight, np.nan, linear), square, bend


def _fits(
    scores: Callable[[FloatArray], FloatArray],
    left: FloatArray,
    right: FloatArray,
    left_score: FloatArray,
    right_score: FloatArray,
    pieces: tuple[FloatArray, ...],
    tolerance: _Tolerance,
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which pieces are good enough; those too narrow for a cubic are made straight in place, and are."""
    _, linear, square, cube = pieces
    width, rise = right_score - left_score, right - left
    size = tolerance.of(left)
    next_number: FloatArray = 8 * np.spacing(np.maximum(np.abs(left), np.abs(right)))
    narrow = (width <= _RAREST) | (rise <= np.maximum(_NARROWEST * size, next_number))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        lowest = np.where((cube > 0) & (square < 0) & (-square < 3 * cube), linear - square * square / (3 * cube), 0.0)
        good = (linear >= 0) & (linear + 2 * square + 3 * cube >= 0) & (lowest >= 0)
        for share in _CHECKS:
            value = left + rise * share
            place = (scores(value) - left_score) / width
            found = left + place * (linear + place * (square + place * cube))
            good &= np.abs(found - value) <= _TOLERANCE * size
    linear[narrow], square[narrow], cube[narrow] = rise[narrow], 0.0, 0.0
    return good | narrow
