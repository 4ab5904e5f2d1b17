"""How scores are spread over the trials: at random, in antithetic pairs, by Latin hypercube, by scrambled Sobol points.

Whatever the sampler, every score is standard normal and depends only on seed, name, year and trial (conventions, rule
14), and a longer run begins with the shorter one. Trials of one *unit* are drawn together and depend on one another;
units are independent of each other (rule 15), and standard errors are told from their spread (rule 20):

    random      1 trial
    antithetic  2 trials: scores z and -z, in trials 0 and 1, 2 and 3, …
    lhs         a replicate of 1,024 trials: of each driver and year one score in each 1,024th of the probability
    sobol       a replicate of 1,024 trials: of each driver scrambled Sobol points, a dimension a year, in an order of
                the driver's own. Within a driver the points fill all its years together; between drivers they meet at
                random, each stratified (Latin supercube sampling, Owen 1998). So no driver takes a dimension from
                another, and adding one moves none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from finmodel.arrays import FloatArray, np
from finmodel.special import special
from finmodel.uncertainty.streams import BASE_YEAR, BLOCK_SIZE, ONCE, Stream

REPLICATE = 1024
"""Trials of one replicate of the Latin hypercube and of Sobol points."""

_REPLICATES = BLOCK_SIZE // REPLICATE
_BITS = 10  # of a replicate's trial numbers
_DIGITS = 52  # binary digits of a Sobol point: half a digit more, which keeps it from 0 and 1, is still exact
_DIMENSIONS_AT_ONCE = 16
# Words of the generators' keys, so that no two samplers share a sequence. The draws at random have none.
_ANTITHETIC, _LHS, _SOBOL = 1, 2, 3


class AntitheticStream(Stream):
    """Pairs of scores z and -z in neighbouring trials."""

    def draw_block(self, year: int, block: int, out: FloatArray) -> None:
        half = out[: BLOCK_SIZE // 2]
        self.generator(year, block % 2**32, block >> 32, _ANTITHETIC).standard_normal(out=half)
        half = half.copy()
        out[0::2] = half
        np.negative(half, out=out[1::2])


class LatinStream(Stream):
    """In each replicate one score of each 1,024th of the probability, at random within it, in random order."""

    def draw_block(self, year: int, block: int, out: FloatArray) -> None:
        generator = self.generator(year, block % 2**32, block >> 32, _LHS)
        generator.random(out=out)
        np.add(out, generator.permuted(_strata(), axis=1).reshape(-1), out=out)
        np.multiply(out, 1 / REPLICATE, out=out)
        # A place that rounding puts on the edge of all would have no finite score.
        np.maximum(out, 2.0**-64, out=out)
        np.minimum(out, 1.0 - 2.0**-53, out=out)
        special.ndtri(out, out=out)


class SobolStream(Stream):
    """Scrambled Sobol points, a dimension a year counted from the base year (`once`: one dimension), shuffled.

    A replicate's points are those of the first 1,024 in Sobol's sequence, scrambled by a random lower triangular matrix
    and a digital shift for each dimension (Matoušek 1998), which SciPy's `qmc.Sobol` uses too: every point is uniform,
    and the variance of a mean is that under Owen's scrambling. Only the tables of one draw-block are held.
    """

    def __init__(self, seed: int, name: str) -> None:
        super().__init__(seed, name)
        self._block: int | None = None
        self._dimensions = 0
        self._order: Any = None  # of the points in a draw-block, shape (BLOCK_SIZE,)
        self._high: Any = None  # shape (dimension, replicate, 32, 1): the points of multiples of 32
        self._low: Any = None  # shape (dimension, replicate, 1, 32): those of 0 … 31; a point is the XOR of both

    def draw_block(self, year: int, block: int, out: FloatArray) -> None:
        dimension = 0 if year == ONCE else year - BASE_YEAR
        if dimension < 0:
            raise ValueError(f"the sequences begin in {BASE_YEAR}, not in {year}")
        if block != self._block or dimension >= self._dimensions:
            self._begin(block, 1 if year == ONCE else max(dimension + 1, self._dimensions))
        points = np.bitwise_xor(self._high[dimension], self._low[dimension]).reshape(-1)
        np.copyto(out, points.take(self._order, mode="clip"))
        np.add(out, 0.5, out=out)
        np.multiply(out, 2.0**-_DIGITS, out=out)
        special.ndtri(out, out=out)

    def _begin(self, block: int, dimensions: int) -> None:
        """Scramble the points of a draw-block; more dimensions begin with the same ones as fewer."""
        if dimensions > 1:
            dimensions = -(-dimensions // _DIMENSIONS_AT_ONCE) * _DIMENSIONS_AT_ONCE
        generator = self.generator(block % 2**32, block >> 32, _SOBOL)
        replicates = np.arange(_REPLICATES)[:, None] * REPLICATE
        self._order = (generator.permuted(_strata(), axis=1) + replicates).reshape(-1)
        raw = generator.bit_generator.random_raw(dimensions * _REPLICATES * (_BITS + 1))
        raw = raw.reshape(dimensions, _REPLICATES, _BITS + 1)
        top = np.uint64(1) << (np.uint64(_DIGITS - 1) - np.arange(_BITS, dtype=np.uint64))
        columns = top | (raw[..., :_BITS] & (top - np.uint64(1)))
        shift = raw[..., _BITS] & np.uint64(2**_DIGITS - 1)
        # Direction number k scrambled: the XOR of the columns at its digits. Shape (dimension, replicate, k).
        digits = _direction_digits(dimensions)
        directions = np.bitwise_xor.reduce(columns[:, :, None, :] & digits[:, None, :, :], axis=3)
        half = _BITS // 2
        self._low = _all_sums(directions[..., :half], np.zeros_like(shift))[:, :, None, :]
        self._high = _all_sums(directions[..., half:], shift)[:, :, :, None]
        self._block, self._dimensions = block, dimensions


def _all_sums(directions: Any, start: Any) -> Any:
    """`start` with every subset of the direction numbers, by XOR. Shape (dimension, replicate, 2^k) from k numbers."""
    count = directions.shape[-1]
    found = np.empty((*start.shape, 2**count), dtype=np.uint64)
    found[..., 0] = start
    for k in range(count):
        np.bitwise_xor(found[..., : 2**k], directions[..., k, None], out=found[..., 2**k : 2 ** (k + 1)])
    return found


@lru_cache(maxsize=1)
def _strata() -> Any:
    """The numbers of a replicate's trials, for each replicate of a draw-block."""
    return np.tile(np.arange(REPLICATE), (_REPLICATES, 1))


