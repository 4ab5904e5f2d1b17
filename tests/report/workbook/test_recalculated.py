"""The workbook against the engine, in an independent spreadsheet program and from a file with wrong results in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from finmodel.analysis import open_for
from finmodel.contract import Contract
from finmodel.contract.evaluate import values_of_lines
from finmodel.report.workbook import workbook
from finmodel.uncertainty import BLOCK_SIZE
from tests.report.workbook.recalculated import (
    ROOT,
    SHIPPED,
    Cell,
    cells_of,
    differing,
    every_scenario,
    lines_of,
    needs_gnumeric,
    recalculated,
    values_of,
)

SCENARIOS = ROOT / "scenarios"
MECHANISMS = sorted(path for path in (SCENARIOS / "mechanisms").glob("*.yaml") if path.name != "base.yaml")
pytestmark = needs_gnumeric

# Everything that a formula may say, over lines of a small contract.
FORMULAS = {
    "signs": "-(-emergency_cases) - (-(2 - 3) * -2) / (4 / 2 / 5) - (10 - (3 - 1))",
    "emergency_cases": "people[emergency] / people[elective]",
    "halves": "round(contract_year / 2) + round(-contract_year / 2) * 10 + round(contract_year * 0.3)",
    "early": "contract_year < 3 and not (contract_year == 2) or contract_year >= 4",
    "by_flag": "where(early, 1, -1)",
    "flag_before": "where(lag(early), 5, 7)",
    "smallest": "min(contract_year, 3, emergency_cases * 2, 2.5) + max(0, 1 - contract_year, 0.5)",
    "clipped": "clip(contract_year, 2, 3)",
    "powers": "sqrt(contract_year) + exp(-contract_year) + log(contract_year) + abs(2 - contract_year)",
    "binomial": "binomial_quantile(12.5 * contract_year, 0.3, 0.7 - 0.5 * contract_year)",
    "binomial_ends": "binomial_quantile(50, min(contract_year - 1, 1), 0) + binomial_quantile(0.3, 0.5, 2)",
    "binomial_large": "binomial_quantile(99 + contract_year, 0.5, 1)",
    "straight": "curve(contract_year, 1, 0, 2, 50%, 3.5, 2)",
    "tiers": "steps(contract_year, 0, 2, 10%, 3, 30%)",
    "at_the_threshold": "where(reached(0.1 * 3, 0.3), 1, 0) + where(reached(0.3 - 2e-9, 0.3), 1, 0)",
    "long_ago": "lag(emergency_cases, 3)",
    "so_far": "lag(so_far) + contract_year",
    "level_of_month": "hold(target)",
    "spread_month": "spread(target) + spread(lag(target, 2))",
    "one_month": "falls_in(target - lag(target), 7)",
    "spread_once": "spread(5%) + falls_in(1, 3)",
    "months_before": "lag(spread_month, 13)",
    "year_of_months": "sum_months(spread_month + one_month, contract_year)",
    "financial_year": "sum_months(spread_month, financial_year)",
    "closing_month": "last(spread_month, contract_year)",
    "closing_of_year": "last(months_before, financial_year)",
    "begun": "last(target, financial_year)",
    "early_begun": "where(last(early, financial_year), 1, 2)",
    "held": "where(hold(early), 1, 2)",
    "held_once": "where(hold(1 < 2), 1, 2) + hold(3)",
    "nested": "where(contract_year > 1, where(contract_year > 2, where(early, 4, 3), 2), 1 / contract_year)",
    "balance": "lag(balance_of_year) * 2% + 1",
    "interest_of_month": "hold(balance) * 1%",
    "balance_of_year": "sum_months(interest_of_month, contract_year) + last(interest_of_month, contract_year)",
    "year_to_april": "sum_months(interest_of_month + hold(balance), financial_year)",
    "untaken": "where(contract_year > 1, 1 / (contract_year - 1), 0)",
}
LAGGED = {"so_far": "rate", "balance_of_year": "rate"}


def compare(contract: Contract, trial: int | None) -> dict[str, list[tuple[Cell, ...]]]:
    """Every cell of every line of every payment model is what the engine calculates."""
    sheets = recalculated(workbook(contract, trial, wrong=True))
    wrong = differing(sheets, contract, values_of(contract, trial))
    assert not wrong, wrong[:10]
    assert sheets["Checks"][4][0] == "ALL OK"
    assert sheets["Cover"][3][1] == "ALL OK"
    return sheets


def over_mechanisms(folder: Path, text: str = "") -> Path:
    """A contract with the payment models of all shipped mechanisms."""
    path = folder / "all.yaml"
    extended = "".join(f"  - {os.path.relpath(file, folder)}\n" for file in MECHANISMS)
    path.write_text(f"extends:\n{extended}finmodel: 1\nname: all\ntitle: All mechanisms\n{text}", encoding="utf-8")
    return path


def test_every_payment_mechanism_recalculates_to_the_engines_figures(tmp_path: Path) -> None:
    contract = open_for(str(over_mechanisms(tmp_path)))
    assert len(contract.models) >= len(MECHANISMS)
    compare(contract, 4213)


def test_staffordshire_recalculates_to_the_engines_figures() -> None:
    compare(open_for(str(SCENARIOS / "staffordshire.yaml"), (), ("programme",)), None)  # the others: every_scenario


def trials_of(contract: Contract) -> list[int]:
    """Three trials: where there are any, one in which an integrator fails and one in which it leaves at a break."""
    exits: dict[str, int] = {}
    for ends in ("failed_after", "left_after"):
        lines = [name for name in contract.sheet.names if name.endswith(f".{ends}")]
        found = values_of_lines(contract, lines, range(BLOCK_SIZE)) if lines else []
        gone = [trial for trial, values in enumerate(found) if any(values[line].any() for line in lines)]
        exits |= {ends: gone[0]} if gone else {}
    return [*exits.values(), *(trial for trial in (4213, 17, 0) if trial not in exits.values())][:3]


@every_scenario
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_recalculates_to_the_engines_figures(path: Path) -> None:
    contract = open_for(str(path))
    for trial in (None, *trials_of(contract)):
        compare(contract, trial)


@pytest.mark.parametrize(("scenario", "exits"), [("uniting-care", 1), ("stress/break-at-year-5", 2)])
def test_the_trials_compared_have_exits_where_there_are_any(scenario: str, exits: int) -> None:
    contract = open_for(str(SCENARIOS / f"{scenario}.yaml"))
    lines = [name for name in contract.sheet.names if name.endswith(("failed_after", "left_after"))]
    found = values_of_lines(contract, lines, trials_of(contract))
    assert sum(any(values[line].any() for line in lines) for values in found) >= exits


@pytest.mark.parametrize("start", ["2016-04-01", "2016-09-15"])
def test_everything_that_a_formula_may_say_recalculates(tmp_path: Path, start: str) -> None:
    base = os.path.relpath(SCENARIOS / "mechanisms" / "base.yaml", tmp_path)
    unit = {name: f", unit: {LAGGED[name]}" if name in LAGGED else "" for name in FORMULAS}
    lines = "".join(f'  {name}: {{formula: "{text}"{unit[name]}}}\n' for name, text in FORMULAS.items())
    path = tmp_path / "formulas.yaml"
    path.write_text(
        f"extends: {base}\nfinmodel: 1\nname: f\ntitle: Formulas\ncontract: {{start: {start}}}\nlines:\n{lines}",
        encoding="utf-8",
    )
    sheets = compare(open_for(str(path)), 5)
    assert set(FORMULAS) <= {name.removeprefix("lines.") for name in lines_of(sheets)}


EXIT = """\
contract: {breaks: [2018-04-01]}
parties:
  integrator:
    capital: £0.2m
    guarantee: {amount: £0.4m, by: bank}
    exit: {charge: £0.05m, reprocurement: £0.1m, extra_cost: 1%, excess_loss: bank, forfeits: late_money}
