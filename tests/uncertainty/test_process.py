"""Correlation and persistence as achieved, and against a slow reference that follows one trial at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from finmodel.uncertainty import BLOCK_SIZE, Draws, Driver
from finmodel.uncertainty.streams import ONCE, Stream

BLOCKS = 8
TRIALS = BLOCKS * BLOCK_SIZE
ERROR = 1 / math.sqrt(TRIALS)  # standard error of a correlation near zero; smaller for larger ones


def run(draws: Draws, years: int, blocks: int = BLOCKS) -> dict[str, NDArray[np.float64]]:
    """Every driver's values, shape (year, trial)."""
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in draws.values}
    for block in range(blocks):
        draws.start_block(block)
        rows: dict[str, list[NDArray[np.float64]]] = {name: [] for name in draws.values}
        for year in range(1, years + 1):
            draws.start_year(year)
            for name, values in draws.values.items():
                rows[name].append(values.copy())
        for name, by_year in rows.items():
            found[name].append(np.stack(by_year))
    return {name: np.concatenate(parts, axis=1) for name, parts in found.items()}


def score(name: str, persistence: float = 0.0, *, yearly: bool = True) -> Driver:
    return Driver(name, "score", {}, yearly=yearly, persistence=persistence)


MIXED = [score("a", 0.3), score("b", 0.6), score("c", 0.0), score("d", 0.6)]
PAIRS = [("a", "b", 0.5), ("d", "b", -0.4), ("c", "a", 0.25)]


@pytest.fixture(scope="module")
def mixed() -> dict[str, NDArray[np.float64]]:
    """Four correlated drivers of three different persistences from the base year on; shape (5, trials) each."""
    return run(Draws(MIXED, PAIRS, seed=7, first_financial_year=2010, years=5), 5)


@pytest.mark.parametrize("name", "abcd")
@pytest.mark.parametrize("year", range(5))
def test_every_year_keeps_its_marginal(mixed: dict[str, NDArray[np.float64]], name: str, year: int) -> None:
    assert stats.kstest(mixed[name][year], "norm").pvalue > 0.001


@pytest.mark.parametrize(("name", "phi"), [("a", 0.3), ("b", 0.6), ("c", 0.0), ("d", 0.6)])
def test_persistence_is_the_lag_one_correlation_from_the_first_year(
    mixed: dict[str, NDArray[np.float64]], name: str, phi: float
) -> None:
    for before, after in zip(mixed[name], mixed[name][1:], strict=False):
        assert np.corrcoef(before, after)[0, 1] == pytest.approx(phi, abs=4 * ERROR)
    assert np.corrcoef(mixed[name][0], mixed[name][3])[0, 1] == pytest.approx(phi**3, abs=4 * ERROR)


@pytest.mark.parametrize("year", range(5))
def test_rank_correlation_within_a_year_is_as_stated_in_every_year(
    mixed: dict[str, NDArray[np.float64]], year: int
) -> None:
    stated = {("a", "b"): 0.5, ("b", "d"): -0.4, ("a", "c"): 0.25, ("a", "d"): 0.0, ("b", "c"): 0.0, ("c", "d"): 0.0}
    for (one, other), rank in stated.items():
        assert stats.spearmanr(mixed[one][year], mixed[other][year]).statistic == pytest.approx(rank, abs=4 * ERROR)


def test_rank_correlation_holds_between_values_of_any_shape() -> None:
    drivers = [
        Driver("cost", "lognormal", {"mean": 1.0, "sd": 1.5}, yearly=False),
        Driver("effect", "beta", {"alpha": 0.7, "beta": 5.0}, yearly=False),
        Driver("growth", "triangular", {"min": 0.0, "mode": 0.0, "max": 1.0}, yearly=False),
    ]
    found = run(
        Draws(drivers, [("cost", "effect", 0.7), ("growth", "cost", -0.5)], seed=3, first_financial_year=2016, years=1),
        1,
    )

    assert stats.spearmanr(found["cost"][0], found["effect"][0]).statistic == pytest.approx(0.7, abs=4 * ERROR)
    assert stats.spearmanr(found["cost"][0], found["growth"][0]).statistic == pytest.approx(-0.5, abs=4 * ERROR)


