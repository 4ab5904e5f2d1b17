"""The engine against a second calculation of the same contract: plain Python, a trial and a year at a time.

The reference receives the numbers that the engine drew and nothing else. Money must agree to the penny in every year.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import Contract, compile_contract, open_scenario, trial
from finmodel.contract.evaluate import trials
from tests.contract.agreement import compare, compare_world, drawn
from tests.contract.exits import EXITS, may_go, walk, with_events
from tests.contract.scenarios import TESTED, every_mechanism
from tests.contract.strategies import MECHANISMS, STARTS, draw_appraisal, few, worlds
from tests.reference import contract as reference
from tests.reference import read

ROOT = Path(__file__).parents[2]
FLAGSHIP = ROOT / "scenarios" / "staffordshire.yaml"
SMALL = ROOT / "tests" / "bad_scenarios" / "base.yaml"


@pytest.fixture(scope="module", params=[FLAGSHIP, SMALL], ids=["flagship", "small"])
def case(request: pytest.FixtureRequest) -> tuple[Contract, dict]:
    path: Path = request.param
    return compile_contract(open_scenario(path)), read.read_scenario(path)


def test_the_base_case_agrees_to_the_penny(case: tuple[Contract, dict]) -> None:
    contract, scenario = case
    central = reference.central(scenario)
    for model in contract.models:
        sheet = trial(contract, model, None)
        for name, values in drawn(sheet).items():
            np.testing.assert_allclose(values, central[name][: len(values)], rtol=1e-12, atol=1e-15, err_msg=name)
        assert compare(sheet, scenario, central) > 100


def test_200_random_trials_agree_to_the_penny(case: tuple[Contract, dict]) -> None:
    contract, scenario = case
    unused = reference.central(scenario)  # drivers that this payment model never reads
    numbers = sorted(np.random.default_rng(65).choice(20_000, size=200, replace=False).tolist())
    for position, model in enumerate(contract.models):
        own = numbers[position :: len(contract.models)]
        for number, sheet in enumerate(trials(contract, model, own)):  # outcome money is worked out six times
            compare(sheet, scenario, {**unused, **drawn(sheet)}, outcomes=number < 3)


@pytest.mark.parametrize("mechanism", [kind for kind in MECHANISMS if kind != "formula"])
@few(5)
@given(data=st.data())
def test_a_scenario_drawn_at_random_agrees_to_the_penny(
    tmp_path_factory: pytest.TempPathFactory, mechanism: str, data: st.DataObject
) -> None:
    """Any register, terms in any order, any start, cohorts of 1 to 130 people."""
    world = data.draw(worlds(formulas=False, anything=False, holds=mechanism))
    compare_world(tmp_path_factory.mktemp("world"), world, [None, 0, data.draw(st.integers(1, 10_000))])


@pytest.mark.parametrize("start", STARTS)
def test_every_mechanism_agrees_whatever_the_month_of_the_start(tmp_path: Path, start: str) -> None:
    world = every_mechanism()
    world.data["contract"]["start"] = start
    for phase, terms in world.data["payment_models"][TESTED]["phases"].items():
        kept = [term for term in terms if term["kind"] != "formula"]
        world.data["payment_models"][TESTED]["phases"][phase] = kept
    compare_world(tmp_path, world, [None, *range(5)])


@few(6)
@given(data=st.data())
def test_exits_and_events_agree_to_the_penny(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any security, breaks and start, any events: by the trial's own path."""
    world = data.draw(worlds(formulas=False, anything=False, holds="gain_loss_share"))
    world = with_events(data.draw, may_go(data.draw, world))
    draw_appraisal(data.draw, world.data)
    compare_world(tmp_path_factory.mktemp("world"), world, [None, 0, 1, data.draw(st.integers(2, 10_000))])


def test_exits_by_both_causes_and_none_agree_to_the_penny(tmp_path: Path) -> None:
    """Long walks, of which some fail, some leave at a break and some stay."""
    seen: set[tuple[float, ...]] = set()
    for terms in EXITS:
        world = walk(7, **terms)
        world.data["contract"]["breaks"] = ["2018-04-01", "2021-04-01"]
        compare_world(tmp_path, world, list(range(16)))
        sheets = trials(world.compile(tmp_path), TESTED, list(range(16)))
        last = [(s.values[f"{TESTED}.failed_after"][6], s.values[f"{TESTED}.left_after"][6]) for s in sheets]
        assert {(failed > 0, left > 0) for failed, left in last} == {(True, False), (False, True), (False, False)}
        seen |= set(last)
    assert len(seen) > 6
