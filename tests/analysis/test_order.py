"""Chosen order statistics are those of the sorted numbers, whatever the numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from finmodel.analysis.order import order_statistics

MANY = 60_000  # enough that numbers are counted in bins
Floats = NDArray[np.float64]

SHAPES: dict[str, Callable[[np.random.Generator], Floats]] = {
    "normal": lambda rng: rng.normal(size=MANY),
    "long tail": lambda rng: np.exp(4 * rng.normal(size=MANY)),
    "half of them zero": lambda rng: np.maximum(rng.normal(size=MANY), 0),
    "few values": lambda rng: np.round(rng.normal(size=MANY)),
    "all equal": lambda _: np.full(MANY, 1.1),
    "all but one equal": lambda _: np.append(np.full(MANY - 1, 1.1), 1e9),
    "neighbouring numbers": lambda rng: rng.choice([1.0, np.nextafter(1.0, 2.0)], size=MANY),
    "smallest numbers": lambda rng: 5e-324 * rng.integers(0, 50, size=MANY),
    "largest numbers": lambda rng: 1.7e308 * rng.uniform(-1, 1, size=MANY),
    "signed zeros": lambda rng: rng.choice([-0.0, 0.0, 1.0], size=MANY),
    "far from zero": lambda rng: 1e15 + rng.integers(0, 3, size=MANY).astype(float),
}


@pytest.mark.parametrize("shape", SHAPES)
@given(st.integers(0, 2**32), st.lists(st.integers(0, MANY - 1), min_size=1, max_size=20))
@settings(max_examples=5, deadline=None)
def test_they_are_those_of_the_sorted_numbers(shape: str, seed: int, ranks: list[int]) -> None:
    values = SHAPES[shape](np.random.default_rng(seed))
    wanted = np.array([0, MANY - 1, *ranks], dtype=np.intp)
    np.testing.assert_array_equal(order_statistics(values, wanted), np.sort(values)[wanted])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40), st.data())
def test_few_numbers(numbers: list[float], data: st.DataObject) -> None:
    ranks = data.draw(st.lists(st.integers(0, len(numbers) - 1), max_size=5))
    found = order_statistics(np.array(numbers), np.array(ranks, dtype=np.intp))
    assert found.tolist() == [sorted(numbers)[rank] for rank in ranks]
