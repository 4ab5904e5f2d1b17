"""What each sampler promises of its scores, against theory, SciPy and published integrals."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats
from scipy.stats import qmc

from finmodel.uncertainty import Draws, Driver
from finmodel.uncertainty.samplers import REPLICATE, SAMPLERS, make_stream
from finmodel.uncertainty.streams import BLOCK_SIZE, ONCE, Stream

PUBLISHED = Path(__file__).parents[3] / "shared" / "validation" / "sobol-test-functions.json"
STRATIFIED = ["lhs", "sobol"]
Floats = NDArray[np.float64]


def block(sampler: str, *, seed: int = 1, name: str = "growth", year: int = 2016, number: int = 0) -> Floats:
    out = np.empty(BLOCK_SIZE)
    make_stream(sampler, seed, name).draw_block(year, number, out)
    return out


def replicates(scores: Floats) -> Floats:
    """Probabilities of scores, shape (replicate, trial)."""
    return np.asarray(special.ndtr(scores)).reshape(-1, REPLICATE)


def test_random_is_what_it_always_was() -> None:
    expected = np.empty(BLOCK_SIZE)
    Stream(1, "growth").draw_block(2016, 0, expected)

    assert np.array_equal(block("random"), expected)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_scores_are_standard_normal(sampler: str) -> None:
    # Stratified scores are closer to it than chance, so only those at random can be too far.
    scores = np.concatenate([block(sampler, number=number) for number in range(8)])
    independent = scores[::2] if sampler == "antithetic" else scores
    assert stats.kstest(independent, "norm").pvalue > 0.001
    assert np.isfinite(scores).all()


def test_antithetic_pairs_are_neighbours_and_cancel() -> None:
    scores = block("antithetic")

    assert np.array_equal(scores[0::2], -scores[1::2])
    assert len(np.unique(np.abs(scores))) == BLOCK_SIZE // 2


@pytest.mark.parametrize("sampler", STRATIFIED)
@pytest.mark.parametrize("year", [ONCE, 2010, 2016, 2049])
def test_each_replicate_has_one_score_in_each_stratum(sampler: str, year: int) -> None:
    for replicate in replicates(block(sampler, year=year, number=3)):
        assert np.array_equal(np.sort(np.floor(replicate * REPLICATE)), np.arange(REPLICATE))


@pytest.mark.parametrize("sampler", STRATIFIED)
def test_within_its_stratum_a_score_is_anywhere(sampler: str) -> None:
    within = np.concatenate([replicates(block(sampler, number=n)).ravel() * REPLICATE % 1 for n in range(4)])

    assert stats.kstest(within, "uniform").pvalue > 0.001


@pytest.mark.parametrize("sampler", STRATIFIED)
def test_replicates_are_independent_of_each_other(sampler: str) -> None:
    found = np.concatenate([replicates(block(sampler, number=number)) for number in range(3)])
    order = np.argsort(found, axis=1)

    for one, other in itertools.combinations(range(len(found)), 2):
        assert abs(np.corrcoef(order[one], order[other])[0, 1]) < 4.5 / np.sqrt(REPLICATE)
        assert not np.isin(found[one], found[other]).any()


@pytest.mark.parametrize("sampler", STRATIFIED)
def test_drivers_meet_at_random(sampler: str) -> None:
    found = [replicates(block(sampler, name=name))[0] for name in ("growth", "price", "effect", "cost")]
    found += [replicates(block(sampler, seed=2))[0]]

    for one, other in itertools.combinations(found, 2):
        assert abs(stats.spearmanr(one, other).statistic) < 4.5 / np.sqrt(REPLICATE)


@pytest.mark.parametrize("number", [0, 5])
def test_sobol_points_of_a_driver_are_as_even_as_scipys(number: int) -> None:
    """Every elementary interval in two years at once holds as many points as in SciPy's own scrambled sequence.

    Where one interval of a shape is uneven depends on the scrambling; the numbers of points that occur do not.
    """
    years = (2010, 2011, 2012, 2016, 2021)
    found = [replicates(block("sobol", year=year, number=number)) for year in years]
    scipys = qmc.Sobol(12, scramble=True, rng=np.random.default_rng(3)).random(REPLICATE).T
    for (i, one), (j, other) in itertools.combinations(enumerate(years), 2):
        for first in range(11):
            cells = (2**first, 2 ** (10 - first))
            expected = np.bincount(_cells(scipys[one - 2010], scipys[other - 2010], cells), minlength=REPLICATE)
            for replicate in range(4):
                counts = np.bincount(_cells(found[i][replicate], found[j][replicate], cells), minlength=REPLICATE)
                assert np.array_equal(np.sort(counts), np.sort(expected))


def _cells(x: Floats, y: Floats, cells: tuple[int, int]) -> NDArray[np.intp]:
    return np.asarray(np.floor(x * cells[0]) * cells[1] + np.floor(y * cells[1]), dtype=np.intp)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(first=st.integers(0, 3 * BLOCK_SIZE), length=st.integers(1, 2 * BLOCK_SIZE))
@settings(max_examples=10)
def test_a_longer_run_begins_with_the_shorter_one_wherever_it_is_cut(sampler: str, first: int, length: int) -> None:
    whole = np.concatenate([block(sampler, number=number) for number in range(5)])
    part = np.empty(length)
    make_stream(sampler, 1, "growth").fill(2016, first, part, np.empty(BLOCK_SIZE))

    assert np.array_equal(part, whole[first : first + length])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_stream_has_no_memory(sampler: str) -> None:
    """Not of the years asked for before, nor of how many there were, nor of other draw-blocks."""
    stream, out = make_stream(sampler, 1, "growth"), np.empty(BLOCK_SIZE)
    for year, number in ((2030, 1), (ONCE, 1), (2011, 0), (2080, 2), (2016, 1), (2016, 0)):
        stream.draw_block(year, number, out)
        assert np.array_equal(out, block(sampler, year=year, number=number))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_other_drivers_start_and_block_size_change_nothing(sampler: str) -> None:
    def draws(names: str, first: int, size: int) -> Floats:
        drivers = [Driver(name, "score", {}, yearly=True, persistence=0.5 * (name == "b")) for name in names]
        made = Draws(
            drivers, [], seed=3, first_financial_year=first, years=2020 - first, block_size=size, sampler=sampler
        )
        made.start_block(0)
        for year in range(1, 2020 - first + 1):
            made.start_year(year)
        return np.array([made.values[name][:1_000] for name in "ab"])

    alone = draws("ab", 2016, BLOCK_SIZE)
    for other in (draws("xaby", 2013, BLOCK_SIZE), draws("ba", 2018, 1_000), draws("ab", 2016, 3 * BLOCK_SIZE)):
        assert np.array_equal(alone, other)


def test_the_sequences_of_sobol_begin_in_the_base_year() -> None:
    with pytest.raises(ValueError, match="2010"):
        block("sobol", year=2009)


def ishigami(x: Floats) -> Floats:
    x = np.pi * (2 * x - 1)
    return np.asarray(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def sobol_g(a: list[float]) -> Callable[[Floats], Floats]:
    weights = np.array(a)[:, None, None]
    return lambda x: np.asarray(np.prod((np.abs(4 * x - 2) + weights) / (1 + weights), axis=0))


@pytest.mark.skipif(not PUBLISHED.exists(), reason="../shared/validation is absent")
@pytest.mark.parametrize("years_of_one_driver", [True, False])
@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", ["ishigami", "sobol_g"])
def test_published_integrals(name: str, sampler: str, years_of_one_driver: bool) -> None:
    """Means and variances of published functions, of one driver's years or of several drivers, by replicates.

    Also that the variance of a replicate's mean is what theory says: of stratified scores at most what is left of the
    variance once each input's own part is taken away (first-order indices), and a little for how finely strata divide.
    """
    case = json.loads(PUBLISHED.read_text(encoding="utf-8"))[name]
    inputs = len(case["S1"])
    function = ishigami if name == "ishigami" else sobol_g(case["a"])
    keys = [("x", 2010 + i) if years_of_one_driver else (f"x{i}", ONCE) for i in range(inputs)]
    blocks = range(24)
    x = np.array(
        [
            np.concatenate([replicates(block(sampler, name=driver, year=year, number=number)) for number in blocks])
            for driver, year in keys
        ]
    )
    values = function(x)
    means = values.mean(axis=1)

    error = np.sqrt(case["variance"] / values.size)
    assert means.mean() == pytest.approx(case["mean"], abs=4 * error)
    assert values.var() == pytest.approx(case["variance"], rel=0.02)
    ratio = means.var(ddof=1) / (case["variance"] / REPLICATE)
    most = {"random": 1.0, "antithetic": 2.0}.get(sampler, 1 - sum(case["S1"]) + 0.01)
    if sampler == "sobol" and years_of_one_driver:
        most /= 4  # the points fill all years together: interactions shrink too
    # A chi-square of 95 degrees of freedom is beyond 1.55 times their number once in 3,000 times.
    assert ratio < 1.55 * most
