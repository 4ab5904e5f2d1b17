"""Every payment mechanism by hand: its worked example, each threshold exactly and the range between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.contract.flat import M, base_case, flat, payment, rows, term, with_outcomes
from tests.contract.scenarios import PASS_THROUGH, SUPPLY_CHAIN, TESTED, TO_PROVIDERS, outcome, percent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terms")


def test_block_by_hand(folder: Path) -> None:
    assert payment(folder, flat([term("block")])) == pytest.approx([122.2 * M])
    assert payment(folder, flat([term("block", share="90%")])) == pytest.approx([109.98 * M])


def test_fee_by_hand(folder: Path) -> None:
    assert payment(folder, flat([term("fee", share="2%")])) == pytest.approx([2.444 * M])
    indexed = flat([term("fee", amount="£2.4m", index="general")], years=2)
    indexed.data["indices"]["general"] = {"change": ["9%", "5%"]}  # the change into year 1 is not applied
    assert payment(folder, indexed) == pytest.approx([2.4 * M, 2.52 * M])


def test_capitation_by_hand(folder: Path) -> None:
    assert payment(folder, flat([term("capitation", per_person="£139.50", index="general")])) == pytest.approx(
        [122.202 * M]
    )
    needier = flat([term("capitation", per_person="£139.50", need=["100%", "110%"], index="general")], years=2)
    needier.data["contract"]["population_growth"] = "2%"
    needier.data["indices"]["general"] = {"change": "3%"}
    assert payment(folder, needier) == pytest.approx([122.202 * M, 122.202 * M * 1.02 * 1.1 * 1.03])


SHOCKS = ["10%", "0%", "-10%", "0.0001%", "-0.0001%"]
OTHER = 1_000.0  # what service b adds


def test_activity_by_hand_and_at_plan(folder: Path) -> None:
    found = flat([term("activity", above="70%")], rows(200_000, OTHER), years=5)
    found.data["services"]["a"]["demand_shock"] = SHOCKS
    expected = [214_000, 200_000, 180_000, 200_000 + 0.2 * 0.7, 200_000 - 0.2]
    assert payment(folder, found) == pytest.approx([amount + OTHER for amount in expected], abs=1e-6)


def test_activity_below_plan_takes_back_its_own_rate(folder: Path) -> None:
    found = flat([term("activity", above="20%", below="20%")], rows(200_000, OTHER), years=5)
    found.data["services"]["a"].update(demand_shock=SHOCKS, planned_growth=["5%", "0%", "0%", "0%", "0%"])
    expected = [204_000, 200_000, 196_000, 200_000 + 0.2 * 0.2, 200_000 - 0.2 * 0.2]
    assert payment(folder, found) == pytest.approx([amount + OTHER for amount in expected], abs=1e-6)


def test_activity_pays_more_for_more_people(folder: Path) -> None:
    shocks = [-0.5, -0.1, -1e-6, 0.0, 1e-6, 0.05, 0.3, 1.0]
    found = flat([term("activity", above="70%", below="20%")], rows(200_000, OTHER), years=len(shocks))
    found.data["services"]["a"]["demand_shock"] = [percent(shock) for shock in shocks]
    expected = [200_000 * (1 + (0.7 if shock > 0 else 0.2) * shock) + OTHER for shock in shocks]
    paid = payment(folder, found)
    assert paid == pytest.approx(expected, abs=1e-6)
    assert (np.diff(paid) > 0).all()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("activity", [214_000, 200_000, 180_000, 200_000 + 0.2 * 0.7, 200_000 - 0.2]),
        ("block", [200_000] * 5),
        ("cost", [212_000, 200_000, 188_000, 200_000 + 0.2 * 0.6, 200_000 - 0.2 * 0.6]),  # 60% of cost varies
    ],
)
def test_existing_contracts_by_hand_and_at_plan(folder: Path, kind: str, expected: list[float]) -> None:
    found = flat([PASS_THROUGH], rows(200_000, OTHER, kind, "70%"), years=5)
    found.data["services"]["a"]["demand_shock"] = SHOCKS
    assert payment(folder, found) == pytest.approx([amount + OTHER for amount in expected], abs=1e-6)


def test_savings_lower_what_existing_terms_pay_and_part_of_the_cost(folder: Path) -> None:
    """10% claimed, half realised, 30% stranded: payments fall by 5%, costs by 3.5%; at cost, that is paid."""
    found = flat([SUPPLY_CHAIN], rows(200_000, 100_000))
    found.data["savings"].update(claimed="10%", realised="50%", stranded="30%")
    values = base_case(folder, found)
    assert values[f"{TESTED}.integrator_surplus"][0] == pytest.approx(-300_000 * 0.95)
    assert values[f"{TESTED}.provider_surplus[trust]"][0] == pytest.approx(200_000 * (0.95 - 0.965))
    found.rows = rows(200_000, 100_000, "cost")
    assert base_case(folder, found)[f"{TESTED}.provider_surplus[trust]"][0] == pytest.approx(0, abs=1e-6)


def test_formula_by_hand(folder: Path) -> None:
    """Target £100m, cost £96m: half of £4m; nothing of nothing; £5m at most, at a gain of £10m and of £20m."""
    text = "min(0.5 * max(target - cost, 0), 5% * target)"
    found = flat([SUPPLY_CHAIN, {**term("formula"), "formula": text}], rows(60 * M, 40 * M), years=4)
    found.data["savings"].update(realised="100%", claimed=["4%", "0%", "10%", "20%"])
    assert payment(folder, found) == pytest.approx([2 * M, 0, 5 * M, 5 * M])


def test_withhold_by_hand(folder: Path) -> None:
    """10% of £68.7m; weight 20% and score 50% earn £0.687m of it. Nothing is withheld where nothing can be earned."""
    found = with_outcomes([term("block"), term("outcome_withhold", on=["block"], rate="10%")], [0.05])
    values = base_case(folder, found)
    name = f"{TESTED}.later.outcome_withhold"
    assert values[f"{name}.withheld[a]"][0] == pytest.approx(-6.87 * M)
    assert values[f"{TESTED}.outcome_earned"][0] == pytest.approx(0.687 * M)
    assert values[f"{TESTED}.outcome_maximum"][0] == pytest.approx(6.87 * M)
    assert values[f"{TESTED}.payment"][0] == pytest.approx((122.2 - 6.87 + 0.687) * M)


def test_incentive_pool_by_hand(folder: Path) -> None:
    """2% of £53.5m is £1.07m; weight 60% at full score earns £0.642m."""
    found = flat([term("incentive_pool", rate="2%")])
    static = {"trend": "0pp", "effect": "0pp"}
    full = {**static, "score": [["-2pp", "0%"], ["-1pp", "100%"]]}
    found.data["outcomes"] = {"good": outcome("b", "60%", **full), "bad": outcome("b", "40%", **static)}
    values = base_case(folder, found)
    assert values[f"{TESTED}.payment"][0] == values[f"{TESTED}.outcome_earned"][0] == pytest.approx(0.642 * M)
    assert values[f"{TESTED}.outcome_maximum"][0] == pytest.approx(1.07 * M)


def test_the_score_at_each_of_its_points(folder: Path) -> None:
    """Points at 0, 2 and 5 points of improvement earn 10%, 70% and 100%: exactly there, just beside, and outside."""
    steps = [-0.01, 0.0, 1e-9, 0.01, 0.02 - 1e-9, 0.02, 0.02 + 1e-9, 0.035, 0.05, 0.05 + 1e-9, 0.2]
    curve = [["0pp", "10%"], ["2pp", "70%"], ["5pp", "100%"]]
    found = with_outcomes([term("incentive_pool", rate="10%")], steps, score=curve)
    values = base_case(folder, found)
    expected = np.interp(steps, [0, 0.02, 0.05], [0.1, 0.7, 1.0])
    np.testing.assert_allclose(values["outcomes.survival.score"], expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(values[f"{TESTED}.outcome_earned"], 6.87 * M * 0.2 * expected, rtol=1e-11)
    assert (np.diff(values[f"{TESTED}.outcome_earned"]) >= -1e-6).all()


def test_what_is_withheld_grows_with_the_rate(folder: Path) -> None:
    rates = [0.0, 1e-6, 0.05, 0.3, 1.0]
    terms = [term("block"), term("outcome_withhold", on=["block"], rate=[percent(rate) for rate in rates])]
    values = base_case(folder, with_outcomes(terms, [0.0] * len(rates)))
    np.testing.assert_allclose(values[f"{TESTED}.later.outcome_withhold.withheld[a]"], [-68.7 * M * r for r in rates])
    np.testing.assert_allclose(values[f"{TESTED}.payment"], [122.2 * M - 68.7 * M * rate for rate in rates])


def test_a_term_to_providers_reaches_them_by_the_value_of_their_contracts(folder: Path) -> None:
    found = flat([{**term("block", share="1%"), **TO_PROVIDERS}])
    values = base_case(folder, found)
    assert values[f"{TESTED}.provider_surplus[trust]"][0] == pytest.approx((0.01 - 1) * 68.7 * M)
    assert values[f"{TESTED}.payment[south]"][0] == pytest.approx(0.535 * M)
