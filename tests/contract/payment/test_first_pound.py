"""Bands of a gain and loss share that count from the first pound: at each edge exactly, a hair to either side, any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.contract.payment.worked import Facts, paid_on, worked

M = 1e6
BANDS = "[{up_to: 2%, commissioners: 0%}, {up_to: 6%, commissioners: 50%}, {commissioners: 80%}]"


@pytest.mark.parametrize(
    ("gain", "received"),
    [
        (0, 0), (1.99999, 0), (2, 1), (2.00001, 1.000005), (5.99999, 2.999995), (6, 4.8), (6.00001, 4.800008),
        (12.49999, 9.999992), (12.5, 10), (12.6, 10), (100, 10),
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", [1, -1])
def test_edges_of_bands_and_the_cap(gain: float, received: float, side: int) -> None:
    """£100m, at most 10% of it; commissioners receive of a gain what they pay of a loss."""
    written = f"{{kind: gain_loss_share, on: [core], bands: {BANDS}, cap: 10%, from_first_pound: true}}"
    paid = worked(written, earlier={"core": 100 * M}, cost=(100 - side * gain) * M)
    assert paid == pytest.approx(-side * received * M, abs=0.02)


@pytest.mark.parametrize("cost", [9.0, -11.0])
@pytest.mark.parametrize("keys", ["", ", from_first_pound: true"])
def test_bands_of_a_negative_base_have_no_width(cost: float, keys: str) -> None:
    """-£1m: a loss or gain of £10m lies in the last band; with a cap, a share of nothing, none of it is shared."""
    written = f"{{kind: gain_loss_share, on: [core], bands: {BANDS}{keys}}}"
    due = 0.8 * 10 * (1 if cost > 0 else -1)
    assert worked(written, earlier={"core": -1 * M}, cost=cost * M) == pytest.approx(due * M)
    capped = f"{{kind: gain_loss_share, on: [core], bands: {BANDS}, cap: 10%{keys}}}"
    assert worked(capped, earlier={"core": -1 * M}, cost=cost * M) == 0


def test_one_band_is_the_same_either_way() -> None:
    cost = [90 * M, 100 * M, 107 * M]
    for keys in ("", ", from_first_pound: true"):
        written = f"{{kind: gain_loss_share, on: [core], bands: [{{commissioners: 30%}}]{keys}}}"
        assert worked(written, earlier={"core": 100 * M}, cost=cost) == pytest.approx([-3 * M, 0, 2.1 * M])


@settings(max_examples=30)
@given(
    gains=st.lists(st.integers(-300, 300), min_size=2, max_size=12, unique=True),
    edge=st.integers(1, 50),
    shares=st.tuples(st.integers(0, 100), st.integers(0, 100)),
    scale=st.sampled_from([2, 1000]),
)
def test_any_first_pound(gains: list[int], edge: int, shares: tuple[int, int], scale: int) -> None:
    """The same for losses as for gains, scale-free, each case by itself, no less than rising marginal bands."""
    low, high = sorted(shares)
    bands = f"[{{up_to: {edge}%, commissioners: {low}%}}, {{commissioners: {high}%}}]"

    def paid(values: list[int], keys: str = ", from_first_pound: true", k: int = 1) -> np.ndarray:
        written = f"{{kind: gain_loss_share, on: [core], bands: {bands}{keys}}}"
        base = np.full((1, len(values)), 100 * M * k)
        cost = np.array([[(100 - x) * M * k for x in values]])
        return paid_on(written, Facts({"cost": cost}, {"core": base}, {}))[0]

    found = paid(gains)
    np.testing.assert_allclose(paid([-x for x in gains]), -found, rtol=1e-12)
    np.testing.assert_allclose(paid(gains, k=scale), scale * found, rtol=1e-12)
    np.testing.assert_array_equal(paid(gains[::-1]), found[::-1])
    assert (np.abs(found) >= np.abs(paid(gains, "")) - 1e-6).all()
