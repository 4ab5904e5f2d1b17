"""A table gives the same results as the list typed by hand, and a workbook the same as a CSV register: to the bit."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import Contract, Evaluator, compile_contract, open_scenario
from finmodel.contract.evaluate import central
from tests.scenario.books import write_book

BAD = Path(__file__).parents[1] / "bad_scenarios"
TYPED = {
    "claimed": ["0%", "1.5%", "2.75%", "5%"],
    "inflation": ["2.5%", "3.1%", "2.3%", "2.05%"],
    "cost": ["£0.2m", "£210,000", "£215,500.50", "£0.25m"],
}
YEARS = ["2016/17", "2017/18", "2018/19", "2019/20"]
PERCENT, POUNDS = "0.00%", '"£"#,##0.00'
STORED = {
    "claimed": [(rate, PERCENT) for rate in (0.0, 0.015, 0.0275, 0.05)],
    "inflation": [(rate, PERCENT) for rate in (0.025, 0.031, 0.023, 0.0205)],
    "cost": [(amount, POUNDS) for amount in (200_000, 210_000, 215_500.5, 250_000)],
}
OWN = """
extends: base.yaml
name: own
savings: {claimed: CLAIMED}
parties: {integrator: {running_cost: COST}}
assumptions: {nhs_cost_inflation: {value: {normal: [INFLATION, 1%], vary: yearly}}}
"""


def compiled(folder: Path, lists: dict[str, str], register: str = "") -> Contract:
    for name in ("base.yaml", "register.csv"):
        shutil.copy(BAD / name, folder / name)
    text = OWN + register
    for name, written in lists.items():
        text = text.replace(name.upper(), written)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return compile_contract(open_scenario(folder / "own.yaml"))


def figures(contract: Contract) -> bytes:
    """Every stored figure of the base case and of the first draw-block."""
    return central(contract).tobytes() + np.ascontiguousarray(Evaluator(contract).block(0)).tobytes()


def quoted(cells: list[str]) -> str:
    return "[" + ", ".join(f'"{cell}"' for cell in cells) + "]"


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    lists = {name: quoted(cells) for name, cells in TYPED.items()}
    return figures(compiled(tmp_path_factory.mktemp("typed"), lists))


def test_csv(tmp_path: Path, typed: bytes) -> None:
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["year", *TYPED], *zip(YEARS, *TYPED.values(), strict=True)])
    assert figures(compiled(tmp_path, {name: f"{{table: own.csv, column: {name}}}" for name in TYPED})) == typed


def test_workbook(tmp_path: Path, typed: bytes) -> None:
    rows = [["year", *STORED], *zip(range(1, 5), *STORED.values(), strict=True)]
    write_book(tmp_path / "own.xlsx", {"Notes": [], "Lists": rows})
    table = "{table: own.xlsx, sheet: Lists, column: %s}"
    assert figures(compiled(tmp_path, {name: table % name for name in STORED})) == typed


def test_another_cell_gives_other_figures(tmp_path: Path, typed: bytes) -> None:
    rows = list(zip(YEARS, *TYPED.values(), strict=True))
    rows[2] = (YEARS[2], "2.76%", *rows[2][2:])
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["year", *TYPED], *rows])
    assert figures(compiled(tmp_path, {name: f"{{table: own.csv, column: {name}}}" for name in TYPED})) != typed


def test_register_in_a_workbook(tmp_path: Path, typed: bytes) -> None:
    with (BAD / "register.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    value, loading, rate = (header.index(column) for column in ("annual_value", "loading", "marginal_rate"))
    rows: list[list[object]] = [list(header)]
    for line in lines:
        row: list[object] = [cell or None for cell in line]
        millions = line[value].removeprefix("£").replace(",", "")
        row[value] = (float(millions.removesuffix("m")) * (1e6 if "m" in millions else 1), POUNDS)
        row[loading] = float(line[loading]) if line[loading] else None
        row[rate] = (float(line[rate].removesuffix("%")) / 100, PERCENT) if line[rate] else None
        rows.append(row)
    write_book(tmp_path / "book.xlsx", {"Cover": [["Contracts"]], "Contracts": [[], *rows]})
    lists = {name: quoted(cells) for name, cells in TYPED.items()}
    contract = compiled(tmp_path, lists, "contract_register: {file: book.xlsx, sheet: Contracts}\n")
    assert figures(contract) == typed
    assert contract.scenario.register[0].line == 3
    assert contract.scenario.files[-1].path.name == "book.xlsx"
