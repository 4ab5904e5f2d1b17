"""Profit cap: by hand at and beside the cap, of positive and negative turnover; what is kept; scale and order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.flat import M, fixed, flat, payment, rows, term
from tests.contract.payment.told import paid
from tests.contract.scenarios import SUPPLY_CHAIN, percent

ALZIRA = "{kind: profit_cap, on: [core], cap: 7.5%}"


def test_at_and_beside_the_cap() -> None:
    """Turnover £100m: profit of £7.5m is kept; a penny more goes back. A loss is nobody else's."""
    cost = [92.5e6 + 0.01, 92.5e6, 92.5e6 - 0.01, 90e6, 0.0, 100e6, 130e6]
    found = paid(ALZIRA, earlier={"core": 100e6}, cost=cost)
    np.testing.assert_allclose(found, [0, 0, -0.01, -2.5e6, -92.5e6, 0, 0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("cap: 0%", -10e6), ("cap: 7.5%, returned: 40%", -1e6), ("cap: 7.5%, returned: 0%", 0.0), ("cap: 100%", 0.0)],
)
def test_other_caps_and_shares(written: str, expected: float) -> None:
    found = paid(f"{{kind: profit_cap, on: [core], {written}}}", earlier={"core": [100e6]}, cost=90e6)
    np.testing.assert_allclose(found, [expected], rtol=1e-12, atol=1e-6)


def test_a_negative_turnover_has_no_cap_below_nothing() -> None:
    """Turnover of -£1m at costs of -£3m: the profit of £2m goes back whole."""
    assert paid(ALZIRA, earlier={"core": [-1e6]}, cost=-3e6) == pytest.approx([-2e6])


@given(
    costs=st.lists(st.floats(0, 3e8), min_size=2, max_size=20),
    cap=st.integers(0, 10_000),
    returned=st.integers(0, 10_000),
)
def test_what_is_kept_falls_with_cost(costs: list[float], cap: int, returned: int) -> None:
    """Never by more than cost itself; at most the cap where all goes back; scale and order do not matter."""
    costs = sorted(costs)
    written = f"{{kind: profit_cap, on: [core], cap: {percent(cap / 10_000)}, returned: {percent(returned / 10_000)}}}"
    found = paid(written, earlier={"core": 120e6}, cost=costs)
    kept = 120e6 - np.array(costs) + found
    assert (found <= 0).all()
    assert (np.diff(kept) <= 1e-5).all()
    assert (np.diff(kept) >= -np.diff(costs) - 1e-5).all()
    if returned == 10_000:
        assert (kept <= cap / 10_000 * 120e6 + 1e-5).all()
    np.testing.assert_array_equal(paid(written, earlier={"core": 120e6}, cost=costs[::-1]), found[::-1])
    thrice = paid(written, earlier={"core": 360e6}, cost=[3 * x for x in costs])
    np.testing.assert_allclose(thrice, 3 * found, rtol=1e-9, atol=1e-5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profit")


def test_turnover_and_cost_are_those_of_the_terms_above(folder: Path) -> None:
    """£100m received, £90m paid on and £1m of running cost: £9m, of which £2m is beyond 7%; £4m below it counts not."""
    below = {**fixed(4 * M), "name": "below"}
    found = flat([SUPPLY_CHAIN, fixed(100 * M), term("profit_cap", cap="7%"), below], rows(50 * M, 40 * M))
    found.data["parties"]["integrator"]["running_cost"] = "£1m"
    assert payment(folder, found) == pytest.approx([(100 - 2 + 4) * M])
