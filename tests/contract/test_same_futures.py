"""Rule 14: what is asked beside a question changes nothing in its answer, to the bit.

A driver's draw of a financial year depends on seed, name, year and trial (and its correlation group); a payment model's
figures on nothing but its own terms. And one trial explained is that trial as it was run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from finmodel.contract import Contract, Evaluator, compile_contract, open_scenario
from finmodel.contract.evaluate import central, make_draws, trials
from finmodel.scenario import Scenario
from tests.contract.money import evaluate
from tests.contract.scenarios import PASS_THROUGH, TESTED, every_mechanism, model
from tests.contract.strategies import STARTS

FLAGSHIP = Path(__file__).parents[2] / "scenarios" / "staffordshire.yaml"
NUMBERS = (0, 1, 2_047, 4_095, 4_096, 8_191)
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return open_scenario(FLAGSHIP)


@pytest.fixture(scope="module")
def contract(scenario: Scenario) -> Contract:
    return compile_contract(scenario)


def figures(contract: Contract, blocks: tuple[int, ...] = (0, 1)) -> dict[str, Floats]:
    """Every stored figure by column."""
    evaluator = Evaluator(contract)
    kept = {number: evaluator.block(number).copy() for number in blocks}
    return {
        output.column: np.concatenate([kept[number][at] for number in blocks])
        for at, output in enumerate(contract.outputs)
    }


@pytest.fixture(scope="module")
def together(contract: Contract) -> dict[str, Floats]:
    return figures(contract)


def drawn(contract: Contract, block: int = 0) -> dict[str, dict[int, Floats]]:
    """By driver and financial year (0: once a trial), the values of one draw-block."""
    draws = make_draws(contract)
    draws.start_block(block)
    yearly = {driver.name for driver in contract.drivers if driver.yearly}
    found = {name: {} if name in yearly else {0: values.copy()} for name, values in draws.values.items()}
    for year in range(1, contract.calendar.total_years + 1):
        draws.start_year(year)
        for name in yearly:
            found[name][contract.calendar.first_financial_year + year - 1] = draws.values[name].copy()
    return found


def assert_same_draws(one: Contract, other: Contract, apart: frozenset[str] = frozenset()) -> int:
    """The drivers of both, but for those named, agree in every year of both; how many draws were compared."""
    compared = 0
    first, second = drawn(one), drawn(other)
    for name in first.keys() & second.keys() - apart:
        for year in first[name].keys() & second[name].keys():
            np.testing.assert_array_equal(first[name][year], second[name][year], err_msg=f"{name} in {year}")
            compared += 1
    return compared


@pytest.mark.parametrize("number", range(4))
def test_a_payment_model_alone_is_as_among_others(
    scenario: Scenario, contract: Contract, together: dict[str, Floats], number: int
) -> None:
    alone = figures(compile_contract(scenario, [contract.models[number]]))
    of_model = {output.column for output in contract.outputs if output.model in (None, contract.models[number])}
    missing = of_model - alone.keys()  # run-off that only another model needs: nothing is paid in it
    assert all(not together[column].any() for column in missing)
    assert len(of_model & alone.keys()) > 50
    for column in of_model & alone.keys():
        np.testing.assert_array_equal(alone[column], together[column], err_msg=column)


def test_one_more_payment_model_changes_no_other(tmp_path: Path) -> None:
    found = every_mechanism()
    before = found.compile(tmp_path)
    later = [{**PASS_THROUGH, "paid": "40 months after year end"}]
    found.data["payment_models"] = {"added": model([], later), **found.data["payment_models"]}
    after = found.compile(tmp_path)
    assert after.models == ("added", TESTED)
    assert_same_draws(before, after)
    old, new = evaluate(before, TESTED), evaluate(after, TESTED)
    for name in old:
        if not name.startswith("discount_factor"):
            np.testing.assert_array_equal(new[name][: len(old[name])], old[name], err_msg=name)


@pytest.mark.parametrize("position", [0, 3])
def test_one_more_term_changes_no_draw(tmp_path: Path, position: int) -> None:
    """An uncertain term is drawn by its name, not by its place in the list."""
    found = every_mechanism()
    terms = found.data["payment_models"][TESTED]["phases"]["later"]
    terms[1]["share"] = {"uniform": ["50%", "70%"], "vary": "yearly"}
    before = found.compile(tmp_path)
    assert f"payment_models.{TESTED}.phases.later.block.share" in {driver.name for driver in before.drivers}
    extra = {"name": "added", "kind": "fee", "from": "commissioners", "to": "integrator"}
    terms.insert(position, {**extra, "share": {"uniform": ["1%", "2%"]}})
    after = found.compile(tmp_path)
    assert len(after.drivers) == len(before.drivers) + 1
    assert assert_same_draws(before, after) > len(before.drivers)


@pytest.mark.parametrize(
    ("override", "apart"),
    [
        ("name=another", ""),
        ("title=Another", ""),
        ("simulation.trials=50000", ""),
        ("contract.years=10", ""),
        ("services.cancer.planned_growth={normal: [1.5%, 0.5%], vary: yearly, persistence: 0.3}", ""),
        ("services.cancer.demand_shock=0%", "services.cancer.demand_shock"),
        ("assumptions.vat_leakage.value=2%", "vat_leakage"),
        ("savings.realised={beta: [3, 3]}", "savings.realised"),
        ("payment_models.programme.phases.outcomes_based.share.paid=30 months after year end", ""),
    ],
)
def test_another_input_changes_no_draw(contract: Contract, override: str, apart: str) -> None:
    other = compile_contract(open_scenario(FLAGSHIP, [override]))
    names = {driver.name for driver in contract.drivers} - {apart}
    assert names <= {driver.name for driver in other.drivers}
    assert assert_same_draws(contract, other, frozenset({apart})) > 500


def test_a_driver_that_leaves_a_group_leaves_the_others_of_it_alone(scenario: Scenario, contract: Contract) -> None:
    """Correlated drivers depend on their group and on nothing else; those outside it do not notice."""
    override = "assumptions.specialised_allocation_growth.value=4%"
    kept = [override, "correlations=[{between: [cancer_growth, end_of_life_growth], rank: 0.3}]"]
    other = compile_contract(open_scenario(FLAGSHIP, kept))
    grouped = {name for one in scenario.correlations for name in one.between}
    outside = frozenset(grouped - {"cancer_growth", "end_of_life_growth"})
    assert assert_same_draws(contract, other, outside) > 500


@pytest.mark.parametrize("start", [*STARTS, "2018-07-01"])
def test_another_start_sees_the_same_futures(tmp_path: Path, start: str) -> None:
    """What is drawn of a financial year does not depend on the contract that it falls in."""
    found = every_mechanism()
    before = found.compile(tmp_path)
    found.data["contract"]["start"] = start
    after = found.compile(tmp_path)
    assert {driver.name for driver in after.drivers} == {driver.name for driver in before.drivers}
    assert assert_same_draws(before, after) > 10


def test_another_seed_is_another_future(contract: Contract) -> None:
    with pytest.raises(AssertionError):
        assert_same_draws(contract, contract.drawn(contract.seed + 1, None))


@pytest.mark.parametrize("number", range(4))
def test_a_trial_explained_is_the_trial_that_was_run(
    contract: Contract, together: dict[str, Floats], number: int
) -> None:
    model = contract.models[number]
    base = central(contract)
    sheets = trials(contract, model, [None, *NUMBERS])
    compared = 0
    for at, output in enumerate(contract.outputs):
        if output.model not in (None, model):
            continue
        for sheet in sheets:
            stored = base[at] if sheet.trial is None else together[output.column][sheet.trial]
            assert sheet.values[output.line][output.period - 1] == stored, (output.column, sheet.trial)
            compared += 1
    assert compared > 500


def test_a_correlated_number_that_is_set_to_a_constant_drops_out_aloud(contract: Contract) -> None:
    """It is in nobody's group any more, and what is left of the group is drawn without it."""
    fixed = compile_contract(open_scenario(FLAGSHIP, ("assumptions.gdp_deflator_growth.value=2%",)))

    assert any("gdp_deflator_growth is no distribution in this run" in note for note in fixed.notes)
    assert {"gdp_deflator_growth"} == {name for pair in contract.correlations for name in pair[:2]} - {
        name for pair in fixed.correlations for name in pair[:2]
    }
    assert_same_draws(contract, fixed, frozenset({"nhs_cost_inflation", "specialised_allocation_growth"}))


@pytest.mark.parametrize("count", [1, 7, 1_000])
def test_a_short_run_evaluates_no_more_than_it_keeps_and_the_same(contract: Contract, count: int) -> None:
    whole = Evaluator(contract).block(1)
    begun = Evaluator(contract, count).block(1)

    assert begun.tobytes() == np.ascontiguousarray(whole[:, :count]).tobytes()
