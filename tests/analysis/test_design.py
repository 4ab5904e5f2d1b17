"""Standard errors from units of trials: by hand, against replication, and never certain where nothing is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from finmodel.analysis.design import Design, whole_trials
from finmodel.analysis.estimates import chance, mean, percentiles, ratio_of_means, spread
from finmodel.uncertainty.samplers import SAMPLERS


def test_the_mean_of_two_pairs_by_hand() -> None:
    # Pairs (1, 5) and (4, 8) have means 3 and 6: their mean is 4.5, its error the deviation 4.5 / sqrt(2) over sqrt(2).
    found = mean(np.array([1.0, 5.0, 4.0, 8.0]), Design(4, 2))

    assert found.value == 4.5
    assert found.se == pytest.approx(1.5)
    # Student's t of one degree of freedom is 12.706 at 97.5%.
    assert (found.low, found.high) == pytest.approx((4.5 - 12.706 * 1.5, 4.5 + 12.706 * 1.5), abs=1e-3)


@given(st.integers(2, 6), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_a_mean_is_that_of_its_units(units: int, unit: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=units * unit)
    found = mean(values, Design(values.size, unit))
    by_unit = mean(values.reshape(units, unit).mean(axis=1), Design(units))

    assert found.value == pytest.approx(by_unit.value, abs=1e-12)
    assert found.se == pytest.approx(by_unit.se)
    assert found.high == pytest.approx(by_unit.high)


@given(st.integers(2, 9), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_ratio_of_equal_denominators_is_a_mean(units: int, unit: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=units * unit)
    design = Design(values.size, unit)
    ratio, average = ratio_of_means(values, np.full(values.size, 4.0), design), mean(values, design)

    assert (ratio.value, ratio.se) == pytest.approx((average.value / 4, (average.se or 0.0) / 4))


def test_the_mean_of_some_trials_has_the_error_of_a_ratio() -> None:
    rng = np.random.default_rng(8)
    values, kept = rng.normal(2.0, size=4_096), rng.random(4_096) < 0.4
    places = np.flatnonzero(kept)
    design = Design(4_096, 64)

    found = mean(values[places], design, places)
    ratio = ratio_of_means(values * kept, kept.astype(np.float64), design)
    assert (found.value, found.se) == pytest.approx((ratio.value, ratio.se))
    # Every trial kept is the mean itself.
    every = np.arange(4_096, dtype=np.intp)
    assert spread(values, design, None, every).mean.se == pytest.approx(mean(values, design).se)


def test_errors_of_some_trials_agree_with_replication() -> None:
    """Means, medians and chances where trials of a unit share a part, and a part of the trials counts."""
    rng, design = np.random.default_rng(4), Design(320, 8)
    found, errors = [], []
    for _ in range(1_500):
        shared = np.repeat(rng.normal(size=40), 8)
        values = shared + rng.normal(size=320)
        places = np.flatnonzero(rng.random(320) < 0.6)
        (median,) = percentiles(values[places], design, places, [50])
        estimates = [mean(values[places], design, places), median, chance(values > 1, design)]
        found.append([one.value for one in estimates])
        errors.append([one.se for one in estimates])

    ratio = np.mean(np.array(errors, dtype=np.float64), axis=0) / np.std(found, axis=0)
    # Three standard deviations of a standard deviation from 1,500, and what 40 units leave of bias.
    assert ratio == pytest.approx([1.0, 1.0, 1.0], abs=0.09)


def test_one_replicate_tells_no_error_and_no_interval() -> None:
    values = np.arange(1024.0)
    design = Design(1024, 1024)
    found = spread(values, design)

    assert {one.se for one in (found.mean, *found.percentiles)} == {None}
    assert {one.low for one in (found.mean, *found.percentiles)} == {None}
    assert (chance(values > 3, design).se, chance(values > 3, design).low) == (None, None)
    assert design.interval_factor is None


def test_replicates_that_agree_are_not_certain() -> None:
    """A stratified score is below its median in exactly half of each replicate; its median is not known exactly."""
    rng = np.random.default_rng(1)
    values = np.concatenate([(rng.permutation(1024) + rng.random(1024)) / 1024 for _ in range(8)])
    found, half = percentiles(values, Design(8192, 1024), percents=[50])[0], chance(values < 0.5, Design(8192, 1024))

    assert found.se is not None
    assert found.se >= abs(found.value - 0.5) / 3
    assert found.se > 0
    assert half.se == pytest.approx(1 / 8192)


@pytest.mark.parametrize(("seen", "trials"), [(3, 1_000), (40, 1_000), (500, 1_000), (999, 1_000)])
def test_the_interval_of_a_chance_is_wilsons(seen: int, trials: int) -> None:
    found = chance(np.arange(trials) < seen, Design(trials))
    # SciPy's takes the normal quantile, 1.960, where Student's t of 999 degrees of freedom is 1.962.
    expected = stats.binomtest(seen, trials).proportion_ci(0.95, method="wilson")

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=2e-3)


@pytest.mark.parametrize("kind", ["one end", "both ends"])
def test_never_seen_bounds_a_chance_in_antithetic_pairs_too(kind: str) -> None:
    """Of 100 trials that saw nothing, one in twenty may have a chance above the bound, whatever the event is."""
    rng, trials, repeats = np.random.default_rng(6), 100, 20_000
    scores = rng.normal(size=(repeats, trials // 2))
    bound = chance(np.zeros(trials, dtype=np.bool_), Design.of("antithetic", trials)).bound
    assert bound is not None
    limit = stats.norm.isf(bound / 2 if kind == "both ends" else bound)
    pairs = np.stack([scores, -scores])
    happened = np.abs(pairs) > limit if kind == "both ends" else pairs > limit

    assert np.mean(~happened.any(axis=(0, 2))) <= 0.05


@pytest.mark.parametrize(("sampler", "asked", "run"), [
    ("random", 10_001, 10_001), ("antithetic", 10_001, 10_002), ("lhs", 1, 1_024), ("sobol", 10_000, 10_240),
])  # fmt: skip
def test_trials_are_rounded_up_to_whole_units(sampler: str, asked: int, run: int) -> None:
    assert whole_trials(sampler, asked) == run
    assert whole_trials(sampler, run) == run


def test_the_factor_of_an_interval_is_students() -> None:
    factors = {sampler: Design.of(sampler, 8_192).interval_factor for sampler in SAMPLERS}

    assert factors["sobol"] == factors["lhs"] == pytest.approx(stats.t.ppf(0.975, 7))
    assert factors["antithetic"] == pytest.approx(stats.t.ppf(0.975, 4_095))
    assert math.isclose(factors["random"] or 0, stats.t.ppf(0.975, 8_191))
