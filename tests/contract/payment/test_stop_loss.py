"""Stop-loss: by hand at and beside attachment and limit, in aggregate and by contract; layers; scale and order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.flat import M, base_case, fixed, flat, payment, rows, term
from tests.contract.payment.told import paid
from tests.contract.scenarios import PASS_THROUGH, SUPPLY_CHAIN, TESTED, TO_PROVIDERS, percent


def test_at_and_beside_attachment_and_limit() -> None:
    """Target £100m, 80% of what lies between £102m and £112m."""
    cost = [0.0, 102e6 - 0.01, 102e6, 102e6 + 0.01, 112e6 - 0.01, 112e6, 112e6 + 0.01, 500e6]
    found = paid("{kind: stop_loss, attachment_share: 102%, limit: £10m, share: 80%}", target=100e6, cost=cost)
    np.testing.assert_allclose(found, [0, 0, 0, 0.008, 8e6 - 0.008, 8e6, 8e6, 8e6], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("attachment: £102m", [0, 4e6, 18e6]),
        ("attachment: £102m, limit_share: 5%", [0, 4e6, 5e6]),
        ("attachment_share: 102%, limit_share: 5%, of: [core]", [0, 0, 9e6]),
        ("attachment_share: 102%, of: [negative]", [90e6, 106e6, 120e6]),
        ("attachment: £0, limit: £0", [0, 0, 0]),
        ("attachment: £0, share: 0%", [0, 0, 0]),
    ],
)
def test_attachments_in_pounds_and_as_shares(written: str, expected: list[float]) -> None:
    """Costs of £90m, £106m and £120m; target £100m, an earlier term of £108.8235m, which is £111m at 102%."""
    earlier = {"core": 111e6 / 1.02, "negative": -1e6}
    if "of: [core]" in written:
        expected = [0, 0, min(9e6, 0.05 * earlier["core"])]
    found = paid(f"{{kind: stop_loss, {written}}}", earlier=earlier, target=100e6, cost=[90e6, 106e6, 120e6])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-5)


def test_each_contract_at_and_beside_its_attachment() -> None:
    """Plan 1,000 people at £200: beyond £210,000 half of at most £20,000."""
    written = "{kind: stop_loss, per: contract, attachment_share: 105%, limit_share: 10%, share: 50%}"
    cost = [210_000 - 0.01, 210_000, 210_000 + 0.01, 220_000, 230_000, 230_000.01, 400_000]
    found = paid(written, price=200.0, plan=1_000.0, cost_of_care=cost)
    np.testing.assert_allclose(found, [0, 0, 0.005, 5_000, 10_000, 10_000, 10_000], rtol=0, atol=1e-8)


@given(
    costs=st.lists(st.floats(0, 5e8), min_size=2, max_size=20),
    attachment=st.integers(0, 20_000),
    limits=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
)
def test_layers_on_top_of_each_other_are_one_layer(
    costs: list[float], attachment: int, limits: tuple[int, int]
) -> None:
    """What is carried grows with cost, never faster; scale and order do not matter."""

    def layer(low: int, width: int, target: float, cost: list[float]) -> np.ndarray:
        keys = f"attachment_share: {percent(low / 10_000)}, limit_share: {percent(width / 10_000)}"
        return paid(f"{{kind: stop_loss, {keys}}}", target=target, cost=cost)

    costs = sorted(costs)
    lows = (attachment, attachment + limits[0])
    first, second = (layer(low, width, 1e8, costs) for low, width in zip(lows, limits, strict=True))
    both = layer(attachment, sum(limits), 1e8, costs)
    np.testing.assert_allclose(first + second, both, rtol=1e-9, atol=1e-5)
    assert (np.diff(both) >= -1e-6).all()
    assert (np.diff(both) <= np.diff(costs) + 1e-6).all()
    np.testing.assert_array_equal(layer(attachment, sum(limits), 1e8, costs[::-1]), both[::-1])
    thrice = layer(attachment, sum(limits), 3e8, [3 * x for x in costs])
    np.testing.assert_allclose(thrice, 3 * both, rtol=1e-9, atol=1e-5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stop_loss")


def test_the_cost_is_the_integrators_for_the_terms_above(folder: Path) -> None:
    """£90m paid on and £2m of running cost, target £90m: £2m beyond 100%, half of it."""
    terms = [SUPPLY_CHAIN, fixed(70 * M), term("stop_loss", attachment_share="100%", share="50%")]
    found = flat(terms, rows(50 * M, 40 * M))
    found.data["parties"]["integrator"]["running_cost"] = "£2m"
    assert payment(folder, found) == pytest.approx([71 * M])


def test_one_contract_is_not_set_off_against_another(folder: Path) -> None:
    """a costs 10% more and b 10% less; beyond 104% of its plan, what a costs is paid: 6% of £50m."""
    each = {**term("stop_loss", per="contract", attachment_share="104%"), **TO_PROVIDERS}
    found = flat([PASS_THROUGH, each], rows(50 * M, 40 * M))
    found.data["services"]["a"]["opening_error"] = "10%"
    found.data["services"]["b"]["opening_error"] = "-10%"
    values = base_case(folder, found)
    assert values[f"{TESTED}.payment[north]"] == pytest.approx([53 * M])
    assert values[f"{TESTED}.payment[south]"] == pytest.approx([40 * M])
    assert values[f"{TESTED}.provider_surplus[trust]"] == pytest.approx([-2 * M])
