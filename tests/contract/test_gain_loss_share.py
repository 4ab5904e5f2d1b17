"""Gain and loss share: its worked example, each band's edge and the cap exactly, and any bands at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.flat import M, base_case, fixed, flat, payment, rows, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED
from tests.contract.strategies import bands, few


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terms")


def shared(folder: Path, gains: list[float], split: list[dict[str, str]], cap: str) -> np.ndarray:
    """What commissioners receive (negative: pay) at these gains, parts of a base of £100m that is in every year."""
    costs = [f"£{100 * M * (1 - gain) - 40 * M:.6f}" for gain in gains]
    share = term("gain_loss_share", on=["base"], bands=split, cap=cap)
    found = flat([SUPPLY_CHAIN, fixed(100 * M), share], rows(30 * M, 10 * M), years=len(gains))
    found.data["parties"]["integrator"]["running_cost"] = costs
    return -base_case(folder, found)[f"{TESTED}.later.gain_loss_share"] / (100 * M)


TWO_BANDS = [{"up_to": "5%", "commissioners": "50%"}, {"commissioners": "80%"}]


def test_gain_and_loss_share_by_hand(folder: Path) -> None:
    """Cost £92m: half of the first £5m and 80% of the next £3m, £4.9m; a loss alike; 10% of the base at most."""
    gains = [0.08, -0.08, 0.0, 0.05, -0.05, 0.05 + 1e-8, 0.14375, 0.14375 + 1e-8, 0.3, -0.3]
    expected = [0.049, -0.049, 0, 0.025, -0.025, 0.025 + 0.8e-8, 0.1, 0.1, 0.1, -0.1]
    np.testing.assert_allclose(shared(folder, gains, TWO_BANDS, "10%"), expected, rtol=0, atol=1e-13)


def test_vat_is_inside_the_shared_cost_or_not(folder: Path) -> None:
    """£92m and 5% VAT: cost is £96.6m inside, £92m outside; the integrator bears the VAT either way."""
    found = flat(
        [SUPPLY_CHAIN, fixed(100 * M), term("gain_loss_share", on=["base"], bands=TWO_BANDS)], rows(52 * M, 40 * M)
    )
    found.data["parties"]["integrator"].update(vat_leakage="5%", vat_in_shared_cost=True)
    inside = base_case(folder, found)
    found.data["parties"]["integrator"].update(vat_in_shared_cost=False)
    outside = base_case(folder, found)
    assert inside[f"{TESTED}.payment"][0] == pytest.approx((100 - 1.7) * M)
    assert outside[f"{TESTED}.payment"][0] == pytest.approx((100 - 4.9) * M)
    assert inside[f"{TESTED}.integrator_surplus"][0] == pytest.approx((100 - 1.7 - 92 - 4.6) * M)
    assert outside[f"{TESTED}.integrator_surplus"][0] == pytest.approx((100 - 4.9 - 92 - 4.6) * M)


@few(15)
@given(split=bands(), cap=st.integers(0, 100), more=st.lists(st.integers(-590, 590), min_size=1, max_size=10))
def test_any_gain_and_loss_share(folder: Path, split: list[dict[str, str]], cap: int, more: list[int]) -> None:
    """At every edge exactly, at the cap, and anywhere: straight between edges, rising, the same for losses."""
    edges = [0.0, *(float(band["up_to"][:-1]) / 100 for band in split[:-1])]
    slopes = [float(band["commissioners"][:-1]) / 100 for band in split]
    heights = [0.0]
    for low, high, slope in zip(edges, edges[1:], slopes, strict=False):
        heights.append(heights[-1] + slope * (high - low))

    def expected(gain: float) -> float:
        size = abs(gain)
        beyond = slopes[-1] * max(size - edges[-1], 0)
        return float(np.sign(gain) * min(np.interp(size, edges, heights) + beyond, cap / 100))

    gains = sorted({*edges, *(-edge for edge in edges), *(one / 1000 for one in more)})
    found = shared(folder, gains, split, f"{cap}%")
    np.testing.assert_allclose(found, [expected(gain) for gain in gains], rtol=0, atol=1e-12)
    assert (np.diff(found) >= -1e-12).all()
    assert (np.diff(found) <= np.diff(gains) * max(slopes) + 1e-12).all()  # so it has no jump


def test_the_shared_cost_counts_the_payments_above(folder: Path) -> None:
    """£3m paid to providers counts in the gain share where it stands above it, and not below it."""
    bonus = {"name": "bonus", "kind": "formula", "from": "integrator", "to": "providers", "formula": "£3m"}
    share = term("gain_loss_share", on=["base"], bands=TWO_BANDS)
    above = payment(folder, flat([SUPPLY_CHAIN, fixed(100 * M), bonus, share], rows(52 * M, 40 * M)))
    below = payment(folder, flat([SUPPLY_CHAIN, fixed(100 * M), share, bonus], rows(52 * M, 40 * M)))
    assert above == pytest.approx([(100 - 2.5) * M])
    assert below == pytest.approx([(100 - 4.9) * M])
