"""Independent standard normal scores, each driver from its own sequence (conventions, rules 14 and 15).

A score depends on the seed, the driver's name, the financial year (or 'once') and the trial number, and on nothing
else. The trials of one draw-block come from one generator, keyed by seed, name, year and the draw-block's number; a
part of a draw-block is never drawn on its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from finmodel.arrays import FloatArray, np
from finmodel.uncertainty.seeding import Seeds

BLOCK_SIZE = 4096
"""Trials in a draw-block. Another number here would be another set of futures for every seed."""

BASE_YEAR = 2010
"""2010/11, the year from which every sequence counts: a contract's own start changes no later year's score."""

ONCE = 0
"""The year key of a draw that is one number a trial; financial years are keyed by the calendar year they begin in."""


class Stream:
    """The scores of one driver under one seed, drawn at random; `samplers` has other ways to draw them."""

    def __init__(self, seed: int, name: str) -> None:
        """`seed` from 0 to 2^64 - 1, else ValueError."""
        if not 0 <= seed < 2**64:
            raise ValueError(f"the seed must lie between 0 and 2^64 - 1, not {seed}")
        # blake2b and not hash(): Python's own hash of a text differs from one process to the next.
        digest = hashlib.blake2b(name.encode("utf-8"), digest_size=16).digest()
        words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
        # A fixed number of 32-bit words, so that no two keys can run together: seed 2, name 4, year 1, draw-block 2.
        self._key = np.array([seed % 2**32, seed >> 32, *words], dtype=np.uint32)
        self._seeds: Seeds | None = None
        self._number = 0

    def draw_block(self, year: int, block: int, out: FloatArray) -> None:
        """Fill `out`, shape (BLOCK_SIZE,), with draw-block number `block` of `year` (ONCE, or a financial year)."""
        if out.shape != (BLOCK_SIZE,):
            raise ValueError(f"a draw-block has {BLOCK_SIZE} trials; the buffer has shape {out.shape}")
        if self._seeds is None:
            share_seeds([self])
        assert self._seeds is not None
        self._seeds.standard_normal(self._number, year, block, out)

    def generator(self, *more: int) -> np.random.Generator:
        """A generator of this seed and name, and of further words, each from 0 to below 2^32; three are the draws'."""
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([*self._key[:6].tolist(), *more])))

    def fill(self, year: int, first_trial: int, out: FloatArray, spare: FloatArray) -> None:
        """Fill `out`, shape (n,), with the scores of n consecutive trials, the first of them `first_trial`.

        Whole draw-blocks are drawn in place; of one that is only begun or ended in `out`, all is drawn into `spare`,
        shape (BLOCK_SIZE,), and the part copied. So the length of `out` changes nothing.
        """
        done = 0
        while done < out.size:
            block, offset = divmod(first_trial + done, BLOCK_SIZE)
            take = min(BLOCK_SIZE - offset, out.size - done)
            if take == BLOCK_SIZE:
                self.draw_block(year, block, out[done : done + take])
            else:
                self.draw_block(year, block, spare)
                out[done : done + take] = spare[offset : offset + take]
            done += take


def share_seeds(streams: Iterable[Stream]) -> None:
    """Have the generators of these streams started together, which is quicker and changes no number."""
    together = list(streams)
    seeds = Seeds([stream._key for stream in together])  # noqa: SLF001 - its own class
    for number, stream in enumerate(together):
        stream._seeds, stream._number = seeds, number  # noqa: SLF001 - as above
