from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finmodel.analysis.dominance import dominance

POUNDS = st.integers(0, 1_000).map(float)


def ascending(*values: float) -> np.ndarray:
    return np.sort(np.array(values))


@pytest.mark.parametrize(
    ("x", "y", "order"),
    [
        ((1, 2, 3), (2, 3, 4), 1),
        ((1, 2, 3), (1, 2, 4), 1),
        ((2, 3, 4), (1, 2, 3), 0),
        ((1, 2, 3), (1, 2, 3), 0),  # equal: neither is preferred
        ((2, 2, 2), (1, 2, 3), 2),  # same mean, no spread
        ((1, 2, 3), (2, 2, 2), 0),
        ((0, 5), (1, 2), 0),  # cheaper at best, dearer at worst and on average
        ((1, 3), (0, 4.1), 2),
        ((1, 3), (0, 3.9), 0),  # narrower, but dearer on average
        ((1.004, 2), (1, 3), 1),  # half a penny dearer somewhere counts for nothing
    ],
)
def test_by_hand(x: tuple[float, ...], y: tuple[float, ...], order: int) -> None:
    assert dominance(ascending(*x), ascending(*y)) == order


@pytest.mark.parametrize(
    ("mean", "sd", "order"),
    [(90, 10, 1), (100, 8, 2), (95, 8, 2), (100, 12, 0), (97, 12, 0), (101, 8, 0)],
)
def test_two_normal_costs_follow_the_theorem(mean: float, sd: float, order: int) -> None:
    """Against N(100, 10): first order at equal spread and lower mean; second at no higher mean and smaller spread."""
    chances = (np.arange(2_000) + 0.5) / 2_000
    score = np.array([NormalDist().inv_cdf(p) for p in chances])

    assert dominance(mean + sd * score, 100 + 10 * score) == order


@given(arrays(np.float64, (2, 12), elements=POUNDS))
def test_second_order_means_a_lower_expected_excess_over_every_level(costs: np.ndarray) -> None:
    x, y = np.sort(costs)
    excess = [(np.maximum(x - level, 0).mean(), np.maximum(y - level, 0).mean()) for level in np.unique(costs)]
    never_more = all(a <= b + 1e-9 for a, b in excess) and x.mean() <= y.mean()

    assert (dominance(x, y) > 0) == (never_more and not np.array_equal(x, y))


@given(arrays(np.float64, (2, 12), elements=POUNDS))
def test_first_order_means_never_less_likely_to_stay_within_any_level(costs: np.ndarray) -> None:
    x, y = np.sort(costs)
    within = all((x <= level).mean() >= (y <= level).mean() for level in np.unique(costs))

    assert (dominance(x, y) == 1) == (within and not np.array_equal(x, y))
