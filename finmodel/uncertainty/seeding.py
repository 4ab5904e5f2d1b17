"""Where generators begin: the states of many at once, the same that NumPy gives them one by one.

`numpy.random.SFC64(numpy.random.SeedSequence(key))` mixes the words of a key and runs twelve steps ahead. To make the
objects takes a quarter as long as the draws that follow; here the arithmetic is done for all drivers in one go and one
generator is set from state to state. Sources: O'Neill's seed_seq as in NumPy's `SeedSequence`, Doty-Humphrey's sfc64.
"""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.arrays import Array, FloatArray, np

_POOL = 4
_SHIFT = 16
_INIT_A, _MULT_A = 0x43B0D7E5, 0x931E8875
_INIT_B, _MULT_B = 0x8B51F9DD, 0x58F38DED
_LEFT, _RIGHT = 0xCA01F9DD, 0x4973F715
_WORD = 0xFFFFFFFF
_WARM_UP = 12


class _Hash:
    """Mixes one word after another, each with the next constant of a fixed sequence."""

    def __init__(self, constant: int, multiplier: int) -> None:
        self._constant, self._multiplier = constant, multiplier

    def __call__(self, value: Array) -> Array:
        mixed: Array = value ^ self._constant
        self._constant = self._constant * self._multiplier & _WORD
        mixed *= self._constant
        mixed ^= mixed >> _SHIFT
        return mixed


def _mix(into: Array, value: Array) -> Array:
    mixed: Array = into * _LEFT - value * _RIGHT
    mixed ^= mixed >> _SHIFT
    return mixed


def states(keys: Array) -> Array:
    """The state of SFC64 for each key of 32-bit words; `keys` has shape (keys, words), the result (keys, 4)."""
    words = list(np.ascontiguousarray(keys.T))
    hashed = _Hash(_INIT_A, _MULT_A)
    pool = [hashed(word) for word in words[:_POOL]]
    for source in range(_POOL):
        for place in range(_POOL):
            if place != source:
                pool[place] = _mix(pool[place], hashed(pool[source]))
    for word in words[_POOL:]:
        for place in range(_POOL):
            pool[place] = _mix(pool[place], hashed(word))
    hashed = _Hash(_INIT_B, _MULT_B)
    found = [hashed(pool[place % _POOL]).astype(np.uint64) for place in range(6)]
    a, b, c = (found[i] | found[i + 1] << np.uint64(32) for i in (0, 2, 4))
    for counter in range(1, _WARM_UP + 1):
        total = a + b + np.uint64(counter)
        a = b ^ b >> np.uint64(11)
        b = c + (c << np.uint64(3))
        c = (c << np.uint64(24) | c >> np.uint64(40)) + total
    return np.stack([a, b, c, np.full_like(a, _WARM_UP + 1)], axis=1)


class Seeds:
    """Generators for the keys (word, …, year, block) of several drivers, of one draw-block after another."""

    def __init__(self, heads: Sequence[Array]) -> None:
        """`heads`: what each driver's keys begin with, all as long."""
        self._heads = np.array(heads, dtype=np.uint32)
        self._years: dict[int, int] = {}
        self._block = -1
        self._states: Array = np.empty((0, 0, 4), dtype=np.uint64)
        self._bits = np.random.SFC64(0)
        self._generator = np.random.Generator(self._bits)
        self._state = self._bits.state

    def standard_normal(self, driver: int, year: int, block: int, out: FloatArray) -> None:
        """Fill `out` from the generator of driver number `driver`, `year` and `block`."""
        if year not in self._years or block != self._block:
            self._turn_to(year, block)
        self._state["state"]["state"] = self._states[self._years[year], driver]
        self._bits.state = self._state
        self._generator.standard_normal(out=out)

    def _turn_to(self, year: int, block: int) -> None:
        """All drivers in this year; in a further block, in every year that there was in earlier ones."""
        years = [year, *(known for known in self._years if known != year)] if block != self._block else [year]
        if block == self._block:
            kept = self._states
        else:
            kept, self._years, self._block = np.empty((0, len(self._heads), 4), dtype=np.uint64), {}, block
        tails = np.array([[one, block % 2**32, block >> 32] for one in years], dtype=np.uint32)
        count = len(self._heads)
        keys = np.hstack([np.tile(self._heads, (len(years), 1)), np.repeat(tails, count, axis=0)])
        self._states = np.concatenate([kept, states(keys).reshape(len(years), count, 4)])
        self._years |= {one: len(kept) + place for place, one in enumerate(years)}
