from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finmodel.analysis import PERCENTILES, Estimate
from finmodel.analysis.design import Design
from finmodel.analysis.estimates import chance, mean, percentiles, ratio_of_means, spread
from finmodel.analysis.thresholds import loses, over

POUNDS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(arrays(np.float64, st.integers(2, 40), elements=POUNDS))
def test_percentiles_are_those_of_type_7(values: np.ndarray) -> None:
    found = [estimate.value for estimate in percentiles(values, Design(len(values)))]

    assert found == pytest.approx(
        np.quantile(values, np.array(PERCENTILES) / 100, method="linear"), rel=1e-12, abs=1e-6
    )


@given(arrays(np.float64, st.integers(2, 40), elements=POUNDS))
def test_percentiles_rise_and_errors_are_never_negative(values: np.ndarray) -> None:
    found = percentiles(values, Design(len(values)))

    assert [e.value for e in found] == sorted(e.value for e in found)
    assert all(e.se is not None and e.se >= 0 for e in found)


def test_mean_and_its_error_by_hand() -> None:
    found = mean(np.array([2.0, 4.0, 4.0, 6.0]), Design(4))

    assert found.value == 4
    assert found.se == pytest.approx(math.sqrt(8 / 3) / 2)


def test_equal_numbers_are_certain_to_the_bit() -> None:
    found = spread(np.full(100_003, 0.1), Design(100_003))

    assert {found.mean, *found.percentiles} == {Estimate(0.1, 0.0, 0.1, 0.1)}


def test_one_trial_tells_no_error() -> None:
    found = spread(np.array([3.0]), Design(1))

    assert {found.mean, *found.percentiles} == {Estimate(3.0, None)}
    assert ratio_of_means(np.array([3.0]), np.array([4.0]), Design(1)) == Estimate(0.75, None)


def test_the_error_of_a_median_agrees_with_theory() -> None:
    # For a normal distribution the median's standard error is sqrt(pi/2) sd / sqrt(n).
    values = np.random.default_rng(5).normal(size=40_000)
    median = spread(values, Design(40_000)).at(50)

    assert median.se == pytest.approx(math.sqrt(math.pi / 2) / 200, rel=0.1)


@pytest.mark.parametrize("percent", PERCENTILES)
@pytest.mark.parametrize("kind", ["normal", "lognormal"])
def test_intervals_of_percentiles_cover_the_truth_as_often_as_they_say(percent: int, kind: str) -> None:
    repeats, n = 1_000, 4_000
    rng = np.random.default_rng([percent, len(kind)])
    truth = _normal_quantile(percent / 100) if kind == "normal" else math.exp(_normal_quantile(percent / 100))
    within_one, within_two = 0, 0
    for _ in range(repeats):
        values = rng.normal(size=n) if kind == "normal" else rng.lognormal(size=n)
        found = percentiles(values, Design(n), percents=[percent])[0]
        assert found.se is not None
        within_one += abs(found.value - truth) <= found.se
        within_two += abs(found.value - truth) <= 1.96 * found.se

    # Four standard deviations of a binomial, and a point for the error being estimated itself.
    assert within_one / repeats == pytest.approx(0.683, abs=4 * math.sqrt(0.683 * 0.317 / repeats) + 0.01)
    assert within_two / repeats == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / repeats) + 0.01)


def test_intervals_of_means_and_chances_cover_the_truth_as_often_as_they_say() -> None:
    repeats, n = 2_000, 500
    rng = np.random.default_rng(11)
    covered = np.zeros(2)
    for _ in range(repeats):
        values = rng.exponential(size=n)
        average, rare = mean(values, Design(n)), chance(values > math.log(5), Design(n))
        assert average.se is not None
        assert rare.se is not None
        covered += [abs(average.value - 1) <= 1.96 * average.se, abs(rare.value - 0.2) <= 1.96 * rare.se]

    assert covered / repeats == pytest.approx([0.95, 0.95], abs=4 * math.sqrt(0.95 * 0.05 / repeats) + 0.005)


def test_the_error_of_a_ratio_of_means_agrees_with_replication() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(2_000):
        below = rng.uniform(1, 3, size=200)
        found.append(ratio_of_means(below * rng.uniform(0, 1, size=200), below, Design(200)))

    spread_of_ratios = np.std([estimate.value for estimate in found])
    assert np.mean([estimate.se for estimate in found]) == pytest.approx(spread_of_ratios, rel=0.06)


def test_a_chance_by_hand() -> None:
    found = chance(np.array([True, False, False, False]), Design(4))

    assert (found.value, found.bound) == (0.25, None)
    assert found.se == pytest.approx(math.sqrt(0.25 * 0.75 / 4))


@pytest.mark.parametrize(("seen", "bound"), [(0, 0.003), (1_000, 0.997)])
def test_never_and_always_have_a_bound_instead_of_an_error(seen: int, bound: float) -> None:
    found = chance(np.full(1_000, seen > 0), Design(1_000))

    assert found.se is None
    assert found.bound == pytest.approx(bound)


@pytest.mark.parametrize(
    ("amount", "limit", "expected"),
    [
        (100.0, 100.0, False),
        (100.004, 100.0, False),
        (100.006, 100.0, True),
        (120e6 + 0.1, 120e6, False),
        (120e6 + 0.2, 120e6, True),
        (-5.0, 0.0, False),
    ],
)
def test_over_a_limit_means_by_more_than_rounding(amount: float, limit: float, expected: bool) -> None:
    assert over(np.array([amount]), np.array([limit])).tolist() == [expected]


def test_a_loss_is_more_than_half_a_penny() -> None:
    assert loses(np.array([-0.004, -0.006, 0.0, 5.0])).tolist() == [False, True, False, False]


def _normal_quantile(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)
