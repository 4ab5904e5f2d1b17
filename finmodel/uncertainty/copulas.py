"""The t copula: normal scores whose extremes come together."""

from __future__ import annotations

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.streams import BLOCK_SIZE, Stream


class TCopula:
    """Turns correlated normal scores into normal scores joined by a t copula of `freedom` degrees of freedom.

    One chi-square w a trial and year divides all scores of the group: t = z / sqrt(w / freedom) is Student's t, and its
    probability gives a normal score again, so every marginal is exact (conventions, rule 16).
    """

    def __init__(self, freedom: float, stream: Stream, size: int) -> None:
        self._freedom, self._stream = freedom, stream
        self._scale, self._sign, self._spare = np.empty(size), np.empty(size), np.empty(BLOCK_SIZE)
        self._high = np.empty(size, dtype=np.bool_)

    def apply(self, year: int, trial: int, scores: FloatArray, out: FloatArray) -> None:
        """`scores`, shape (driver, trial), of the trials from `trial` on, to `out` of the same shape."""
        scale, high = self._scale, self._high
        self._stream.fill(year, trial, scale, self._spare)
        # The chi-square at the score's probability, from the nearer tail: gamma(freedom / 2) times two.
        np.greater(scale, 0.0, out=high)
        np.abs(scale, out=scale)
        np.negative(scale, out=scale)
        special.ndtr(scale, out=scale)
        special.gammainccinv(self._freedom / 2, scale, out=self._sign)
        special.gammaincinv(self._freedom / 2, scale, out=scale)
        np.copyto(scale, self._sign, where=high)
        np.multiply(scale, 2.0 / self._freedom, out=scale)
        np.sqrt(scale, out=scale)
        for row, to in zip(scores, out, strict=True):
            np.divide(row, scale, out=to)
            np.copysign(1.0, to, out=self._sign)
            np.abs(to, out=to)
            np.negative(to, out=to)
            special.stdtr(self._freedom, to, out=to)
            special.ndtri(to, out=to)
            np.multiply(to, self._sign, out=to)
            np.negative(to, out=to)
