from __future__ import annotations

from pathlib import Path

import pytest

from finmodel.errors import InputError
from finmodel.scenario import RegisterRow, load
from finmodel.scenario.grids import cells_of
from finmodel.scenario.problems import Problem
from tests.scenario.books import write_book
from tests.scenario.kinds import KINDS

FOLDER = Path(__file__).resolve().parents[1] / "bad_scenarios"
REGISTER = (FOLDER / "register.csv").read_text(encoding="utf-8")


def read(folder: Path, register: str) -> tuple[RegisterRow, ...]:
    (folder / "base.yaml").write_text((FOLDER / "base.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "register.csv").write_text(register, encoding="utf-8")
    return load(folder / "base.yaml", KINDS).register


def told(folder: Path, register: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, register)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def test_rows(tmp_path: Path) -> None:
    rows = read(tmp_path, REGISTER)
    assert len(rows) == 5
    assert rows[0] == RegisterRow(
        "c1", "Royal Infirmary", "cancer", "breast", "north", 2.5e6, "activity", 1.2, 0.5, "", 2
    )
    assert rows[2] == RegisterRow(
        "c3", "County Hospital", "cancer", None, "north", 1.5e6, "cost", 0.8, 1.0, "whole service", 4
    )
    assert rows[1].annual_value == 2e6


def test_columns_with_defaults_may_be_left_out_and_blank_lines_too(tmp_path: Path) -> None:
    lines = [line for line in REGISTER.splitlines() if line]
    short = [",".join((*line.replace('"1,500,000"', "1500000").split(",")[:7],)) for line in lines]
    rows = read(tmp_path, "\n\n".join(short))
    assert {(row.loading, row.marginal_rate, row.note) for row in rows} == {(1.0, 1.0, "")}


def test_cells_know_their_column() -> None:
    cells = cells_of('a, b ,"c ""x"", d",é,f', "r.csv", 7)
    assert [cell.text for cell in cells] == ["a", "b", 'c "x", d', "é", "f"]
    assert [cell.span.column for cell in cells] == [1, 4, 7, 20, 22]
    assert cells[0].span.line == 7
    for line in ('a,"b', 'a,b"c,d"', 'a,"b"c,d'):
        with pytest.raises(Problem):
            cells_of(line, "r.csv", 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("c1,Royal Infirmary", ",Royal Infirmary", "register.csv:2:1: contract: the cell is empty"),
        ("note", "notes", "unknown column 'notes'; did you mean 'note'?"),
        ("loading", "kind", "register.csv:1:63: the column 'kind' stands here twice"),
        ("1.2,50%", "1.2,-5%", "register.csv:2:61: marginal_rate: expected at least 0%, got -5%"),
        ("1.2,50%", "high,50%", "loading: expected a number such as 1.2, got 'high'"),
        ("2500000,activity", "0,activity", "expected more than £0, got £0"),
        ("2500000,activity", "25%,activity", "annual_value: expected an amount of money"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(message in line for line in told(tmp_path, REGISTER.replace(old, new, 1)))


def test_empty_registers(tmp_path: Path) -> None:
    assert "register.csv:1:1: the register is empty" in told(tmp_path, "")[0]
    header = REGISTER.splitlines()[0]
    assert told(tmp_path, header) == ["register.csv:1:1: the register holds no contract"]


@pytest.mark.parametrize(("difference", "wrong"), [(0.99, False), (1.0, False), (1.01, True), (-1.01, True)])
def test_sums_agree_within_a_pound(tmp_path: Path, difference: float, wrong: bool) -> None:
    register = REGISTER.replace("£2m", str(2_000_000 + difference))
    if wrong:
        assert "a difference of" in told(tmp_path, register)[0]
    else:
        assert len(read(tmp_path, register)) == 5


def test_a_workbook_with_mistakes(tmp_path: Path) -> None:
    header, *lines = [line.split(",") for line in REGISTER.replace('"1,500,000"', "1500000").splitlines() if line]
    lines[0][5], lines[1][7] = "=2500000", "#DIV/0!"
    write_book(
        tmp_path / "register.xlsx", {"Contracts": [header, *([cell or None for cell in line] for line in lines)]}
    )
    (tmp_path / "base.yaml").write_text((FOLDER / "base.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "base.yaml", KINDS, ["contract_register.file=register.xlsx"])
    found = [str(mistake).removeprefix(f"{tmp_path}/") for mistake in caught.value.mistakes]
    assert [one.split(":")[:5] for one in found] == [
        ["register.xlsx", "2", "6", " annual_value", " the formula has no saved value"],
        ["register.xlsx", "3", "8", " loading", " the cell holds the error #DIV/0!"],
    ]
