"""One defect a file or a cell: the message, its line and its column; a settlement is refused as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.analysis import settle
from finmodel.cli import app
from finmodel.contract import open_scenario, open_settlement
from finmodel.errors import InputError
from tests.scenario.books import write_book

HERE = Path(__file__).resolve().parent
BAD = HERE / "bad"
FILES = sorted(path for path in BAD.glob("*.yaml") if path.name != "base.yaml")
BASE = BAD / "base.yaml"
GOOD = (HERE / "actuals.csv").read_text(encoding="utf-8")
MARK = "# expect: "


def expected(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


def test_the_base_has_no_defect_and_every_file_expects_something() -> None:
    assert settle(BASE, HERE / "actuals.csv").rows
    assert len(FILES) >= 25
    assert all(expected(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message_and_place_in_the_terms(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_settlement(path)

    found = [str(mistake).removeprefix(f"{BAD}/").removeprefix(f"{path.name}:") for mistake in caught.value.mistakes]
    assert found == expected(path)


CELLS = {
    "an empty cell": (
        "1000000,985000", ",985000",
        "3:21: target: the cell is empty; money is needed, such as £1,200",
    ),
    "an empty text": (
        'acute,"£1,000,000', ',"£1,000,000',
        "2:15: kind: the cell is empty; one of acute, community is needed",
    ),
    "an empty key": ("North,2025/26", "North,", "3:7: year: the cell is empty"),
    "not a number": ("985000", "n/a", "3:29: cost: expected money such as £1,200, got 'n/a'"),
    "another currency": ("£2m", "$2m", "4:25: target: this settlement is in £, and here stands $"),
    "another unit": ("1200 people", "£1200", "3:37: patients: expected people such as 1,160, got '£1200'"),
    "beyond the limits": ("92.5%", "925%", "4:40: quality: expected at least 0% and at most 100%, got 925%"),
    "beyond the limits, in the column's scale": (
        ",80,", ",800,",
        "2:45: quality: expected at least 0% and at most 100%, got 800%",
    ),
    "nothing to divide by": ("1000000,985000", "0,985000", "3:21: target: expected more than £0, got £0"),
    "a text misspelt": (
        "South,2025/26,community", "South,2025/26,comunity",
        "4:15: kind: expected acute or community, got 'comunity'; did you mean 'community'?",
    ),
    "a column misspelt": ("patients", "patient", "1:1: the column 'patients' is missing; did you mean 'patient'?"),
    "a column with a default left out": ("quality,", "score,", "1:1: the column 'quality' is missing"),
    "a row twice": ("South,2025/26", "North,2025/26", "4:1: 'North, 2025/26' is already in row 3"),
    "a cell too many": ("1200 people", "1200 people,5", "3:1: expected 7 cells as in the first line, got 8"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_message_and_place_in_the_actuals(name: str, tmp_path: Path) -> None:
    right, wrong, told = CELLS[name]
    assert GOOD.count(right) == 1
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(GOOD.replace(right, wrong), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        settle(BASE, actuals)

    assert [str(mistake).removeprefix(f"{actuals}:") for mistake in caught.value.mistakes] == [told]


def test_every_wrong_cell_is_told_at_once(tmp_path: Path) -> None:
    actuals = tmp_path / "actuals.csv"
    text = GOOD
    for name in ("an empty cell", "another currency", "beyond the limits", "beyond the limits, in the column's scale"):
        right, wrong, _ = CELLS[name]
        text = text.replace(right, wrong)
    actuals.write_text(text, encoding="utf-8")

    done = CliRunner().invoke(app, ["settle", str(BASE), "--actuals", str(actuals)])

    assert done.exit_code == 2
    places = [line.removeprefix(f"{actuals}:").split(": ")[:2] for line in done.stderr.splitlines()[:-1]]
    assert places == [["2:45", "quality"], ["3:21", "target"], ["4:25", "target"], ["4:40", "quality"]]
    assert done.stderr.splitlines()[-1] == "4 mistakes"
    assert done.stdout == ""


def test_no_rows_and_no_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text(GOOD.splitlines()[0] + "\n", encoding="utf-8")

    with pytest.raises(InputError, match="holds no row below the names of its columns"):
        settle(BASE, empty)
    with pytest.raises(InputError, match="there is no such file"):
        settle(BASE, tmp_path / "none.csv")


def test_a_cell_of_a_workbook_is_named_by_row_and_column(tmp_path: Path) -> None:
    book = tmp_path / "actuals.xlsx"
    header = GOOD.splitlines()[0].split(",")
    write_book(book, {"Actuals": [header, ["North", "2024/25", "acute", 1_000_000, "=1/0", 80, 1160]]})

    with pytest.raises(InputError) as caught:
        settle(BASE, book)

    (mistake,) = caught.value.mistakes
    assert str(mistake).startswith(f"{book}:2:5: cost: ")


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("gain / (target - target)", "'per_patient' is no finite number in this row"),
        ("where(gain / (cost - cost) > 1 / 2, 1, 2)", "'per_patient' compares something that is no finite number"),
    ],
)
def test_a_division_by_nothing_is_told_with_the_row(formula: str, told: str, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    text = BASE.read_text(encoding="utf-8").replace("gain / patients", f'"{formula} + 0 * patients / 1 person"')
    model.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        settle(model, HERE / "actuals.csv")

    assert [mistake.path for mistake in caught.value.mistakes] == ["North, 2024/25", "North, 2025/26", "South, 2025/26"]
    assert told in caught.value.mistakes[0].message
    assert caught.value.mistakes[0].span is not None
    assert caught.value.mistakes[0].span.line == 2


def test_validate_knows_a_settlement_and_run_says_what_it_is() -> None:
    right = CliRunner().invoke(app, ["validate", str(BASE)])
    wrong = CliRunner().invoke(app, ["validate", str(BAD / "term_twice.yaml"), str(BAD / "rounding_unknown.yaml")])

    assert (right.exit_code, right.stdout) == (0, f"OK {BASE}: a settlement, 2 terms\n")
    assert wrong.exit_code == 2
    with pytest.raises(InputError, match="finmodel settle reads it"):
        open_scenario(BASE)
