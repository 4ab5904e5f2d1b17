"""Generators begin where NumPy's own would."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finmodel.uncertainty.seeding import states
from finmodel.uncertainty.streams import BLOCK_SIZE, Stream, share_seeds

WORDS = st.integers(0, 2**32 - 1)


@given(st.integers(4, 12).flatmap(lambda n: st.lists(st.lists(WORDS, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_states_are_those_of_numpys_seed_sequence_and_generator(keys: list[list[int]]) -> None:
    found = states(np.array(keys, dtype=np.uint32))

    for key, state in zip(keys, found, strict=True):
        numpys = np.random.SFC64(np.random.SeedSequence(np.array(key, dtype=np.uint32))).state["state"]["state"]
        assert state.tolist() == numpys.tolist()


def expected(seed: int, name: str, year: int, block: int) -> list[float]:
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    key = np.array([seed % 2**32, seed >> 32, *words, year, block % 2**32, block >> 32], dtype=np.uint32)
    found: list[float] = (
        np.random.Generator(np.random.SFC64(np.random.SeedSequence(key))).standard_normal(BLOCK_SIZE).tolist()
    )
    return found


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(2010, 2013), st.integers(0, 2) | st.just(2**32 + 5))))
def test_streams_that_start_together_draw_what_each_draws_alone(asked: list[tuple[str, int, int]]) -> None:
    """In any order of names, years and blocks."""
    seed = 2**40 + 7
    together = {name: Stream(seed, name) for name in "abc"}
    share_seeds(together.values())
    out = np.empty(BLOCK_SIZE)

    for name, year, block in asked[:6]:
        together[name].draw_block(year, block, out)
        assert out.tolist() == expected(seed, name, year, block)
        Stream(seed, name).draw_block(year, block, out)
        assert out.tolist() == expected(seed, name, year, block)