@pytest.mark.parametrize("rank", [-1.0, 1.0])
def test_perfect_correlation_is_perfect(rank: float) -> None:
    draws = Draws([score("a", 0.5), score("b", 0.5)], [("a", "b", rank)], seed=3, first_financial_year=2012, years=2)
    found = run(draws, 2, blocks=1)

    assert np.array_equal(found["a"], rank * found["b"])


def test_persistent_values_keep_the_marginal_of_each_year() -> None:
    driver = Driver("growth", "pert", {"min": 0.0, "mode": (1.0, 2.0, 5.0), "max": 6.0}, yearly=True, persistence=0.8)
    found = run(Draws([driver], [], seed=9, first_financial_year=2016, years=4), 4)["growth"]

    for row, mode in zip(found, (1.0, 2.0, 5.0, 5.0), strict=True):
        exact = stats.beta(1 + 4 * mode / 6, 5 - 4 * mode / 6, 0, 6)
        assert stats.kstest(row, exact.cdf).pvalue > 0.001
    assert stats.spearmanr(found[0], found[1]).statistic == pytest.approx(6 / np.pi * np.arcsin(0.4), abs=4 * ERROR)


def reference(
    seed: int, trial: int, phis: Mapping[str, float], ranks: Sequence[tuple[str, str, float]], last_year: int
) -> dict[str, list[float]]:
    """Scores of one trial from 2010 to `last_year`, calculated by the definition."""
    names = sorted(phis)
    scores = {(a, b): 1.0 if a == b else 0.0 for a in names for b in names}
    for a, b, rank in ranks:
        scores[a, b] = scores[b, a] = 2 * math.sin(math.pi / 6 * rank)
    innovations = {
        (a, b): r * (1 - phis[a] * phis[b]) / math.sqrt(1 - phis[a] ** 2) / math.sqrt(1 - phis[b] ** 2)
        for (a, b), r in scores.items()
    }
    base_factor, later_factor = (
        np.linalg.cholesky(np.array([[matrix[a, b] for b in names] for a in names])) for matrix in (scores, innovations)
    )
    z: dict[str, list[float]] = {name: [] for name in names}
    for year in range(2010, last_year + 1):
        independent = []
        for name in names:
            block = np.empty(BLOCK_SIZE)
            Stream(seed, name).draw_block(year, trial // BLOCK_SIZE, block)
            independent.append(float(block[trial % BLOCK_SIZE]))
        for i, name in enumerate(names):
            factor = base_factor if year == 2010 else later_factor
            mixed = sum(float(factor[i, j]) * independent[j] for j in range(i + 1))
            phi = phis[name]
            z[name].append(mixed if year == 2010 else phi * z[name][-1] + math.sqrt(1 - phi**2) * mixed)
    return z


@pytest.mark.parametrize("first", [2010, 2011, 2016])
def test_against_the_reference(first: int) -> None:
    found = run(Draws(MIXED, PAIRS, seed=7, first_financial_year=first, years=3), 3, blocks=2)
    phis = {driver.name: driver.persistence for driver in MIXED}
    for trial in (0, 1, 4_095, 4_096, 6_789):
        expected = reference(7, trial, phis, PAIRS, first + 2)
        for name in phis:
            assert found[name][:, trial] == pytest.approx(expected[name][-3:], rel=1e-11, abs=1e-12)


def test_correlation_without_persistence_against_the_reference() -> None:
    phis = dict.fromkeys("abcd", 0.0)
    draws = Draws([score(name) for name in phis], PAIRS, seed=7, first_financial_year=2016, years=1)
    found = run(draws, 1, blocks=1)
    expected = reference(7, 77, phis, PAIRS, 2016)

    for name in phis:
        assert found[name][0, 77] == pytest.approx(expected[name][-1], rel=1e-12)


def test_correlated_drivers_that_vary_once() -> None:
    draws = Draws(
        [score("b", yearly=False), score("a", yearly=False)],
        [("a", "b", 0.6)],
        seed=7,
        first_financial_year=2016,
        years=1,
    )
    draws.start_block(0)
    a, b = np.empty(BLOCK_SIZE), np.empty(BLOCK_SIZE)
    Stream(7, "a").draw_block(ONCE, 0, a)
    Stream(7, "b").draw_block(ONCE, 0, b)
    r = 2 * math.sin(math.pi / 10)

    assert np.array_equal(draws.values["a"], a)
    assert draws.values["b"] == pytest.approx(r * a + math.sqrt(1 - r * r) * b, abs=1e-13)
