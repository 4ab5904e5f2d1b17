"""Optimism bias: on the base case, or on the cost that no driver carries, and never on both without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.analysis.about import about_contract
from finmodel.analysis.optimism import optimism_figures
from finmodel.analysis.run import base_of
from finmodel.contract import compile_contract, open_scenario, warnings_of
from finmodel.errors import InputError
from tests.contract.agreement import compare_world
from tests.contract.flat import base_case, fixed, flat
from tests.contract.money import evaluate
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World, every_mechanism

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"
SPREAD = {"normal": ["0%", "4%"]}


def biased(applies_to: str, **keys: Any) -> World:
    """Cost of care £68.7m and £53.5m a year, running cost £2m; 41% x (1 - 80%) = 8.2%."""
    found = flat([dict(SUPPLY_CHAIN), fixed(125e6)], years=2)
    found.data["parties"]["integrator"]["running_cost"] = "£2m"
    found.data["appraisal"]["optimism_bias"] = {"rate": "41%", "mitigation": "80%", "applies_to": applies_to, **keys}
    return found


def spent(folder: Path, world: World) -> float:
    return float(base_case(folder, world)[f"{TESTED}.staff_and_suppliers"][0])


def test_cost_that_no_driver_carries_is_raised(tmp_path: Path) -> None:
    """By the whole rate without mitigation; what a distribution or an event carries stays as it is."""
    assert spent(tmp_path, biased("uncovered_cost")) == pytest.approx(124.2e6 * 1.082, rel=1e-12)
    assert spent(tmp_path, biased("uncovered_cost", mitigation="0%")) == pytest.approx(124.2e6 * 1.41, rel=1e-12)
    drawn = biased("uncovered_cost")
    drawn.data["services"]["a"]["opening_error"] = SPREAD
    assert spent(tmp_path, drawn) == pytest.approx(68.7e6 + 55.5e6 * 1.082, rel=1e-12)
    error = {
        "label": "Error",
        "kind": "opening_error",
        "probability": "30%",
        "size": "9%",
        "source": "Assumption: test.",
    }
    drawn.data["events"] = {"error": {**error, "services": ["b"]}}
    assert spent(tmp_path, drawn) == pytest.approx(122.2e6 + 2e6 * 1.082, rel=1e-12)
    drawn.data["parties"]["integrator"]["running_cost"] = {"uniform": ["£1m", "£3m"]}
    with pytest.raises(InputError, match=r"optimism_bias.applies_to: .* none is left for optimism bias"):
        drawn.open(tmp_path)


def test_it_acts_in_every_trial(tmp_path: Path) -> None:
    values = {}
    for applies_to in ("base_case", "uncovered_cost"):
        world = biased(applies_to)
        world.data["services"]["a"]["opening_error"] = SPREAD
        values[applies_to] = evaluate(world.compile(tmp_path), TESTED, 64)
    without, with_it = (values[name][f"{TESTED}.staff_and_suppliers"] for name in values)
    assert np.ptp(without[0]) > 1e6
    np.testing.assert_allclose(with_it[:2] - without[:2], 0.082 * 55.5e6, rtol=1e-8)


def test_the_base_case_is_shown_with_it_and_no_trial_changes(tmp_path: Path) -> None:
    world = biased("base_case")
    plain = biased("base_case")
    del plain.data["appraisal"]["optimism_bias"]
    contract, without = (compile_contract(one.open(tmp_path)) for one in (world, plain))
    base = base_of(contract, about_contract(contract, 1))
    figures = {one.figure: one for one in optimism_figures(contract, base)}
    for name in ("cash", "present_value"):
        stated = base.figure(TESTED, name)
        assert stated is not None
        assert figures[f"{name}_with_optimism_bias"].base == pytest.approx(stated.spread.mean.value * 1.082, rel=1e-12)
    assert figures["cash_with_optimism_bias"].base == pytest.approx(250e6 * 1.082, rel=1e-12)
    assert optimism_figures(without, base) == ()
    one, other = (evaluate(contract, TESTED, 16) for contract in (contract, without))
    np.testing.assert_array_equal(one[f"{TESTED}.payment"], other[f"{TESTED}.payment"])
    no_integrator = compile_contract(open_scenario(BASE, [_bias("base_case")]))
    base = base_of(no_integrator, about_contract(no_integrator, 1))
    shown = {one.model for one in optimism_figures(no_integrator, base)}
    models = no_integrator.scenario.payment_models
    assert shown == {name for name, model in models.items() if model.integrator} < set(models)


def _bias(applies_to: str) -> str:
    return f"appraisal.optimism_bias={{rate: 41%, applies_to: {applies_to}}}"


@pytest.mark.parametrize(
    ("overrides", "warned"),
    [
        (["both"], True),
        (["base_case"], False),
        (["uncovered_cost"], False),
        (["base_case", "services.end_of_life.opening_error=2%"], True),
        (["base_case", "services.end_of_life.opening_error=-2%"], False),
        (["base_case", "services.cancer.opening_error={triangular: [0%, 1%, 5%]}"], True),
        (["uncovered_cost", "services.cancer.opening_error={triangular: [0%, 1%, 5%]}"], False),
    ],
)
def test_optimism_counted_twice_is_a_named_warning(overrides: list[str], warned: bool) -> None:
    found = warnings_of(open_scenario(BASE, [_bias(overrides[0]), *overrides[1:]]))
    assert ("W10" in {one.code for one in found}) is warned


@pytest.mark.parametrize("running_cost", ["£3m", {"uniform": ["£1m", "£3m"]}])
def test_it_agrees_with_the_reference(tmp_path: Path, running_cost: Any) -> None:
    world = every_mechanism()
    for phase, terms in world.data["payment_models"][TESTED]["phases"].items():
        kept = [term for term in terms if term["kind"] != "formula"]
        world.data["payment_models"][TESTED]["phases"][phase] = kept
    world.data["services"]["a"]["opening_error"] = SPREAD
    world.data["services"]["b"]["opening_error"] = "1%"
    world.data["parties"]["integrator"]["running_cost"] = running_cost
    world.data["appraisal"]["optimism_bias"] = {"rate": "41%", "mitigation": "30%", "applies_to": "both"}
    compare_world(tmp_path, world, [None, 0, 1])


def test_what_was_done_is_said_aloud() -> None:
    notes = {
        where: [one for one in compile_contract(open_scenario(BASE, [_bias(where)])).notes if "Optimism" in one]
        for where in ("base_case", "uncovered_cost", "both")
    }
    assert [len(found) for found in notes.values()] == [1, 1, 2]
    assert notes["uncovered_cost"][0].endswith("no driver carries: care of End of life and running the integrator.")
    assert "41% x (1 - 0%) = 41%" in notes["base_case"][0]
