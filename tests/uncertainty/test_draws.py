"""The same futures whatever else is asked for, in buffers that are refilled."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from finmodel.uncertainty import BLOCK_SIZE, Draws, Driver

Values = dict[tuple[str, int], NDArray[np.float64]]

DRIVERS = [
    Driver("opening", "normal", {"mean": 0.0, "sd": 0.04}, yearly=False),
    Driver("realised", "beta", {"alpha": 2.0, "beta": 4.0}, yearly=False),
    Driver("demand", "normal", {"mean": 0.0, "sd": 0.015}, yearly=True),
    Driver("growth", "pert", {"min": 0.0, "mode": 0.01, "max": 0.05}, yearly=True, persistence=0.5),
    Driver("inflation", "lognormal", {"mean": 0.02, "sd": 0.01}, yearly=True, persistence=0.5),
    Driver("wages", "triangular", {"min": 0.0, "mode": 0.02, "max": 0.05}, yearly=True, persistence=0.2),
    Driver("delay", "bernoulli", {"p": 0.1}, yearly=True),
    Driver("noise", "score", {}, yearly=True),
]
PAIRS = [("growth", "inflation", 0.4), ("opening", "realised", -0.3)]


def run(
    drivers: Sequence[Driver] = DRIVERS,
    pairs: Sequence[tuple[str, str, float]] = PAIRS,
    *,
    seed: int = 11,
    first: int = 2016,
    years: int = 3,
    trials: int = 2 * BLOCK_SIZE,
    block_size: int = BLOCK_SIZE,
) -> Values:
    """Values by driver and financial year (0: once), of trials 0 … trials - 1."""
    draws = Draws(drivers, pairs, seed=seed, first_financial_year=first, years=years, block_size=block_size)
    found: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
    for block in range(-(-trials // block_size)):
        draws.start_block(block)
        for driver in drivers:
            if not driver.yearly:
                found.setdefault((driver.name, 0), []).append(draws.values[driver.name].copy())
        for year in range(1, years + 1):
            draws.start_year(year)
            for driver in drivers:
                if driver.yearly:
                    found.setdefault((driver.name, first + year - 1), []).append(draws.values[driver.name].copy())
    return {key: np.concatenate(parts)[:trials] for key, parts in found.items()}


@pytest.fixture(scope="module")
def base() -> Values:
    return run()


def assert_same(found: Values, expected: Values, count: int) -> None:
    """Equal to the bit in the `count` keys that both have."""
    common = found.keys() & expected.keys()

    assert len(common) == count
    assert [key for key in common if not np.array_equal(found[key], expected[key])] == []


@pytest.mark.parametrize("first", [2010, 2015, 2018])
def test_a_financial_year_is_the_same_whatever_the_start(base: Values, first: int) -> None:
    found = run(first=first, years=9)

    assert_same(found, base, 2 + 6 * len({2016, 2017, 2018} & set(range(first, first + 9))))


def test_a_longer_run_begins_with_the_shorter_one(base: Values) -> None:
    assert_same(run(years=8), base, 20)


def test_the_order_of_drivers_and_pairs_changes_nothing(base: Values) -> None:
    assert_same(run(DRIVERS[::-1], [(b, a, rank) for a, b, rank in PAIRS[::-1]]), base, 20)


def test_other_drivers_and_their_correlations_change_nothing(base: Values) -> None:
    more = [
        Driver("aaa", "score", {}, yearly=True, persistence=0.9),
        Driver("zzz", "score", {}, yearly=True, persistence=0.9),
        Driver("mmm", "score", {}, yearly=False),
    ]

    assert_same(run(more + DRIVERS, [*PAIRS, ("aaa", "zzz", 0.5)]), base, 20)
    assert_same(run(DRIVERS[3:5], PAIRS[:1]), base, 6)


def test_correlation_changes_only_later_names_of_its_own_group(base: Values) -> None:
    found = run(pairs=[PAIRS[1]])
    changed = {name for name, year in base if not np.array_equal(found[name, year], base[name, year])}

    assert changed == {"inflation"}


@pytest.mark.parametrize("block_size", [1, 100, 1_000, 4_095, 4_097, 3 * BLOCK_SIZE])
def test_the_size_of_a_block_changes_nothing(base: Values, block_size: int) -> None:
    trials = 20 if block_size == 1 else 2 * BLOCK_SIZE
    found = run(trials=trials, block_size=block_size)

    assert_same(found, {key: values[:trials] for key, values in base.items()}, 20)


def test_blocks_may_come_in_any_order(base: Values) -> None:
    draws = Draws(DRIVERS, PAIRS, seed=11, first_financial_year=2016, years=3)
    for block in (1, 0, 1):
        draws.start_block(block)
        for year in (1, 2):
            draws.start_year(year)
            part = slice(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE)
            for driver in DRIVERS:
                key = (driver.name, 2015 + year if driver.yearly else 0)
                assert np.array_equal(draws.values[driver.name], base[key][part])


def test_another_seed_another_name_and_another_year_are_other_futures(base: Values) -> None:
    renamed = [Driver("noise_2", "score", {}, yearly=True), Driver("noise", "score", {}, yearly=True)]
    other = run(renamed, [])
    rows = [
        base["noise", 2016],
        base["noise", 2017],
        other["noise_2", 2016],
        run(renamed, [], seed=12)["noise", 2016],
    ]
    correlations = np.corrcoef(rows)

    assert np.array_equal(other["noise", 2016], base["noise", 2016])
    assert np.max(np.abs(correlations - np.eye(4))) < 4 / np.sqrt(2 * BLOCK_SIZE)


def test_drivers_that_nothing_joins_are_independent(base: Values) -> None:
    joined = {frozenset(pair[:2]) for pair in PAIRS}
    rows = {name: values for (name, year), values in base.items() if year in (0, 2016)}
    for (a, one), (b, other) in itertools.combinations(rows.items(), 2):
        if frozenset((a, b)) not in joined:
            assert abs(stats.spearmanr(one, other).statistic) < 4 / np.sqrt(2 * BLOCK_SIZE)


# The distribution functions of DRIVERS as scipy knows them; the lognormal's mean and sd give its shape.
EXACT = {
    "opening": stats.norm(0, 0.04),
    "realised": stats.beta(2, 4),
    "demand": stats.norm(0, 0.015),
    "growth": stats.beta(1.8, 4.2, 0, 0.05),
    "inflation": stats.lognorm(np.sqrt(np.log(1.25)), scale=0.02 / np.sqrt(1.25)),
    "wages": stats.triang(0.4, 0, 0.05),
    "noise": stats.norm(),
}


@pytest.mark.parametrize("name", EXACT)
def test_draws_follow_the_stated_distribution_in_every_year(base: Values, name: str) -> None:
    for (found, _), values in base.items():
        if found == name:
            assert stats.kstest(values, EXACT[name].cdf).pvalue > 0.001


def test_an_event_happens_as_often_as_stated(base: Values) -> None:
    for year in (2016, 2017, 2018):
        happened = int(base["delay", year].sum())
        assert stats.binomtest(happened, 2 * BLOCK_SIZE, 0.1).pvalue > 0.001
        assert set(base["delay", year]) == {0.0, 1.0}


def test_parameters_by_year_and_the_last_entry_ever_after() -> None:
    parameters: dict[str, float | tuple[float, ...]] = {"mean": (1.0, 2.0), "sd": (0.0, 0.0, 0.5)}
    found = run([Driver("cost", "normal", parameters, yearly=True)], [], years=5)
    scores = run([Driver("cost", "score", {}, yearly=True)], [], years=5)

    assert set(found["cost", 2016]) == {1.0}
    assert set(found["cost", 2017]) == {2.0}
    for year in (2018, 2019, 2020):
        assert found["cost", year] == pytest.approx(2 + 0.5 * scores["cost", year])


def test_values_live_in_the_same_contiguous_buffers_throughout() -> None:
    draws = Draws(DRIVERS, PAIRS, seed=11, first_financial_year=2016, years=3)
    before = {name: values.ctypes.data for name, values in draws.values.items()}
    draws.start_block(0)
    draws.start_year(1)

    assert list(draws.values) == [driver.name for driver in DRIVERS]
    assert {name: values.ctypes.data for name, values in draws.values.items()} == before
    assert all(v.flags.c_contiguous and v.dtype == np.float64 and v.shape == (4_096,) for v in draws.values.values())


def test_once_drivers_keep_their_values_through_the_years() -> None:
    draws = Draws(DRIVERS, PAIRS, seed=11, first_financial_year=2016, years=3)
    draws.start_block(0)
    opening = draws.values["opening"].copy()
    draws.start_year(1)
    draws.start_year(2)

    assert np.array_equal(draws.values["opening"], opening)


def test_years_come_in_order() -> None:
    draws = Draws(DRIVERS, PAIRS, seed=11, first_financial_year=2016, years=2)
    with pytest.raises(ValueError, match="follow one another"):
        draws.start_year(1)
    draws.start_block(0)
    with pytest.raises(ValueError, match="year 2 after year 0"):
        draws.start_year(2)
    draws.start_year(1)
    with pytest.raises(ValueError, match="year 1 after year 1"):
        draws.start_year(1)
    draws.start_year(2)
    with pytest.raises(ValueError, match="from 1 to 2"):
        draws.start_year(3)
    with pytest.raises(ValueError, match="numbered from 0"):
        draws.start_block(-1)


def test_draws_begin_in_the_base_year() -> None:
    with pytest.raises(ValueError, match="2010"):
        Draws(DRIVERS, PAIRS, seed=11, first_financial_year=2009, years=2)


def test_scipy_is_loaded_only_when_a_distribution_needs_it() -> None:
    program = (
        "import sys; from finmodel.uncertainty import Draws, Driver;"
        "rest = {'seed': 1, 'first_financial_year': 2016, 'years': 1};"
        "d = Draws([Driver('a', 'normal', {'mean': 0.0, 'sd': 1.0}, True, 0.5)], [], **rest);"
        "d.start_block(0); d.start_year(1); assert 'scipy' not in sys.modules;"
        "p = {'low': 1.0, 'mid': 2.0, 'high': 4.0, 'score': 1.28};"
        "d = Draws([Driver('a', 'quantiles', p, True, shift=1.0)], [], **rest);"
        "d.start_block(0); d.start_year(1); assert 'scipy' not in sys.modules;"
        "d = Draws([Driver('a', 'uniform', {'min': 0.0, 'max': 1.0}, True)], [], **rest);"
        "d.start_block(0); d.start_year(1); assert 'scipy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
