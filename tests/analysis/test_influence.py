from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

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


UNIT = 1_024


def hypercube(generator: np.random.Generator, units: int) -> np.ndarray:
    """Two normal drivers: in each replicate one score in every 1,024th of the probability."""
    cells = np.array([[generator.permutation(UNIT) for _ in range(2)] for _ in range(units)])
    points = (cells + generator.random(cells.shape)) / UNIT
    return stats.norm.ppf(points.transpose(1, 0, 2).reshape(2, -1))


def pairs(generator: np.random.Generator, units: int) -> np.ndarray:
    z = generator.normal(size=(2, units, 1))
    return np.concatenate([z, -z], axis=2).reshape(2, -1)


@pytest.mark.parametrize(
    ("draw", "design", "square"),
    [
        (hypercube, Design(10 * UNIT, UNIT), 0.0),
        (pairs, Design(4_000, 2, 2), 0.0),
        (pairs, Design(4_000, 2, 2), 1.0),
    ],
    ids=["lhs", "antithetic", "antithetic, even"],
)
def test_the_standard_error_is_that_of_the_design(
    draw: Callable[..., np.ndarray], design: Design, square: float
) -> None:
    """As large as the spread over repeats, whether that is far below or above what random trials have."""
    generator = np.random.default_rng(7)
    found = []
    for _ in range(80):
        x = draw(generator, design.units)
        y = x[0] + x[1] + square * x[1] ** 2
        one = influence(x[0], y, y > 1, design)
        assert one is not None
        assert one.parts == 10
        found.append((one.rank_correlation, one.variance_share))
    for each in zip(*found, strict=True):
        spread = np.std([one.value for one in each], ddof=1)
        told = math.sqrt(np.mean([one.se**2 for one in each]))
        assert told == pytest.approx(spread, rel=0.3)  # 80 repeats know their spread to 8%, ten parts more


def test_replicates_are_surer_of_a_rank_correlation_than_random_trials() -> None:
    x = hypercube(np.random.default_rng(8), 10)
    y = 3 * x[0] + x[1]
    stratified, at_random = (influence(x[0], y, y > 1, one) for one in (Design(10 * UNIT, UNIT), Design(10 * UNIT)))
    assert stratified is not None
    assert at_random is not None
    assert stratified.rank_correlation.value == at_random.rank_correlation.value
    assert 2 * stratified.rank_correlation.se < at_random.rank_correlation.se


def test_what_few_replicates_tell_is_certain_only_far_beyond_chance() -> None:
    """From one replicate nothing is told; from two only what is hundreds of standard errors away."""
    generator = np.random.default_rng(9)
    x = generator.normal(size=(2, 2 * UNIT))
    one = influence(x[0, :UNIT], x[0, :UNIT] + x[1, :UNIT], x[0, :UNIT] > 0, Design(UNIT, UNIT))
    assert one is not None
    assert one.rank_correlation.se is None
    assert not one.certain
    means_nothing = [
        influence(x[0], generator.normal(size=2 * UNIT), x[0] > 0, Design(2 * UNIT, UNIT)) for _ in range(60)
    ]
    assert sum(found.certain for found in means_nothing if found) <= 2
