"""Twice the money in is twice the money out; the order of terms matters to what acts on them, and to nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.units import POUND, REAL_POUND, Unit
from tests.contract.flat import M, base_case, term, with_outcomes
from tests.contract.money import evaluate
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World, every_mechanism


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terms")


BANDS = [{"up_to": "5%", "commissioners": "50%"}, {"commissioners": "80%"}]


def scaled(found: World, k: int) -> World:
    """Every £ of the scenario and the register times k."""

    def times(text: str) -> str:
        return re.sub(r"£([\d.]+)", lambda match: f"£{k * float(match[1]):.10g}", text)

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: walk(below) for key, below in part.items()}
        if isinstance(part, list):
            return [walk(below) for below in part]
        return times(part) if isinstance(part, str) else part

    pools = {name: service["pool"] for name, service in found.data["services"].items()}
    data = walk(found.data)
    for name, pool in pools.items():
        data["services"][name]["pool"] = f"£{k * int(pool[1:])}"
    return World(data, tuple((*row[:5], k * row[5], *row[6:]) for row in found.rows))


def test_all_money_scales_with_the_money_that_goes_in(folder: Path) -> None:
    """Twice every £ is twice every £ of every line, to the bit, and nothing else moves."""
    contract = every_mechanism().compile(folder)
    values = evaluate(contract, TESTED)
    double = evaluate(scaled(every_mechanism(), 2).compile(folder), TESTED)
    triple = evaluate(scaled(every_mechanism(), 3).compile(folder), TESTED)
    money = {name for name, _ in (*POUND.powers, *REAL_POUND.powers)}
    for one in contract.sheet:
        if one.name in values and "amount_" not in one.name:
            unit: Unit = one.unit
            power = sum(power for name, power in unit.powers if name in money)
            np.testing.assert_array_equal(double[one.name], 2.0**power * values[one.name], err_msg=one.name)
            np.testing.assert_allclose(triple[one.name], 3.0**power * values[one.name], rtol=1e-9, atol=1e-6)


def test_order_matters_only_to_what_a_term_acts_on(folder: Path) -> None:
    target, fee = term("block"), term("fee", share="2%")
    withhold = term("outcome_withhold", on=["block"], rate="10%")
    pool, chain = term("incentive_pool", rate="2%"), dict(SUPPLY_CHAIN)
    share = term("gain_loss_share", on=["block"], bands=BANDS)
    orders = [
        [chain, target, fee, withhold, pool, share],
        [fee, target, pool, chain, share, withhold],
        [target, withhold, chain, fee, share, pool],
    ]
    found = []
    for order in orders:
        one = with_outcomes(order, [0.05, 0.02])
        one.data["savings"].update(claimed=["5%", "15%"])
        found.append(base_case(folder, one))
    for name in ("payment", "payment[north]", "integrator_surplus", "cash[south]", "outcome_earned"):
        for other in found[1:]:
            np.testing.assert_allclose(other[f"{TESTED}.{name}"], found[0][f"{TESTED}.{name}"], rtol=1e-12)


def test_order_matters_to_what_a_term_acts_on(folder: Path) -> None:
    """A second withhold takes 10% of the target; or 10% of what the first leaves, 90% and the 1% that is earned."""
    first = term("outcome_withhold", on=["block"], rate="10%")
    second = {**first, "name": "second"}
    line = f"{TESTED}.later.second.withheld[a]"
    alone = base_case(folder, with_outcomes([term("block"), first, second], [0.05]))
    after = base_case(folder, with_outcomes([term("block"), first, {**second, "on": ["block", first["name"]]}], [0.05]))
    assert alone[line][0] == pytest.approx(-0.1 * 68.7 * M)
    assert after[line][0] == pytest.approx(-0.1 * 0.91 * 68.7 * M)
