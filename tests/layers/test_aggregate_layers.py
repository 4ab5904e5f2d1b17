"""Compound losses under layers, corridors and caps agree with those that the library `aggregate` finds by FFT.

Figures: aggregate 0.30.1 (mynl/aggregate, BSD-3), cases A1 to A9: mean, coefficient of variation, quantiles, and the
width of the steps in which it counts. Frequencies and severities are drawn here, with NumPy; the layers are finmodel's.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.layers.estimated import mean, quantile_agrees, variation
from tests.layers.layered import ROOT, by_year, ceded, shared

Floats = NDArray[np.float64]

WHOLE = ROOT.parent / "shared" / "validation" / "aggregate-loss-layers.csv"
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995)
YEARS = 20_000


@dataclass(frozen=True)
class Case:
    """Published: the step, mean, coefficient of variation, quantiles; and the losses of each year after its layers."""

    step: float
    mean: float
    variation: float
    quantiles: tuple[float, ...]
    losses: Callable[[], Floats]


def lognormal(rng: np.random.Generator, size: int, mean: float, cv: float) -> Floats:
    sigma2 = math.log1p(cv * cv)
    return rng.lognormal(math.log(mean) - sigma2 / 2, math.sqrt(sigma2), size)


@cache
def poisson_lognormal(years: int = YEARS, mixed: float = 0.0) -> tuple[NDArray[np.intp], Floats]:
    """Ten claims a year of 50 each with a coefficient of variation of 0.8: numbers by year, and every claim."""
    rng = np.random.default_rng(20_260 + years)
    rate = 10 * (rng.gamma(mixed**-2, mixed**2, years) if mixed else np.ones(years))
    claims = rng.poisson(rate)
    return claims, lognormal(rng, int(claims.sum()), 50, 0.8)


def ground_up(claims: NDArray[np.intp], amounts: Floats) -> Floats:
    return by_year(claims, amounts)


def each_claim(claims: NDArray[np.intp], amounts: Floats, attachment: float, limit: float) -> Floats:
    return by_year(claims, ceded(amounts, attachment, limit))


def tweedie() -> Floats:
    rng = np.random.default_rng(4)
    claims = rng.poisson(2.5, YEARS)
    return ground_up(claims, 400 * rng.gamma(3, size=int(claims.sum())))


def large_claims() -> Floats:
    rng = np.random.default_rng(513)
    claims = rng.poisson(15, 5_000)
    return each_claim(claims, rng.lognormal(5.9809, 1.8, int(claims.sum())), 3_000, 5_000)


@cache
def cost_ratio() -> Floats:
    return lognormal(np.random.default_rng(8), YEARS, 100, 0.1)


def net(losses: Floats, attachment: float, limit: float) -> Floats:
    return losses - ceded(losses, attachment, limit)


CASES = {
    "A1": Case(0.015625, 500, 0.4049691346, (478.390625, 621.734375, 768.59375, 865.25, 1066.3125, 1147.15625),
               lambda: ceded(ground_up(*poisson_lognormal()))),
    "A2": Case(0.00390625, 122.66638928, 0.7016709951, (109.62890625, 173.28125, 239.87109375, 283.76171875, 373.34375,
               408.51953125), lambda: each_claim(*poisson_lognormal(6_000), 50, 100)),
    "A3": Case(0.03125, 500, 0.5692099788, (455.53125, 660.96875, 882.28125, 1031.84375, 1348.25, 1476.09375),
               lambda: ceded(ground_up(*poisson_lognormal(mixed=0.4)))),
    "A4": Case(0.015625, 430.44008797, 0.2815063325, (478.390625, 500, 500, 565.25, 766.3125, 847.15625),
               lambda: net(ground_up(*poisson_lognormal()), 500, 300)),
    "A5": Case(0.015625, 34.7814267, 1.4656212504, (0, 60.875, 134.296875, 150, 150, 150),
               lambda: ceded(ground_up(*poisson_lognormal()), 500, 300, 0.5)),
    "A6": Case(0.125, 3000, 0.7302967433, (2656.5, 4273.625, 5977, 7105.125, 9435.375, 10356.875),
               lambda: ceded(tweedie())),
    "A7": Case(0.25, 5785.2541172800, 0.8488709287, (5000, 8910.25, 12433.25, 15000, 20028.75, 22153), large_claims),
    "A8": Case(0.0009765625, 100, 0.1, (99.50390625, 106.4287109375, 113.0732421875, 117.24609375, 125.4931640625,
               128.6552734375), lambda: ceded(cost_ratio())),
    "A9": Case(0.0009765625, 1.1076518521, 1.7454351711, (0, 1.4287109375, 5, 5, 5, 5),
               lambda: ceded(cost_ratio(), 105, 5)),
}  # fmt: skip

# The same layers as the bands of a gain and loss share: 300 xs 500 is 60% of 500 above it, 5 xs 105 the part of a loss
# between 5% and 10% of 100. Commissioners receive their share of a gain, which is no part of the layer.
BANDS = {
    "A4": lambda: net_of_bands(
        ground_up(*poisson_lognormal()), 500, "[{up_to: 60%, commissioners: 100%}, {commissioners: 0%}]"
    ),
    "A5": lambda: lost(ground_up(*poisson_lognormal()), 500, "[{commissioners: 50%}]", "30%"),
    "A9": lambda: lost(
        cost_ratio(), 100,
        "[{up_to: 5%, commissioners: 0%}, {up_to: 10%, commissioners: 100%}, {commissioners: 0%}]",
    ),
}  # fmt: skip


def lost(losses: Floats, target: float, bands: str, cap: str = "") -> Floats:
    return np.maximum(shared(losses, target, bands, cap), 0)


def net_of_bands(losses: Floats, target: float, bands: str) -> Floats:
    return losses - lost(losses, target, bands)


def misses(case: Case, found: Floats) -> list[str]:
    wrong = []
    for figure, estimate, published in (
        ("mean", mean(found), case.mean), ("cv", variation(found), case.variation)
    ):  # fmt: skip
        if not estimate.agrees(published):
            wrong.append(f"{figure}: {estimate}, published {published}")
    for p, published in zip(QUANTILES, case.quantiles, strict=True):
        if not quantile_agrees(found, p, published, case.step):
            wrong.append(f"q{p}: {np.quantile(found, p)}, published {published}")
    return wrong


@pytest.mark.parametrize("name", CASES)
def test_settled_layers_are_those_published(name: str) -> None:
    assert misses(CASES[name], CASES[name].losses()) == []


@pytest.mark.parametrize("name", BANDS)
def test_bands_of_a_gain_and_loss_share_are_those_layers(name: str) -> None:
    found = BANDS[name]()

    assert misses(CASES[name], found) == []
    np.testing.assert_allclose(found, CASES[name].losses(), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", ["A2", "A4", "A5", "A9"])
def test_an_attachment_a_little_too_low_is_noticed(name: str) -> None:
    """What these samples are able to tell: the same test refuses 10% less (of 105: 1% less)."""
    wrong = {
        "A2": lambda: each_claim(*poisson_lognormal(6_000), 45, 100),
        "A4": lambda: net(ground_up(*poisson_lognormal()), 450, 300),
        "A5": lambda: ceded(ground_up(*poisson_lognormal()), 450, 300, 0.5),
        "A9": lambda: ceded(cost_ratio(), 104, 5),
    }

    assert misses(CASES[name], wrong[name]()) != []


def test_the_restated_figures_are_those_of_the_file() -> None:
    if not Path(WHOLE).is_file():
        pytest.skip(f"{WHOLE} is not there: its figures are restated here")
    with WHOLE.open(encoding="utf-8", newline="") as file:
        rows = {row["case"].split()[0]: row for row in csv.DictReader(file)}

    assert list(rows) == list(CASES)
    for name, row in rows.items():
        case = CASES[name]
        assert float(row["bucket"]) == case.step
        assert float(row["mean_fft"]) == pytest.approx(case.mean, rel=1e-6)
        assert float(row["cv_fft"]) == pytest.approx(case.variation, rel=1e-6)
        assert tuple(float(row[f"q{q}"]) for q in (50, 75, 90, 95, 99, 995)) == case.quantiles
