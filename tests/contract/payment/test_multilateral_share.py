"""Multilateral share: each party's part and cap by hand, the parts together, and any gain or loss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import M, base_case, flat, rows, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED

SHARES = "{commissioners: 40%, integrator: 25%, providers: 35%}"
DOWN = "from: integrator, to: providers"


@pytest.mark.parametrize(
    ("gain", "commissioners", "providers"),
    [
        (0, 0, 0), (1, 0.4, 0.35), (4.9999, 1.99996, 1.749965), (5, 2, 1.75), (5.0001, 2, 1.750035), (50, 2, 17.5),
        (-1, -0.4, -0.35), (-5, -2, -1.75), (-5.0001, -2, -1.750035), (-50, -2, -17.5),
    ],
)  # fmt: skip
def test_parts_and_cap_by_hand(gain: float, commissioners: float, providers: float) -> None:
    """On £100m the commissioners have at most 2%, the providers no limit."""
    cost = (100 - gain) * M
    theirs = worked(f"{{kind: multilateral_share, shares: {SHARES}, cap: 2%}}", target=100 * M, cost=cost)
    assert theirs == pytest.approx(-commissioners * M, abs=0.02)
    down = worked(f"{{kind: multilateral_share, {DOWN}, shares: {SHARES}}}", target=100 * M, cost=cost)
    assert down == pytest.approx(providers * M, abs=0.02)


def test_a_cap_on_a_negative_base_is_a_cap_of_nothing() -> None:
    """Earlier terms bring -£1m and care costs £9m: a loss of £10m, of which 2% of nothing can be passed on."""
    for keys in ("", f"{DOWN}, "):
        written = f"{{kind: multilateral_share, {keys}on: [core], shares: {SHARES}, cap: 2%}}"
        assert worked(written, earlier={"core": -1 * M}, cost=9 * M) == 0


def test_all_of_the_gain_reaches_the_three_parties(tmp_path: Path) -> None:
    """£9m saved on £99m: £3.6m to the commissioners, £3.15m to the providers, £2.25m stay with the integrator."""
    shares = {"commissioners": "40%", "integrator": "25%", "providers": "35%"}
    share = term("multilateral_share", on=["block"], shares=shares, paid="6 months after year end")
    down = {**share, "name": "down", "from": "integrator", "to": "providers", "paid": "monthly"}
    block = term("block", share="110%")
    values = base_case(tmp_path, flat([SUPPLY_CHAIN, block, share, down], rows(60 * M, 30 * M)))
    assert values[f"{TESTED}.payment"][0] == pytest.approx(95.4 * M)
    assert values[f"{TESTED}.later.down"][0] == pytest.approx(3.15 * M)
    assert values[f"{TESTED}.integrator_surplus"][0] == pytest.approx(2.25 * M)


@settings(max_examples=30)
@given(
    gains=st.lists(st.integers(-300, 300), min_size=2, max_size=12, unique=True),
    share=st.integers(0, 100),
    cap=st.integers(0, 50),
    scale=st.sampled_from([2, 1000]),
)
def test_any_gain(gains: list[int], share: int, cap: int, scale: int) -> None:
    """Continuous and rising with the gain, the same for losses, scale-free, each case by itself."""
    written = (
        f"{{kind: multilateral_share, {DOWN}, shares: {{commissioners: {100 - share}%, providers: {share}%}}, "
        f"cap: {cap}%}}"
    )

    def paid(values: list[int], k: int = 1) -> np.ndarray:
        target = np.full((1, len(values)), 100 * M * k)
        cost = np.array([[(100 - x) * M * k for x in values]])
        return paid_on(written, Facts({"target": target, "cost": cost}, {}, {}))[0]

    ordered = sorted(gains)
    found = paid(ordered)
    assert (np.diff(found) >= -1e-6).all()
    assert (np.diff(found) <= np.diff(ordered) * M * share / 100 + 1e-6).all()
    np.testing.assert_allclose(paid([-x for x in ordered]), -found, rtol=1e-12)
    np.testing.assert_allclose(paid(ordered, scale), scale * found, rtol=1e-12)
    np.testing.assert_array_equal(paid(ordered[::-1]), found[::-1])
