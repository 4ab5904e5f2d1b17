"""The base case printed in docs/staffordshire.md is the engine's."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import Contract, Evaluator, compile_contract, open_scenario, trial

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "staffordshire.md").read_text(encoding="utf-8")
YEARS = (1, 3, 5, 8, 10)

ROWS = {
    "Expenditure target": ("existing_contracts", ["target"]),
    "Existing contracts continue, paid": ("existing_contracts", ["existing_contracts.payment"]),
    "Their cost to providers": ("existing_contracts", ["existing_contracts.staff_and_suppliers"]),
    "Integrator's surplus: block with marginal rate": (
        "block_marginal_rate",
        ["block_marginal_rate.integrator_surplus"],
    ),
    "capitation with gain share": ("capitation_gain_share", ["capitation_gain_share.integrator_surplus"]),
    "programme": ("programme", ["programme.integrator_surplus"]),
}


@pytest.fixture(scope="module")
def base_case() -> dict[str, dict[str, np.ndarray]]:
    contract = compile_contract(open_scenario(ROOT / "scenarios" / "staffordshire.yaml"))
    return {model: dict(trial(contract, model, None).values) for model in contract.models}


def printed(row: str) -> list[float]:
    found = re.search(rf"^\| {re.escape(row)} \|(.*)\|$", PAGE, flags=re.MULTILINE)
    assert found is not None, row
    return [float(cell.strip().replace(",", "")) for cell in found[1].split("|")]


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_the_base_case(row: str, base_case: dict[str, dict[str, np.ndarray]]) -> None:
    model, names = ROWS[row]
    values = np.sum([base_case[model][name] for name in names], axis=0) / 1e6
    *years, total = printed(row)

    assert years == pytest.approx([values[year - 1] for year in YEARS], abs=0.0501)
    assert total == pytest.approx(values.sum(), abs=0.501)


def test_allocations_are_the_base_case(base_case: dict[str, dict[str, np.ndarray]]) -> None:
    lines = base_case["existing_contracts"]
    values = np.sum([x for name, x in lines.items() if re.match(r"allocation\[", name)], axis=0)[:10] / 1e6
    *years, total = printed("Allocations")

    assert years == pytest.approx([values[year - 1] for year in YEARS], abs=0.0501)
    assert total == pytest.approx(values.sum(), abs=0.501)


@pytest.fixture(scope="module")
def simulated() -> tuple[Contract, dict[tuple[str, str], np.ndarray]]:
    """Two blocks of trials, by payment model and figure: what is stored of all years, and the maximum."""
    contract = compile_contract(open_scenario(ROOT / "scenarios" / "staffordshire.yaml"))
    evaluator = Evaluator(contract)
    blocks = np.concatenate([evaluator.block(number).copy() for number in range(2)], axis=1)
    found: dict[tuple[str, str], np.ndarray] = {}
    for output, values in zip(contract.outputs, blocks, strict=True):
        if output.member is None and output.figure.startswith("outcome_m"):
            key = (str(output.model), output.figure)
            found[key] = found.get(key, 0.0) + values / 1e6
    return contract, found


LABELS = {"capitation_gain_share": "Capitation with gain share", "programme": "Programme"}


@pytest.mark.parametrize("model", LABELS)
def test_what_the_outcome_money_buys_is_what_a_run_gives(
    model: str, simulated: tuple[Contract, dict[tuple[str, str], np.ndarray]]
) -> None:
    """The page's means are those of 100,000 trials; these here are within four standard errors of them."""
    _, found = simulated
    runs = [found[model, f"outcome_money_{case}"] for case in ("standing_still", "with_trend", "with_effect", "paid")]
    parts = [runs[3], runs[0], runs[1] - runs[0], runs[2] - runs[1], runs[3] - runs[2]]
    for told, values in zip(printed(LABELS[model]), parts, strict=True):
        assert told == pytest.approx(values.mean(), abs=0.051 + 4 * values.std() / np.sqrt(len(values)))


def test_what_a_static_baseline_would_pay_for_nothing_is_what_a_run_gives(
    simulated: tuple[Contract, dict[tuple[str, str], np.ndarray]],
) -> None:
    _, found = simulated
    told = re.search(
        r"would pay £([\d.]+)m for the national trend alone, (\d+)% .*?; under the capitation £([\d.]+)m, (\d+)%",
        PAGE,
        flags=re.DOTALL,
    )
    assert told is not None
    for model, amount, share in (("programme", told[1], told[2]), ("capitation_gain_share", told[3], told[4])):
        values, most = found[model, "outcome_money_static_with_trend"], found[model, "outcome_maximum"]
        error = values.std() / np.sqrt(len(values))
        assert float(amount) == pytest.approx(values.mean(), abs=0.051 + 4 * error)
        assert float(share) == pytest.approx(100 * values.mean() / most.mean(), abs=0.51 + 400 * error / most.mean())


def test_what_one_more_pays_is_the_base_case(simulated: tuple[Contract, dict[tuple[str, str], np.ndarray]]) -> None:
    pay = {(one.model, one.outcome): one.pay for one in simulated[0].marginal}
    told = re.search(
        r"pays the integrator £([\d,]+) under the programme and £([\d,]+) under the capitation.*?; one\s+"
        r"more death in the usual place pays £([\d,]+) and £([\d,]+)",
        PAGE,
        flags=re.DOTALL,
    )
    assert told is not None
    order = [(m, o) for o in ("lung_survival", "usual_place_of_death") for m in ("programme", "capitation_gain_share")]
    for amount, key in zip(told.groups(), order, strict=True):
        assert float(amount.replace(",", "")) == pytest.approx(pay[key], abs=50.1)