@lru_cache(maxsize=8)
def _direction_digits(dimensions: int) -> Any:
    """All ones where a direction number has a digit, shape (dimension, k, digit from the first); SciPy's numbers."""
    from scipy.stats import qmc

    points = qmc.Sobol(dimensions, scramble=False).random(REPLICATE)
    # Neighbours in Sobol's sequence differ by one direction number, point 2^k and the one before it by number k.
    whole = (points * REPLICATE).astype(np.uint64)
    number = 2 ** np.arange(_BITS)
    directions = (whole[number] ^ whole[number - 1]).T
    digit = np.uint64(_BITS - 1) - np.arange(_BITS, dtype=np.uint64)
    return np.uint64(0) - ((directions[:, :, None] >> digit) & np.uint64(1))


_STREAMS = {"random": Stream, "antithetic": AntitheticStream, "lhs": LatinStream, "sobol": SobolStream}
_UNITS = {"random": 1, "antithetic": 2, "lhs": REPLICATE, "sobol": REPLICATE}
SAMPLERS = tuple(_STREAMS)


def make_stream(sampler: str, seed: int, name: str) -> Stream:
    """The scores of a driver under a seed, as `sampler`, one of SAMPLERS, spreads them."""
    return _STREAMS[sampler](seed, name)


def unit_of(sampler: str) -> int:
    """How many consecutive trials `sampler` draws together; a run has whole units."""
    return _UNITS[sampler]
