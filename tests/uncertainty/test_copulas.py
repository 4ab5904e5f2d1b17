"""The t copula against theory: exact marginals, Kendall's tau, tail dependence, and independence of everything else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from finmodel.uncertainty import Draws, Driver, Pair

TAU, FREEDOM, BLOCKS = 0.4, 3.0, 8
Floats = NDArray[np.float64]


def scores(freedom: float | None, *, phi: float = 0.0, years: int = 2, first: int = 2016) -> dict[str, Floats]:
    """Scores of two drivers, shape (years, trials)."""
    names = "ab"
    drivers = [Driver(name, "score", {}, yearly=True, persistence=phi) for name in names]
    draws = Draws(drivers, [Pair("a", "b", TAU, "tau", freedom)], seed=5, first_financial_year=first, years=years)
    found: dict[str, list[Floats]] = {name: [np.empty(0)] * years for name in names}
    for block in range(BLOCKS):
        draws.start_block(block)
        for year in range(years):
            draws.start_year(year + 1)
            for name in names:
                found[name][year] = np.append(found[name][year], draws.values[name])
    return {name: np.array(rows) for name, rows in found.items()}


@pytest.fixture(scope="module")
def t() -> dict[str, Floats]:
    return scores(FREEDOM)


def test_every_marginal_is_exactly_normal(t: dict[str, Floats]) -> None:
    for name in "ab":
        for year in range(2):
            assert stats.kstest(t[name][year], "norm").pvalue > 0.001


@pytest.mark.parametrize("freedom", [None, 1.0, FREEDOM, 30.0])
def test_kendalls_tau_is_as_stated(freedom: float | None) -> None:
    found = scores(freedom, years=1)
    a, b = found["a"][0][:20_000], found["b"][0][:20_000]

    # The error of tau is at most sqrt((1 - tau^2) 2 / n).
    assert stats.kendalltau(a, b).statistic == pytest.approx(TAU, abs=4 * math.sqrt(2 * (1 - TAU**2) / 20_000))


def test_extremes_come_together_as_often_as_theory_says(t: dict[str, Floats]) -> None:
    """P(both above their q-quantile) of the t copula, from SciPy's bivariate t, and of a Gaussian one far less."""
    r = math.sin(math.pi * TAU / 2)
    q = 0.99
    bivariate = stats.multivariate_t(shape=[[1, r], [r, 1]], df=FREEDOM, seed=1)
    # By symmetry the corner above is the one below.
    corner = float(bivariate.cdf([-stats.t.ppf(q, FREEDOM)] * 2, maxpts=200_000))
    limit = stats.norm.ppf(q)
    both = np.mean([np.mean((t["a"][year] > limit) & (t["b"][year] > limit)) for year in range(2)])
    trials = 2 * t["a"].shape[1]

    assert both == pytest.approx(corner, abs=4 * math.sqrt(corner / trials))
    # Tail dependence, the limit of P(both) / (1 - q): 2 T(-sqrt((v + 1)(1 - r) / (1 + r))) with v + 1 degrees.
    dependence = 2 * stats.t.cdf(-math.sqrt((FREEDOM + 1) * (1 - r) / (1 + r)), FREEDOM + 1)
    assert both / (1 - q) == pytest.approx(dependence, abs=0.08)
    gaussian = scores(None)
    apart = np.mean((gaussian["a"] > limit) & (gaussian["b"] > limit))
    assert apart < 0.75 * both


def test_one_chi_square_a_trial_and_year() -> None:
    """Uncorrelated scores of a t copula are large together, in one year and not across years."""
    drivers = [Driver(name, "score", {}, yearly=True) for name in "ab"]
    draws = Draws(drivers, [Pair("a", "b", 0.0, "tau", 2.0)], seed=5, first_financial_year=2016, years=2)
    draws.start_block(0)
    draws.start_year(1)
    first = {name: np.abs(draws.values[name]) for name in "ab"}
    draws.start_year(2)
    second = {name: np.abs(draws.values[name]) for name in "ab"}

    assert stats.spearmanr(first["a"], first["b"]).statistic > 0.15
    assert abs(stats.spearmanr(first["a"], second["b"]).statistic) < 4 / math.sqrt(4096)


def test_the_score_before_the_chi_square_is_that_of_the_gaussian_copula() -> None:
    """Of the same seed: the signs are the same, and with many degrees of freedom the scores nearly are."""
    gaussian, few, many = (scores(freedom, phi=0.5, first=2010) for freedom in (None, 2.0, 1000.0))

    for name in "ab":
        assert np.array_equal(np.sign(gaussian[name]), np.sign(few[name]))
        assert np.abs(gaussian[name] - many[name]).max() < 1.0
        assert np.corrcoef(gaussian[name][0], many[name][0])[0, 1] > 0.999


@pytest.mark.parametrize("sampler", ["random", "sobol"])
def test_another_driver_outside_the_group_changes_nothing(sampler: str) -> None:
    drivers = [Driver(name, "score", {}, yearly=True) for name in "abc"]
    found = []
    for chosen in (drivers[:2], drivers):
        pairs = [Pair("a", "b", TAU, "tau", FREEDOM)]
        draws = Draws(chosen, pairs, seed=5, first_financial_year=2016, years=1, sampler=sampler)
        draws.start_block(3)
        draws.start_year(1)
        found.append({name: draws.values[name].copy() for name in "ab"})

    for name in "ab":
        assert np.array_equal(found[0][name], found[1][name])
