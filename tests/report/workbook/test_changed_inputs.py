"""Every input cell of a workbook changed at once, against the engine with the same numbers set by their paths."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from finmodel.analysis import assumptions_register, open_for
from finmodel.contract import Contract
from finmodel.contract.exit import CARRIED, PLANNED, REMAINING
from finmodel.contract.weights import counted_outcomes
from finmodel.errors import InputError
from finmodel.lines import Period
from finmodel.lines.expressions import Given
from finmodel.report.workbook import workbook
from finmodel.report.workbook.sources import Sources
from finmodel.scenario.bid import PLACES
from finmodel.scenario.quantities import write_quantity
from finmodel.units import PERSON, PURE
from tests.report.workbook.recalculated import (
    ROOT,
    SHIPPED,
    differing,
    every_scenario,
    formulas_of,
    lines_of,
    needs_gnumeric,
    recalculated,
    values_of,
    with_cells,
)

pytestmark = needs_gnumeric
Amounts = tuple[float, ...]
OF_THE_BASE_CASE = (f".{PLANNED}", f".{REMAINING}", f".{CARRIED}", ".pay_for_one_more")
"""What an integrator plans at a break follows from a base case of its own, which a workbook does not hold."""


def inputs_of(contract: Contract) -> dict[str, tuple[str, Amounts]]:
    """By the path that `--set` takes: the line whose cells hold the number, and the numbers that they hold.

    Left out are the register's columns, amounts within a formula, and lists of points, of which each has a line.
    """
    sources = Sources(contract.scenario, assumptions_register(contract), None)
    found: dict[str, list[tuple[str, Amounts]]] = {}
    for name in values_of(contract):
        line = contract.sheet[name]
        if not isinstance(line.expr, Given) or "[" in name or ".amount_" in name or not sources.of(line).stated:
            continue
        model, _, rest = name.partition(".")
        entry = sources.entry(line)
        path = entry.number.path if entry else name
        if entry is None and model in contract.scenario.payment_models:
            path = f"payment_models.{model}.phases.{rest}"
        if entry is not None and name.endswith((".from", ".to")) and not path.endswith((".from", ".to")):
            path = f"{path}.ramp.{name.rpartition('.')[2]}"
        if contract.scenario.bid is not None:
            path = offered(contract, path)
        found.setdefault(path, []).append((name, line.expr.values))
    return {path: lines[0] for path, lines in found.items() if len(lines) == 1}


def offered(contract: Contract, path: str) -> str:
    """Where a bid states a number that it puts in the place of the contract's."""
    text = contract.scenario.files[0].path.read_text(encoding="utf-8")
    for key, place in PLACES.items():
        target = ".".join(place)
        if f"{path}.".startswith(f"{target}.") and f"\n  {key}:" in text:
            return f"bid.{key}{path.removeprefix(target)}"
    return path


def changed(contract: Contract, inputs: dict[str, tuple[str, Amounts]]) -> dict[str, Amounts]:
    """Each number a little smaller; of weights, which add up, a tenth of the first goes to the second."""
    found = {path: tuple(float(f"{0.97 * amount:.12g}") for amount in inputs[path][1]) for path in inputs}
    for service in contract.scenario.services:
        counted = counted_outcomes(contract.scenario, service)
        weights = {f"outcomes.{name}.weight": one.weight.amount for name, one in counted.items()}
        weights = {path: amount for path, amount in weights.items() if path in found}
        found |= {path: (amount,) for path, amount in weights.items()}
        if len(weights) > 1:
            (first, less), (second, more) = list(weights.items())[:2]
            found |= {first: (round(0.9 * less, 9),), second: (round(more + 0.1 * less, 9),)}
    return found


def written(contract: Contract, line: str, path: str, amounts: Amounts) -> str:
    unit = PERSON if path.endswith("baseline.people") else contract.sheet[line].unit
    once = contract.sheet[line].period is Period.ONCE
    texts = [repr(amount) if unit == PURE else f'"{write_quantity(amount, unit)}"' for amount in amounts]
    return f"{path}={texts[0]}" if once else f"{path}=[{', '.join(texts)}]"


def check_all(path: Path) -> int:
    """Compare every line, with all inputs changed that the scenario takes so; how many there are."""
    contract = open_for(str(path))
    inputs = inputs_of(contract)
    wanted = changed(contract, inputs)
    again = None
    while again is None:
        try:
            again = open_for(str(path), tuple(written(contract, inputs[p][0], p, wanted[p]) for p in wanted))
        except InputError as error:  # numbers that must agree with others, such as a pool with the register
            told = {mistake.path for mistake in error.mistakes}
            refused = [
                p for p in wanted if any(f"{one}.".startswith(f"{p}.") or p.startswith(f"{one}.") for one in told)
            ]
            if not refused:
                raise
            for p in refused:
                del wanted[p]
    assert len(wanted) >= 0.8 * len(inputs), set(inputs) - set(wanted)
    content = workbook(contract)
    places = lines_of(formulas_of(content))
    cells: dict[tuple[str, int, int], float] = {}
    for p, amounts in wanted.items():
        place = places[inputs[p][0]]
        repeated = itertools.chain(amounts, itertools.repeat(amounts[-1]))
        cells |= {(place.sheet, place.row, column): next(repeated) for column in place.columns}
    values = values_of(again)
    for name, row in values.items():
        if name.endswith(OF_THE_BASE_CASE):
            place = places[name]
            cells |= {(place.sheet, place.row, column): float(v) for column, v in zip(place.columns, row, strict=True)}
    wrong = differing(recalculated(with_cells(content, cells)), again, values)
    assert not wrong, wrong[:10]
    return len(wanted)


@pytest.mark.parametrize(("scenario", "least"), [("mechanisms/outcome-scores", 40), ("uniting-care", 15)])
def test_changing_every_input_there_is_setting_them_here(scenario: str, least: int) -> None:
    assert check_all(ROOT / "scenarios" / f"{scenario}.yaml") >= least


@every_scenario
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_changing_every_input_of_every_shipped_scenario_is_setting_them_here(path: Path) -> None:
    assert check_all(path) > 0
