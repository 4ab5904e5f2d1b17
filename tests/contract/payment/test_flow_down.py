"""Flow-down: gains and losses at their own rates, by service, as cost to what stands below; nothing made or lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.contract.payment.worked import Facts, paid_on, worked
from finmodel.errors import InputError
from tests.contract.flat import M, base_case, flat, rows, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED

TO_PROVIDERS = {"from": "integrator", "to": "providers"}
BROUGHT = [-3e6, -0.01, 0.0, 0.01, 5e6]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("rate: 0%", [0, 0, 0, 0, 0]),
        ("rate: 100%", BROUGHT),
        ("rate: 40%", [-1.2e6, 0, 0, 0, 2e6]),
        ("gains: 60%", [0, 0, 0, 0.01, 3e6]),
        ("losses: 50%", [-1.5e6, -0.01, 0, 0, 0]),
        ("gains: 60%, losses: 50%", [-1.5e6, -0.01, 0, 0.01, 3e6]),
    ],
)
def test_gains_and_losses_by_hand(keys: str, expected: list[float]) -> None:
    paid = worked(f"{{kind: flow_down, on: [share], {keys}}}", earlier={"share": BROUGHT})
    assert paid == pytest.approx(expected, abs=0.0051)


def test_what_is_left_after_cost() -> None:
    """£97m less cost of £94m, £97m and £99m."""
    written = "{kind: flow_down, on: [target, share], gains: 50%, losses: 10%, after_cost: true}"
    cost = [94e6, 97e6, 99e6]
    assert worked(written, earlier={"target": 100e6, "share": -3e6}, cost=cost) == [1.5e6, 0, -0.2e6]


def test_it_reaches_the_providers_of_each_service_and_leaves_the_integrator(tmp_path: Path) -> None:
    """£6m and £3m saved on services of £66m and £33m; half of that is earned, and four fifths of it passed on."""
    share = term("shared_savings", share="50%", cost=["chain"], on=["block"])
    down = {"name": "down", "kind": "flow_down", **TO_PROVIDERS, "on": ["shared_savings"], "rate": "80%"}
    block = term("block", share="110%")
    values = base_case(tmp_path, flat([SUPPLY_CHAIN, block, share, down], rows(60 * M, 30 * M)))
    found = [values[f"{TESTED}.later.down[{service}]"][0] for service in ("a", "b")]
    assert found == pytest.approx([0.8 * 4.5 * M * 60 / 90, 0.8 * 4.5 * M * 30 / 90])
    assert values[f"{TESTED}.later.down.to[trust]"][0] == pytest.approx(0.8 * 3 * M)
    assert values[f"{TESTED}.integrator_surplus"][0] == pytest.approx((99 + 4.5 - 0.8 * 4.5 - 90) * M)


def test_it_is_cost_to_the_terms_below_it_alone(tmp_path: Path) -> None:
    """10% of £99m is passed on: the gain of £9m is a loss of £0.9m where the gain share stands below."""
    down = {"name": "down", "kind": "flow_down", **TO_PROVIDERS, "on": ["block"], "rate": "10%"}
    share = term("gain_loss_share", on=["block"], bands=[{"commissioners": "50%"}])
    block = term("block", share="110%")
    for order, due in (([down, share], 0.45), ([share, down], -4.5)):
        values = base_case(tmp_path, flat([SUPPLY_CHAIN, block, *order], rows(60 * M, 30 * M)))
        assert values[f"{TESTED}.later.gain_loss_share"][0] == pytest.approx(due * M)


def test_nothing_can_be_passed_on_of_nothing(tmp_path: Path) -> None:
    nothing = term("formula", name="rule", formula="0", by="service")
    down = {"name": "down", "kind": "flow_down", **TO_PROVIDERS, "on": ["rule"], "rate": "80%"}
    with pytest.raises(InputError) as caught:
        flat([SUPPLY_CHAIN, nothing, down], rows(60 * M, 30 * M)).compile(tmp_path)
    assert "these terms pay nothing, so there is nothing to pass on" in str(caught.value)


@settings(max_examples=30)
@given(
    brought=st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=12, unique=True),
    gains=st.integers(0, 100),
    losses=st.integers(0, 100),
    scale=st.sampled_from([2, 1000]),
)
def test_any_flow_down(brought: list[int], gains: int, losses: int, scale: int) -> None:
    """Continuous, never falling with what is brought, never more than that, scale-free, each case by itself."""
    written = f"{{kind: flow_down, on: [share], gains: {gains}%, losses: {losses}%}}"

    def paid(values: list[int], k: int = 1) -> np.ndarray:
        return paid_on(written, Facts({}, {"share": np.array([[float(k * x) for x in values]])}, {}))[0]

    ordered = sorted(brought)
    found = paid(ordered)
    steps = np.diff(found)
    assert (steps >= -1e-6).all()
    assert (steps <= np.diff(ordered) * max(gains, losses) / 100 + 1e-6).all()
    np.testing.assert_allclose(paid(ordered, scale), scale * found, rtol=1e-12)
    np.testing.assert_array_equal(paid(ordered[::-1]), found[::-1])