"""


@pytest.mark.parametrize("ends", ["failed_after", "left_after"])
def test_a_trial_in_which_the_integrator_goes_recalculates(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "exit.yaml"
    base = os.path.relpath(SCENARIOS / "mechanisms" / "virtual-budget.yaml", tmp_path)
    path.write_text(f"extends: {base}\nfinmodel: 1\nname: exit\ntitle: Exit\n{EXIT}", encoding="utf-8")
    contract = open_for(str(path), (), ("virtual_budget",))
    line = f"virtual_budget.{ends}"
    found = values_of_lines(contract, [line], range(200))
    compare(contract, next(trial for trial, values in enumerate(found) if values[line].any()))


EVENTS = """\
services: {emergency: {opening_error: 3%}}
appraisal: {optimism_bias: {rate: 10%, mitigation: 20%, applies_to: uncovered_cost}}
events:
  high_inflation:
    {label: Spell, source: Test, kind: inflation_spell, index: care_cost, probability_a_year: 50%,
     years: {uniform: [1, 4]}, size: {uniform: [2%, 8%]}}
  late: {label: Late, source: Test, kind: start_delay, probability: 60%, size: 5 months}
"""


def test_spells_of_drawn_length_a_late_start_and_optimism_bias_recalculate(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    base = os.path.relpath(SCENARIOS / "mechanisms" / "virtual-budget.yaml", tmp_path)
    path.write_text(f"extends: {base}\nfinmodel: 1\nname: events\ntitle: Events\n{EVENTS}", encoding="utf-8")
    contract = open_for(str(path), (), ("virtual_budget",))
    found = values_of(contract)
    assert {"optimism_bias", "events.high_inflation.years_left", "events.late"} <= set(found)
    acts = "events.high_inflation.acts"
    trials = enumerate(values_of_lines(contract, [acts], range(50)))
    for trial in (None, next(trial for trial, values in trials if 1 < values[acts].sum() < 4)):
        compare(contract, trial)


def test_a_file_that_nobody_recalculated_has_wrong_results() -> None:
    contract = open_for(str(SCENARIOS / "mechanisms" / "shared-savings.yaml"), (), ("shared_savings",))
    true, wrong = cells_of(workbook(contract)), cells_of(workbook(contract, wrong=True))
    for name, place in lines_of(true).items():
        if "~" in name or not contract.sheet[name].is_input:
            for column in place.columns:
                assert wrong[place.sheet][place.row][column] != true[place.sheet][place.row][column], name
    assert wrong["Checks"][4][0] == "wrong"
