"""Scores depend on seed, name, year and trial, and on nothing else."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from finmodel.uncertainty.streams import BLOCK_SIZE, ONCE, Stream


def block(seed: int = 1, name: str = "growth", year: int = 2016, number: int = 0) -> NDArray[np.float64]:
    out = np.empty(BLOCK_SIZE)
    Stream(seed, name).draw_block(year, number, out)
    return out


def test_scores_are_standard_normal() -> None:
    scores = np.concatenate([block(number=number) for number in range(16)])

    assert stats.kstest(scores, "norm").pvalue > 0.001
    assert stats.kstest(scores**2, stats.chi2(1).cdf).pvalue > 0.001


def test_each_part_of_the_key_makes_another_sequence() -> None:
    keys = [
        {},
        {"seed": 2},
        {"seed": 1 + 2**32},
        {"name": "growti"},
        {"name": "growth "},
        {"year": 2017},
        {"year": ONCE},
        {"number": 1},
        {"number": 2**32},
    ]
    blocks = [block(**key) for key in keys]  # type: ignore[arg-type]

    for one, other in itertools.combinations(blocks, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(BLOCK_SIZE)
        assert not np.isin(one, other).any()


def test_words_of_the_key_cannot_run_together() -> None:
    # A seed of two words and a block of one, against a seed of one word and a block of two.
    assert not np.array_equal(block(seed=2**32, number=0), block(seed=0, number=2**32))


def test_a_stream_has_no_memory() -> None:
    stream, first, again = Stream(1, "growth"), np.empty(BLOCK_SIZE), np.empty(BLOCK_SIZE)
    stream.draw_block(2016, 3, first)
    stream.draw_block(2019, 0, again)
    stream.draw_block(2016, 3, again)

    assert np.array_equal(first, again)


@given(first=st.integers(0, 3 * BLOCK_SIZE), length=st.integers(1, 2 * BLOCK_SIZE))
def test_a_part_of_the_sequence_is_the_same_wherever_it_is_cut(first: int, length: int) -> None:
    whole = np.concatenate([block(number=number) for number in range(5)])
    part = np.empty(length)
    Stream(1, "growth").fill(2016, first, part, np.empty(BLOCK_SIZE))

    assert np.array_equal(part, whole[first : first + length])


def test_another_process_draws_the_same() -> None:
    # Python's own hash of a text differs with PYTHONHASHSEED; the sequence of a driver must not.
    program = (
        "import numpy as np; from finmodel.uncertainty.streams import Stream; out = np.empty(4096);"
        "Stream(1, 'growth').draw_block(2016, 0, out); print(out[17].hex())"
    )
    for hash_seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == block()[17].hex()


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        Stream(seed, "growth")


def test_a_part_of_a_draw_block_is_never_drawn_on_its_own() -> None:
    with pytest.raises(ValueError, match="4096"):
        Stream(1, "growth").draw_block(2016, 0, np.empty(100))
