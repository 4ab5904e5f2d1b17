"""Whether 95% intervals hold the truth in 95% of runs, under each sampler, from the draws to the interval.

The case: `exp(0.3 (a_1 + a_2 + b + c))` of four standard normal scores, two of them years of one driver, is lognormal
with sigma 0.6, so its mean, chances and percentiles are known. It is no sum over the drivers, so that stratifying each
of them leaves an error to be told.

FINMODEL_COVERAGE_REPEATS=10000 repeats each run that often and holds coverage to 95% +-0.7 percentage points.
"""

from __future__ import annotations

import math
import os
from statistics import NormalDist

import numpy as np
import pytest

from finmodel.analysis.design import Design
from finmodel.analysis.estimates import chance, mean, percentiles
from finmodel.uncertainty import Draws, Driver
from finmodel.uncertainty.samplers import SAMPLERS

REPEATS = int(os.environ.get("FINMODEL_COVERAGE_REPEATS", "250"))
MANY = 10_000
TRIALS = int(os.environ.get("FINMODEL_COVERAGE_TRIALS", "8192"))
DRIVERS = [Driver("a", "score", {}, yearly=True), *(Driver(name, "score", {}, yearly=False) for name in "bc")]
SIGMA = 0.6
MEAN, P90 = math.exp(SIGMA**2 / 2), math.exp(SIGMA * NormalDist().inv_cdf(0.9))
LIMIT, CHANCE = math.exp(SIGMA * NormalDist().inv_cdf(0.7)), 0.3


def values_of(sampler: str, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    draws = Draws(DRIVERS, [], seed=seed, first_financial_year=2016, years=2, block_size=TRIALS, sampler=sampler)
    draws.start_block(0)
    total = draws.values["b"] + draws.values["c"]
    for year in (1, 2):
        draws.start_year(year)
        total += draws.values["a"]
    return np.exp(SIGMA / 2 * total)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_intervals_cover_the_truth_as_often_as_they_say(sampler: str, record_property: pytest.RecordProperty) -> None:
    design = Design.of(sampler, TRIALS)
    covered = np.zeros(3)
    for seed in range(REPEATS):
        values = values_of(sampler, seed)
        (p90,) = percentiles(values, design, percents=[90])
        found = [mean(values, design), chance(values > LIMIT, design), p90]
        for at, (one, truth) in enumerate(zip(found, (MEAN, CHANCE, P90), strict=True)):
            assert one.low is not None
            assert one.high is not None
            covered[at] += one.low <= truth <= one.high

    shares = covered / REPEATS
    record_property("coverage of mean, chance and P90", shares.tolist())
    if REPEATS >= MANY:
        print(f"{sampler}, {TRIALS} trials, {REPEATS} repeats: mean, chance, P90 covered in {shares}")  # noqa: T201 - asked for
    tolerance = 0.007 if REPEATS >= MANY else 4 * math.sqrt(0.95 * 0.05 / REPEATS)
    assert shares == pytest.approx([0.95] * 3, abs=tolerance)
