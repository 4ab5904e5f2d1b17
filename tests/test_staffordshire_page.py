"""The base case printed in docs/staffordshire.md is the engine's."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import compile_contract, open_scenario, trial

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
