"""Patient flows: by hand, and what holds for any cost and any flows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked


def term(elsewhere: str, taken_in: str, rates: str = "out_rate: 100%, in_rate: 80%") -> str:
    return f"{{kind: patient_flow, elsewhere: {elsewhere}, taken_in: {taken_in}, {rates}}}"


@pytest.mark.parametrize(
    ("elsewhere", "taken_in", "due"),
    [
        ("0%", "0%", 0),
        ("10%", "0%", -5e6),
        ("0%", "10%", 4e6),
        ("10%", "10%", -1e6),  # the same number of people each way costs a fifth of their cost
        ("8%", "10%", 0),  # 100% of 8% is 80% of 10%
        ("100%", "0%", -50e6),
        ("0%", "200%", 80e6),  # more people of other areas than its own
    ],
)
def test_alzira_by_hand(elsewhere: str, taken_in: str, due: float) -> None:
    assert worked(term(elsewhere, taken_in), people=10_000, cost_of_care=50e6) == due


def test_the_rates_are_100_percent_where_they_are_left_out() -> None:
    assert worked("{kind: patient_flow, elsewhere: 10%, taken_in: 4%}", people=1, cost_of_care=50e6) == -3e6


def paid(written: str, costs: list[float]) -> FloatArray:
    return paid_on(written, Facts({"cost_of_care": np.array([costs])}, {}, {}))[0]


SHARE, COSTS = st.integers(0, 100), st.lists(st.floats(0, 1e9), min_size=1, max_size=5)


@given(SHARE, SHARE, SHARE, SHARE, COSTS, st.floats(0.01, 100))
def test_scale_order_and_direction(out: int, taken: int, rate: int, other: int, costs: list[float], k: float) -> None:
    written = term(f"{out}%", f"{taken}%", f"out_rate: {rate}%, in_rate: {other}%")
    found = paid(written, costs)
    np.testing.assert_allclose(paid(written, [k * cost for cost in costs]), k * found, rtol=1e-12, atol=1e-9)
    np.testing.assert_array_equal(paid(written, costs[::-1])[::-1], found)
    mirror = term(f"{taken}%", f"{out}%", f"out_rate: {other}%, in_rate: {rate}%")
    np.testing.assert_allclose(paid(mirror, costs), -found, rtol=1e-12, atol=1e-9)  # the other area's view
    more = paid(term(f"{out}%", f"{taken + 1}%", f"out_rate: {rate}%, in_rate: {other}%"), costs)
    assert (more >= found).all()
