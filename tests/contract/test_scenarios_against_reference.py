"""The shipped scenarios and bids, and offers drawn at random, against the slow reference: to the penny."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import compile_contract, open_scenario
from finmodel.contract.evaluate import trials
from tests.contract.agreement import compare, drawn
from tests.contract.exits import may_go
from tests.contract.offers import bid_over, offers
from tests.contract.scenarios import TESTED
from tests.contract.strategies import few, worlds
from tests.reference import contract as reference
from tests.reference import read

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BIDS = sorted(SCENARIOS.glob("bids/*.yaml"))
OTHERS = sorted([*SCENARIOS.glob("*.yaml"), *SCENARIOS.glob("stress/*.yaml")])
IN_FULL = "staffordshire"  # in tests/contract/test_against_reference.py


def agrees(path: Path, numbers: list[int | None], *models: str, outcomes: bool = False) -> None:
    contract, scenario = compile_contract(open_scenario(path), models or None), read.read_scenario(path)
    unused = reference.central(scenario)
    for model in contract.models:
        for sheet in trials(contract, model, numbers):
            assert compare(sheet, scenario, {**unused, **drawn(sheet)}, outcomes=outcomes) > 20


@pytest.mark.parametrize("path", BIDS, ids=lambda path: path.stem)
def test_a_shipped_bid_agrees_to_the_penny(path: Path) -> None:
    """As written, with what is offered in the contract's place; outcome money too in the base case."""
    agrees(path, [None], "programme", outcomes=True)
    agrees(path, [4095], "programme", "capitation_gain_share")


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_a_shipped_scenario_agrees_to_the_penny(path: Path) -> None:
    """Also where it extends another, or a measure is withdrawn."""
    if path.stem != IN_FULL:
        agrees(path, [0] if path.parent.name == "stress" else [None, 0])


@few(8)
@given(data=st.data())
def test_an_offer_drawn_at_random_agrees_to_the_penny(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Over any small contract, of an integrator that may go or stays."""
    world = data.draw(worlds(formulas=False, anything=False, holds="gain_loss_share"))
    world = may_go(data.draw, world) if data.draw(st.booleans()) else world
    path = bid_over(tmp_path_factory.mktemp("bid"), world, data.draw(offers()))
    agrees(path, [None, 0, data.draw(st.integers(1, 10_000))], TESTED, outcomes=True)
