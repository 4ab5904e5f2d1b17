"""Capped losses and stop-loss premiums of lognormal losses agree with their closed forms.

Figures restated: D. Bahnemann, Distributions for Actuaries (CAS Monograph 2, 2015), examples 4.15, 5.13 and 6.3, and
cost ratios of a mean near 1, from the closed forms of the lognormal: (mu, sigma, limit, E min(X, limit),
E min(X, limit)^2, E max(X - limit, 0)).
"""

from __future__ import annotations

import csv
import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.layers.estimated import Estimated
from tests.layers.layered import ROOT, ceded

WHOLE = ROOT.parent / "shared" / "validation" / "limited-expected-values.csv"
DRAWS = 3_000

Row = tuple[float, float, float, float, float, float]
RESTATED: list[Row] = [
    (7.0, 2.4, 1e5, 8896.044056187042, 512509058.2322283, 10639.67860587846),
    (7.0, 2.4, 1e6, 15345.224849068356, 5283276847.85646, 4190.497812997146),
    (6.0, 1.5, 1e3, 502.9684387545643, 394339.63813165046, 739.6797283004315),
    (5.9809, 1.8, 3e3, 890.5580487913891, 1853050.1638865313, 1109.437032130496),
    (5.9809, 1.8, 8e3, 1276.2416566100464, 5774970.017253371, 723.7534243118387),
    (0.0, 0.25, 0.8, 0.7817925751624031, 0.6137084533296566, 0.24995083233669946),
    (0.0, 0.25, 1.2, 0.9853451442014238, 1.004719618248467, 0.04639826329767871),
    (-0.005, 0.1, 0.95, 0.9311193675193927, 0.8683964846553067, 0.06888063248060716),
    (-0.005, 0.1, 1.05, 0.9793598086210116, 0.9642289094113052, 0.020640191378988315),
    (-0.005, 0.1, 1.1, 0.9904605260814279, 0.9880381622613696, 0.009539473918572017),
]


@cache
def drawn(mu: float, sigma: float) -> NDArray[np.float64]:
    """The same losses for every limit on them."""
    return np.random.default_rng(2015).lognormal(mu, sigma, DRAWS)


def misses(rows: list[Row]) -> list[str]:
    """Standard errors are exact, from the closed forms of the second moments."""
    wrong = []
    for mu, sigma, limit, capped_mean, capped_square, premium in rows:
        losses = drawn(mu, sigma)
        below = ceded(losses, 0, limit)
        above = ceded(losses, limit)
        np.testing.assert_allclose(below + above, losses, rtol=1e-12)
        square = math.exp(2 * mu + 2 * sigma**2)
        above_square = square - capped_square - 2 * limit * premium
        capped = Estimated(float(below.mean()), math.sqrt((capped_square - capped_mean**2) / DRAWS))
        stop_loss = Estimated(float(above.mean()), math.sqrt((above_square - premium**2) / DRAWS))
        wrong += [
            f"{what} at {limit} of ({mu}, {sigma}): {found}, published {published}"
            for what, found, published in (("capped", capped, capped_mean), ("stop-loss", stop_loss, premium))
            if not found.agrees(published)
        ]
    return wrong


def test_restated_rows() -> None:
    assert misses(RESTATED) == []


def test_every_published_row() -> None:
    if not WHOLE.is_file():
        pytest.skip(f"{WHOLE} is not there: only the restated rows were tested")
    with WHOLE.open(encoding="utf-8", newline="") as file:
        rows = [
            (
                float(row["mu"]), float(row["sigma"]), float(row["limit"]), float(row["limited_expected_value"]),
                float(row["limited_second_moment"]), float(row["stop_loss_premium_E_X_minus_d_plus"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip

    assert len(rows) == 22
    assert {row for row in rows if row in RESTATED} == set(RESTATED)
    assert misses([row for row in rows if row not in RESTATED]) == []
