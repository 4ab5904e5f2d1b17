"""The pages on scenarios: every output, table and claim that they print is the engine's."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from finmodel.cli import app
from finmodel.contract import Evaluator, compile_contract, open_scenario, trial
from finmodel.scenario import Scenario
from finmodel.scenario.document import raw_path
from finmodel.scenario.known import known_day
from finmodel.scenario.numbers import numbers_of
from tests.documentation import ROOT, Block, blocks

SCENARIOS = ROOT / "scenarios"
SIGNED = SCENARIOS / "uniting-care.yaml"
PAGES = ROOT / "docs" / "scenarios"
UNITING_CARE = (PAGES / "uniting-care.md").read_text(encoding="utf-8")
STRESSES = (PAGES / "staffordshire-stresses.md").read_text(encoding="utf-8")
OUTPUT = re.compile(r"<!-- output: (finmodel .*) -->")
OUTPUTS = [block for block in blocks("text") if block.page.parent == PAGES]
SAVINGS, VAT, BASELINE = (
    "savings.realised=100%", "parties.integrator.vat_leakage=0%", "services.older_people.opening_error=0%",
)  # fmt: skip
"""What switches each off that stands against the plan."""
TRIALS = 10_000
COMMAND_OF_STRESSES = 2_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the pages' commands find the scenarios and leave their runs."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "scenarios").symlink_to(SCENARIOS, target_is_directory=True)
    return folder


@cache
def printed(command: str) -> str:
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("block", OUTPUTS, ids=str)
def test_an_output_is_what_the_command_prints(block: Block, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = OUTPUT.fullmatch(block.above)
    assert command is not None
    monkeypatch.chdir(place)

    assert block.text in printed(command[1])


def red(command: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The tests that a check finds RED."""
    monkeypatch.chdir(place)
    told = json.loads(printed(f"finmodel check scenarios/{command} --json"))
    return {one["test"] for one in told["checks"] if one["status"] == "RED"}


