"""Cost plus: every limit by hand, and what holds for any cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import M, base_case, flat, rows
from tests.contract.flat import term as to_integrator
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED

CAPPED = "{kind: cost_plus, margin: 5%, margin_cap: £3m}"
GUARANTEED = "{kind: cost_plus, margin: 5%, guaranteed_price: £105m}"


@pytest.mark.parametrize(
    ("cost", "due"),
    [
        (0, 0),
        (59_999_980, 62_999_979),  # £1 below the cap: margin £2,999,999
        (60e6, 63e6),  # exactly: 5% is £3m
        (60_000_020, 63_000_020),  # every further pound of cost is paid, no further margin
        (96e6, 99e6),
    ],
)
def test_the_margin_stops_at_its_cap(cost: float, due: float) -> None:
    assert worked(CAPPED, cost=cost) == due


@pytest.mark.parametrize(
    ("cost", "due"), [(99_999_980, 104_999_979), (100e6, 105e6), (100_000_020, 105e6), (110e6, 105e6), (60e6, 63e6)]
)
def test_no_more_than_the_guaranteed_price(cost: float, due: float) -> None:
    assert worked(GUARANTEED, cost=cost) == due


def test_plain_pass_through_and_a_base_of_named_terms() -> None:
    assert worked("{kind: cost_plus}", cost=96e6) == 96e6
    both = "{kind: cost_plus, on: [chain, rent], margin: 10%}"
    assert worked(both, earlier={"chain": 90e6, "rent": 2e6}) == 101_200_000
    assert worked(both, earlier={"chain": -2e6, "rent": 1e6}) == -1e6  # nothing is earned on money that comes back


def test_the_integrator_keeps_its_margin(tmp_path: Path) -> None:
    """£100m to providers and £2m of running: 3% of £102m is left over, whatever was in the register."""
    found = flat([SUPPLY_CHAIN, to_integrator("cost_plus", margin="3%")], rows(60 * M, 40 * M))
    found.data["parties"]["integrator"]["running_cost"] = "£2m"
    values = base_case(tmp_path, found)
    assert values[f"{TESTED}.payment"][0] == pytest.approx(105.06 * M)
    assert values[f"{TESTED}.integrator_surplus"][0] == pytest.approx(3.06 * M)


def paid(written: str, costs: list[float]) -> FloatArray:
    return paid_on(written, Facts({"cost": np.array([costs])}, {}, {}))[0]


COSTS = st.lists(st.floats(0, 1e9), min_size=2, max_size=5)


@given(st.integers(0, 50), st.integers(0, 20), st.integers(1, 900), COSTS)
def test_it_rises_with_cost_without_a_jump_and_stays_within_its_limits(
    margin: int, cap: int, price: int, costs: list[float]
) -> None:
    written = f"{{kind: cost_plus, margin: {margin}%, margin_cap: £{cap}m, guaranteed_price: £{price}m}}"
    rising = sorted(costs)
    found = paid(written, rising)
    steps, slope = np.diff(found), 1 + margin / 100
    assert (steps >= -1e-3).all()
    assert (steps <= slope * np.diff(rising) + 1e-3).all()
    assert (found <= np.minimum(price * M, np.array(rising) + cap * M) + 1e-3).all()
    np.testing.assert_array_equal(paid(written, rising[::-1])[::-1], found)


@given(st.integers(0, 50), st.integers(0, 20), st.integers(1, 900), COSTS, st.integers(2, 9))
def test_all_money_scales(margin: int, cap: int, price: int, costs: list[float], k: int) -> None:
    def written(times: int) -> str:
        limits = f"margin_cap: £{times * cap}m, guaranteed_price: £{times * price}m"
        return f"{{kind: cost_plus, margin: {margin}%, {limits}}}"

    scaled = paid(written(k), [k * cost for cost in costs])
    np.testing.assert_allclose(scaled, k * paid(written(1), costs), rtol=1e-12, atol=1e-6)
