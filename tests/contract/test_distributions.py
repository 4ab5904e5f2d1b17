"""Every way to write a distribution runs: base case and a trial against the reference, mean, bounds and place."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import compile_contract, open_scenario
from finmodel.contract.evaluate import make_draws
from finmodel.errors import InputError
from finmodel.uncertainty import central_values
from tests.reference import contract as reference
from tests.reference import read

FOLDER = Path(__file__).parents[1] / "bad_scenarios"
PLACE = "growth: {triangular: [0%, 0.5%, 2%]}"
DRIVER = "services.end_of_life.sites.home.growth"
WRITTEN = {
    "shifted": "{lognormal: [2%, 1%], shift: -1%}",
    "within": "{normal: [1%, 2%], within: [0%, 4%]}",
    "open above": "{normal: [1%, 2%], within: [0%, none], vary: yearly, persistence: 0.5}",
    "open below": "{pert: [0%, 2%, 5%], shift: 1%, within: [none, 3%]}",
    "by year": "{normal: [[1%, 2%, 3%, 4%], 1%], shift: [0%, 1%, 0%, 1%], within: [0%, [2%, 4%, 4%, 6%]], "
    "vary: yearly}",
    "beta": "{beta: {alpha: 2, beta: 4, min: -2%, max: 6%}, within: [-1%, 3%]}",
    "empirical": "{empirical: [1.1%, 2.3%, -0.4%, 1.1%, 0.9%], vary: yearly}",
    "empirical within": "{empirical: [1.1%, 2.3%, -0.4%, 1.1%, 0.9%], within: [1.1%, none]}",
    "quantiles": "{quantiles: {P10: 1.5%, P50: 2.5%, P90: 4%}, vary: yearly, persistence: 0.3}",
    "quantiles within": "{quantiles: {P25: [1%, 1%, 2%, 2%], P50: 2.5%, P75: 4%}, within: [0%, 9%], vary: yearly}",
    "mixture": "{mixture: [{weight: 70%, of: {normal: [2%, 1%]}}, {weight: 30%, of: {triangular: [4%, 5%, 9%]}}]}",
    "mixture within": "{mixture: [{weight: 0.6, of: {normal: [2%, 1%], within: [0%, none]}}, "
    "{weight: 0.4, of: {quantiles: {P10: 3%, P50: 4%, P90: 6%}, shift: 1%}}], within: [1%, 9%], vary: yearly}",
}


def scenario_with(growth: str, folder: Path) -> Path:
    text = (FOLDER / "base.yaml").read_text(encoding="utf-8")
    assert PLACE in text
    shutil.copy(FOLDER / "register.csv", folder)
    path = folder / "with.yaml"
    path.write_text(text.replace(PLACE, f"growth: {growth}"), encoding="utf-8")
    return path


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_base_case_and_draws_have_the_mean_that_the_reference_finds(written: str, tmp_path: Path) -> None:
    path = scenario_with(written, tmp_path)
    contract = compile_contract(open_scenario(path))
    (driver,) = (one for one in contract.drivers if one.name == DRIVER)
    expected = reference.central(read.read_scenario(path))[DRIVER]

    assert central_values(driver, 4) == pytest.approx(expected[:4], rel=1e-7)

    draws = make_draws(contract)
    draws.start_block(0)
    for year in range(1, 5):
        draws.start_year(year)
        found = draws.values[DRIVER]
        error = np.std(found) / np.sqrt(found.size)
        assert abs(np.mean(found) - expected[year - 1]) < 4.5 * error
        low, high = driver.within
        ends = [bound[year - 1] if isinstance(bound, tuple) else bound for bound in (low, high)]
        assert ends[0] <= found.min()
        assert found.max() <= ends[1]


@pytest.mark.parametrize(
    "form",
    ["{empirical: %s}", "{mixture: [{weight: 0.5, of: {empirical: %s}}, {weight: 0.5, of: {uniform: [0%%, 1%%]}}]}"],
)
def test_observations_may_stand_in_a_table(form: str, tmp_path: Path) -> None:
    (tmp_path / "growth.csv").write_text("year,change\n2001,1.1%\n2002,2.3%\n2003,-0.4%\n", encoding="utf-8")
    uncertain = [
        open_scenario(scenario_with(form % seen, tmp_path)).uncertain()[DRIVER]
        for seen in ("{table: growth.csv, column: change}", "[1.1%, 2.3%, -0.4%]")
    ]

    assert uncertain[0].parameters == uncertain[1].parameters
    assert uncertain[0].parts == uncertain[1].parts


def test_bounds_that_hold_next_to_nothing_are_told_with_their_place(tmp_path: Path) -> None:
    path = scenario_with("{normal: [1%, 1%], within: [7%, none]}", tmp_path)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "within" in text)

    with pytest.raises(InputError, match=r"hold 9\.9e-10 of the distribution") as caught:
        compile_contract(open_scenario(path))

    (mistake,) = caught.value.mistakes
    assert mistake.path == DRIVER
    assert mistake.span is not None
    assert (mistake.span.file, mistake.span.line) == (str(path), line)


def test_a_number_of_every_contract_is_told_once(tmp_path: Path) -> None:
    path = scenario_with("1%", tmp_path)

    with pytest.raises(InputError) as caught:
        compile_contract(
            open_scenario(path, ["contract_register.own_shock={beta: [2, 90], vary: yearly, within: [80%, none]}"])
        )

    (mistake,) = caught.value.mistakes
    assert mistake.path == "contract_register.own_shock"
