"""VAT by tier of the supply chain: what tiers cannot recover adds up, reaches HMRC and costs the integrator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.contract.flat import M, base_case, flat, rows, term
from tests.contract.money import evaluate, failures
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World, every_mechanism


def tier(name: str, share: Any, rate: str = "20%", **other: Any) -> dict[str, Any]:
    return {"name": name, "share_of_payments": share, "rate": rate, **other}


def chain(tiers: list[dict[str, Any]], years: int = 1) -> World:
    """£100m a year through the integrator."""
    found = flat([SUPPLY_CHAIN, term("block")], rows(60 * M, 40 * M), years=years)
    del found.data["parties"]["integrator"]["vat_leakage"]
    found.data["parties"]["integrator"]["vat_tiers"] = tiers
    return found


@pytest.mark.parametrize(
    ("tiers", "lost"),
    [
        ([tier("trusts", "70%", recovered="95%"), tier("charities", "30%", recovered="100%")], 0.7),  # 70m x 20% x 5%
        ([tier("trusts", "70%"), tier("charities", "30%", recovered="50%")], 17),  # 14m + 3m
        ([tier("prime", "100%"), tier("subcontractors", "60%")], 32),  # one behind the other: 20m + 12m
        ([tier("exempt", "100%", "0%")], 0),
    ],
)
def test_by_hand(tmp_path: Path, tiers: list[dict[str, Any]], lost: float) -> None:
    values = base_case(tmp_path, chain(tiers))
    assert values[f"{TESTED}.hmrc"][0] == pytest.approx(lost * M)
    assert values[f"{TESTED}.integrator_surplus"][0] == pytest.approx(-lost * M)


def test_a_tier_may_change_by_year(tmp_path: Path) -> None:
    values = base_case(tmp_path, chain([tier("trusts", ["10%", "50%"], recovered=["0%", "75%"])], years=2))
    np.testing.assert_allclose(values[f"{TESTED}.hmrc"][:2], [2 * M, 2.5 * M])


def test_one_tier_is_the_same_as_a_leakage(tmp_path: Path) -> None:
    """15% of payments at 20% are 3% of payments, in every line of every mechanism; money is conserved."""
    one, other = every_mechanism(), every_mechanism()
    del other.data["parties"]["integrator"]["vat_leakage"]
    other.data["parties"]["integrator"]["vat_tiers"] = [tier("trusts", "15%")]
    leaks, contract = evaluate(one.compile(tmp_path), TESTED), other.compile(tmp_path)
    tiers = evaluate(contract, TESTED)
    for name in leaks:
        if name != "parties.integrator.vat_leakage":
            np.testing.assert_allclose(tiers[name], leaks[name], rtol=1e-9, atol=0.005, err_msg=name)
    assert failures(contract, TESTED, tiers) == []


def test_what_a_tier_recovers_may_be_uncertain(tmp_path: Path) -> None:
    contract = chain([tier("trusts", "50%", recovered={"uniform": ["0%", "100%"]})]).compile(tmp_path)
    values = evaluate(contract, TESTED, trials=64)
    recovered = values["parties.integrator.vat_tiers.trusts.recovered"]
    assert recovered.min() < 0.2
    assert recovered.max() > 0.8
    np.testing.assert_allclose(values[f"{TESTED}.hmrc"][0], 10 * M * (1 - np.broadcast_to(recovered, (1, 64))[0]))
