from __future__ import annotations

import math

import numpy as np
import pytest

from finmodel.analysis.design import Design
from finmodel.analysis.influence import influence, variance_share

# First-order indices of Ishigami's function (a = 7, b = 0.1) and of Sobol's G: Saltelli and others, "Global sensitivity
# analysis", 2008, and "Variance based sensitivity analysis of model output", 2010.
ISHIGAMI = (0.31390519114781146, 0.4424111447900409, 0.0)
G = {0.0: 0.7161921688790338, 1.0: 0.17904804221975845, 4.5: 0.0236757741778193, 9.0: 0.007161921688790339}


def shares(x: np.ndarray, y: np.ndarray) -> list[tuple[float, float]]:
    found = [variance_share(row, y) for row in x]
    return [(one.value, one.se or math.nan) for one in found]


def test_the_share_of_variance_is_the_first_order_index_of_ishigami() -> None:
    x = np.random.default_rng(1).uniform(-math.pi, math.pi, size=(3, 200_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])

    for (value, se), exact in zip(shares(x, y), ISHIGAMI, strict=True):
        # 40 bins see a function in steps: at most 1% of the variance is missed
        assert abs(value - exact) < 4 * se + 0.005


def test_the_share_of_variance_is_the_first_order_index_of_sobols_g() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])[:, None]
    x = np.random.default_rng(2).uniform(size=(8, 200_000))
    y = np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=0)

    for (value, se), exact in zip(shares(x[:4], y), G.values(), strict=True):
        assert abs(value - exact) < 4 * se + 0.005


def test_a_driver_that_means_nothing_has_a_share_near_zero_without_bias() -> None:
    generator = np.random.default_rng(3)
    means = [variance_share(*generator.normal(size=(2, 2_000))).value for _ in range(100)]

    assert np.mean(means) < 0.004  # its floor at zero leaves little more than half of the noise
    assert min(means) == 0


def test_rank_correlation_of_two_normals_is_that_of_theory() -> None:
    r = 0.6
    z = np.random.default_rng(4).normal(size=(2, 50_000))
    found = influence(z[0], r * z[0] + math.sqrt(1 - r * r) * z[1], z[1] > 0, Design(len(z[0])))

    assert found is not None
    assert found.rank_correlation.se is not None
    assert abs(found.rank_correlation.value - 6 / math.pi * math.asin(r / 2)) < 4 * found.rank_correlation.se


def test_the_outer_tenths_of_a_straight_line() -> None:
    """Y = X on 0, 1 … 99: the lowest tenth are 0 … 9 and the highest 90 … 99."""
    x = np.random.default_rng(5).permutation(100).astype(float)
    found = influence(x, x, x >= 95, Design(len(x)))

    assert found is not None
    assert (found.low.mean.value, found.high.mean.value) == (4.5, 94.5)
    assert found.swing == 90
    assert (found.low.event.value, found.high.event.value) == (0, 0.5)
    assert found.rank_correlation.value == pytest.approx(1)


@pytest.mark.parametrize("chance", [0.02, 0.5, 0.98])
def test_an_event_that_happens_or_not_is_told_by_its_two_values(chance: float) -> None:
    happens = (np.random.default_rng(6).random(5_000) < chance).astype(float)
    found = influence(happens, 3 * happens, happens > 0, Design(len(happens)))

    assert found is not None
    assert (found.low.mean.value, found.high.mean.value) == (0, 3)
    assert found.variance_share.value == pytest.approx(1)


def test_what_does_not_vary_has_no_influence() -> None:
    flat, steep = np.zeros(50), np.arange(50.0)

    assert influence(flat, steep, steep > 1, Design(len(steep))) is None
    assert influence(steep, flat, steep > 1, Design(len(steep))) is None