def test_the_checks_are_red_before_signature(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening gap, savings, low bid, VAT and guarantee, among others: with a reconciled baseline of no error too."""
    reconciled = "--set checks.opening_baseline.reconciled=yes --set services.older_people.opening_error=0%"
    asked = {"T1", "T3", "T4", "T5", "T7"}

    assert red("uniting-care.yaml", place, monkeypatch) >= asked
    assert red(f"uniting-care.yaml {reconciled}", place, monkeypatch) >= asked


def test_a_contract_let_with_care_is_red_on_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert red("uniting-care-control.yaml", place, monkeypatch) == set()


def test_what_is_not_reconciled_is_red_whatever_the_gap(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "--set checks.opening_baseline.reconciled=no --trials 1000"

    assert red(f"uniting-care-control.yaml {words}", place, monkeypatch) == {"T1"}


@cache
def first_year(overrides: tuple[str, ...]) -> tuple[float, float]:
    """The partnership's mean result of year 1 in £m, and how often it is a loss."""
    contract = compile_contract(open_scenario(SIGNED, overrides), ["uniting_care"])
    at = [output.column for output in contract.outputs].index("uniting_care/own/uniting_care.lines.result/year-1")
    evaluator = Evaluator(contract)
    found = np.concatenate([evaluator.block(block)[at].copy() for block in range(3)])[:TRIALS]
    return found.mean() / 1e6, (found < 0).mean()


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table that begins so, its head first."""
    lines = page.split(heading, 1)[1].split("\n\n", maxsplit=1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if not line.startswith("|--")]


def settings(cell: str) -> tuple[str, ...]:
    return () if cell == "none" else tuple(re.findall(r"`([^`]+)`", cell))


@pytest.mark.parametrize("heading", ["| what stands against the plan |", "| prior of the opening error |"])
def test_the_contributions_are_the_engines(heading: str) -> None:
    _, *found = rows(UNITING_CARE, heading)
    assert len(found) == (8 if "plan" in heading else 5)
    for _, setting, mean, chance in found:
        result, loses = first_year(settings(setting))
        told = "over 99.9%" if loses >= 0.9995 else f"{100 * loses:.1f}%"
        assert (f"{result:.1f}", told) == (mean, chance), setting


def test_what_each_takes_from_the_plan_adds_up() -> None:
    parts = (BASELINE, SAVINGS, VAT)
    order = list(permutations(parts))

    def mean(on: Sequence[str]) -> float:
        return first_year(tuple(part for part in (SAVINGS, VAT, BASELINE) if part not in on))[0]

    taken = {
        part: np.mean([mean(one[: one.index(part)]) - mean(one[: one.index(part) + 1]) for one in order])
        for part in parts
    }

    assert f"the mean falls by £{sum(taken.values()):.1f}m" in UNITING_CARE
    assert (
        f"the baseline £{taken[BASELINE]:.1f}m, the ramp of the savings £{taken[SAVINGS]:.1f}m, VAT £{taken[VAT]:.1f}m"
        in UNITING_CARE
    )


def test_year_1_loses_in_nine_trials_of_ten_at_signature() -> None:
    assert first_year(())[1] >= 0.9
    assert first_year((BASELINE,))[1] >= 0.9  # savings and VAT alone are enough


@pytest.fixture(scope="module")
def signed() -> Scenario:
    return open_scenario(SIGNED)


def test_nothing_was_known_later_than_the_award(signed: Scenario) -> None:
    numbers = [number for number in numbers_of(signed) if number.status != "setting"]
    days = [known_day(signed, raw_path(number.path.partition("[")[0], signed.data)[0]) for number in numbers]

    assert len(numbers) >= 40
    assert all(day is not None and day <= date(2014, 11, 30) for day in days)


def test_hindsight_is_dated_and_refused_at_signature(tmp_path: Path) -> None:
    hindsight = open_scenario(SCENARIOS / "uniting-care-hindsight.yaml")
    later = {path: day for path, day in hindsight.known_on.items() if day > date(2014, 11, 30)}
    assert set(later) == {"services.older_people.opening_error", "parties.integrator.exit"}

    page = tmp_path / "too_soon.yaml"
    page.write_text(f"extends: {SCENARIOS / 'uniting-care-hindsight.yaml'}\nname: early\nknown_by: 2014-11-30\n")
    told = CliRunner().invoke(app, ["validate", str(page)])
    assert told.exit_code == 2
    assert "known on 2015-05-31, but this scenario holds only what was known by 2014-11-30" in told.output


def test_the_bid_is_the_bid() -> None:
    """£726m in five years from £152m, £178m of savings claimed, a margin of 1% planned for year 1: the base case."""

    def base_case(*overrides: str) -> dict[str, np.ndarray]:
        contract = compile_contract(open_scenario(SIGNED, overrides), ["uniting_care"])
        return dict(trial(contract, "uniting_care", None).values)

    plan, without = base_case(SAVINGS, VAT, BASELINE), base_case("savings.realised=0%", VAT, BASELINE)
    price = plan["target"][:5]
    saved = without["uniting_care.payments_to_providers"] - plan["uniting_care.payments_to_providers"]

    assert price[0] == pytest.approx(152e6)
    assert price.sum() == pytest.approx(726e6, abs=0.5e6)
    assert saved[:5].sum() == pytest.approx(178e6, abs=1e6)
    assert plan["uniting_care.lines.result"][0] == pytest.approx(1.5e6, abs=0.2e6)


@pytest.mark.parametrize("service", ["cancer", "end_of_life"])
def test_the_two_registers_are_rows_of_the_one(service: str) -> None:
    head, *every = (SCENARIOS / "staffordshire-register.csv").read_text(encoding="utf-8").splitlines()
    name = f"staffordshire-{service.replace('_', '-')}-register.csv"
    own = (SCENARIOS / name).read_text(encoding="utf-8").splitlines()

    assert own == [head, *(row for row in every if row.split(",")[2] == service)]


def test_the_stresses_are_the_engines() -> None:
    _, *found = rows(STRESSES, "| scenario |")
    assert len(found) == 8
    for name, *told in found:
        file = re.search(r"`(.*)`", name)
        assert file is not None
        path = next(SCENARIOS.rglob(file[1]))
        contract = compile_contract(open_scenario(path), ["programme"])
        block = Evaluator(contract, COMMAND_OF_STRESSES).block(0)[:, :COMMAND_OF_STRESSES]

        named = [(out.model, out.figure, out.member) for out in contract.outputs]
        own, providers, paid = (
            np.add.reduce([block[at] for at, one in enumerate(named) if one == ("programme", figure, None)])
            for figure in ("integrator_surplus", "providers_surplus", "payment")
        )
        loses = (own < 0).mean()
        assert told == [
            f"{own.mean() / 1e6:.1f}",
            "over 99.9%" if loses >= 0.9995 else f"{100 * loses:.1f}%",
            f"{providers.mean() / 1e6:.1f}",
            f"{paid.mean() / 1e6:,.0f}",
        ], path.name
