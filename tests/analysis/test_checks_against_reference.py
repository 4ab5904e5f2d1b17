"""T1 to T9, should-cost, cover and cost of an exit against the slow reference's own lists of trials."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.analysis.about import about_contract
from finmodel.analysis.bids import SHOULD_COST
from finmodel.analysis.checks import checks_of
from finmodel.analysis.exit import cover
from finmodel.analysis.figures import Summary
from finmodel.analysis.findings import Finding
from finmodel.analysis.gather import Results
from finmodel.analysis.run import base_of
from finmodel.analysis.summary import summary_of_results
from finmodel.contract import Evaluator, compile_contract, open_scenario
from finmodel.contract.evaluate import trials
from tests.contract.agreement import drawn
from tests.contract.exits import may_go, with_events
from tests.contract.offers import evidence
from tests.contract.scenarios import TESTED
from tests.contract.strategies import draw_appraisal, few, worlds
from tests.reference import contract as reference
from tests.reference import read
from tests.reference.checks import Found, Signature, mean, quantile
from tests.reference.security import break_years

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CASES = {
    "uniting-care": ("uniting_care", 300),
    "uniting-care-control": ("uniting_care", 200),
    "staffordshire": ("programme", 8),
    "staffordshire-secured": ("programme", 12),
    "bids/bidder-b": ("programme", 8),
    "bids/bidder-c": ("programme", 8),
}


def both(path: Path, model: str, number: int) -> tuple[Summary, dict[str, Finding], Signature]:
    """The engine's summary and findings of the first trials, and the reference of the same draws."""
    contract = compile_contract(open_scenario(path), (model,))
    block = Evaluator(contract, number).block(0)
    columns = dict(zip((output.column for output in contract.outputs), block, strict=True))
    about = about_contract(contract, number)
    results = Results(contract.outputs, columns.__getitem__, columns.__getitem__, number)
    summary = summary_of_results(results, about).with_base_case(base_of(contract, about))
    scenario = read.read_scenario(path)
    unused = reference.central(scenario)
    draws = [{**unused, **drawn(sheet)} for sheet in trials(contract, model, list(range(number)))]
    found = {one.test: one for one in checks_of(contract, summary)}
    return summary, found, Signature(scenario, model, draws)


def agree(found: dict[str, Finding], expected: dict[str, Found]) -> None:
    assert found.keys() == expected.keys()
    for test, one in expected.items():
        assert found[test].status == one.colour, (test, found[test], one)
        figure = None if one.figure is None else pytest.approx(one.figure, rel=1e-8, abs=1e-8)
        assert found[test].figure == figure, (test, found[test], one)


def agree_on_money(summary: Summary, slow: Signature) -> None:
    """Price over should-cost; at each break the cover of the guarantee and what an exit costs, where it may go."""
    cost = summary.spread(slow.model, "should_cost")
    assert cost is not None
    for percent in SHOULD_COST:
        expected = slow.price() / slow.over_should_cost(percent / 100)
        assert cost.at(percent).value == pytest.approx(expected, rel=1e-10)
    if "capital" not in slow.integrator:
        return
    given = summary.spread(slow.model, "guarantee")
    assert given is not None
    for year in break_years(slow.scenario):
        loss = summary.spread(slow.model, "loss_to_break", None, year)
        leaving = summary.spread(slow.model, "exit_cost_at_break", None, year)
        assert loss is not None
        assert leaving is not None
        for percent in (90, 95):
            own = cover(given.mean, loss.at(percent))
            expected_cover = slow.cover(percent / 100, year)
            if expected_cover is not None:
                assert own is not None
                assert own.value == pytest.approx(expected_cover, rel=1e-8)
        costs = slow.exit_costs(year)
        assert leaving.mean.value == pytest.approx(mean(costs), rel=1e-9, abs=0.01)
        assert leaving.at(90).value == pytest.approx(quantile(costs, 0.9), rel=1e-9, abs=0.01)


@pytest.mark.parametrize("name", CASES)
def test_figures_and_colours_of_shipped_scenarios_agree(name: str) -> None:
    model, number = CASES[name]
    summary, found, slow = both(SCENARIOS / f"{name}.yaml", model, number)
    agree(found, slow.all())
    agree_on_money(summary, slow)


@few(6)
@given(data=st.data())
def test_figures_and_colours_of_small_contracts_agree(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any events, any security, with breaks or none; evidence and thresholds of the scenario's own."""
    world = data.draw(worlds(formulas=False, anything=False, holds="gain_loss_share"))
    world = with_events(data.draw, may_go(data.draw, world) if data.draw(st.booleans()) else world)
    world.data["checks"] = data.draw(evidence())
    draw_appraisal(data.draw, world.data)
    path = world.write(tmp_path_factory.mktemp("checks"))
    summary, found, slow = both(path, TESTED, 12)
    agree(found, slow.all())
    agree_on_money(summary, slow)
