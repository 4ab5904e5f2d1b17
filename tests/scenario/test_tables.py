"""Tables read as the lists that a person would type; what no table can hold is told with its row and column."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from finmodel.errors import InputError
from finmodel.scenario import ByYear, Scenario, Uncertain, load
from tests.scenario.books import write_book
from tests.scenario.kinds import KINDS

BAD = Path(__file__).resolve().parents[1] / "bad_scenarios"
CPI = ["0%", "1.1%", "1.2%", "1.3%"]


def read(folder: Path, text: str, overrides: tuple[str, ...] = ()) -> Scenario:
    """A scenario over the small one, written to a folder."""
    for name in ("base.yaml", "register.csv"):
        shutil.copy(BAD / name, folder / name)
    (folder / "own.yaml").write_text(f"extends: base.yaml\nname: own\n{text}\n", encoding="utf-8")
    return load(folder / "own.yaml", KINDS, overrides)


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def tariff(block: str) -> str:
    return f"indices: {{tariff: {{change: {block}}}}}"


def change(scenario: Scenario) -> tuple[float, ...]:
    value = scenario.indices["tariff"].change
    assert isinstance(value, ByYear)
    return value.amounts


TYPED = (0.0, 0.011, 0.012, 0.013)


@pytest.mark.parametrize(
    "years",
    [
        ("1", "2", "3", "4"),
        ("2016/17", "2017/18", "2018/19", "2019/20"),
        ("2016-17", "2017-18", "2018–19", "2019-20"),
        ("4", "3", "2", "1"),
    ],
)
def test_rows_are_matched_by_year(tmp_path: Path, years: tuple[str, ...]) -> None:
    cells = dict(zip(sorted(years), CPI, strict=True))
    rows = "".join(f"{year},{cells[year]}\n" for year in years)
    (tmp_path / "t.csv").write_text(f"year,cpi\n{rows}", encoding="utf-8")
    assert change(read(tmp_path, tariff("{table: t.csv, column: cpi}"))) == TYPED


@pytest.mark.parametrize(
    ("start", "first"), [("2016-04-01", 2016), ("2017-03-01", 2016), ("2016-12-31", 2016), ("2017-04-01", 2017)]
)
def test_a_financial_year_is_the_contract_year_that_begins_in_it(tmp_path: Path, start: str, first: int) -> None:
    years = "".join(f"{year}/{(year + 1) % 100:02d},{year}\n" for year in range(first - 2, first + 7))
    (tmp_path / "t.csv").write_text(f"year,people\n{years}", encoding="utf-8")
    text = (
        f"contract: {{start: {start}}}\n"
        "outcomes: {lung_survival: {cohort: {replace: true, people: {table: t.csv, column: people}}}}"
    )
    people = read(tmp_path, text).outcomes["lung_survival"].cohort.people
    assert isinstance(people, ByYear)
    assert people.amounts == tuple(float(year) for year in range(first, first + 4))


def test_rows_of_one_commissioner_are_chosen(tmp_path: Path) -> None:
    shutil.copy(BAD / "table_areas.csv", tmp_path)
    block = "{table: table_areas.csv, column: cpi, rows: {area: %s}}"
    assert change(read(tmp_path, tariff(block % "north"))) == TYPED
    assert change(read(tmp_path, tariff(block % "south"))) == (0.01, *TYPED[1:])


def test_lists_of_outcomes_are_the_rows_in_order_whatever_their_year(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("year,rise,chance\n2011,1%,20%\n2012,3%,50%\n2012,2%,30%\n", encoding="utf-8")
    column = "{table: t.csv, column: %s}"
    block = f"{{discrete: {{values: {column % 'rise'}, probabilities: {column % 'chance'}}}}}"
    value = read(tmp_path, tariff(block)).indices["tariff"].change
    assert isinstance(value, Uncertain)
    assert value.parameters == {"values": (0.01, 0.03, 0.02), "probabilities": (0.2, 0.5, 0.3)}


def test_a_parameter_of_a_distribution_by_year(tmp_path: Path) -> None:
    shutil.copy(BAD / "table_prices.csv", tmp_path)
    block = "{normal: [{table: table_prices.csv, column: cpi}, 1%], vary: yearly}"
    value = read(tmp_path, tariff(block)).indices["tariff"].change
    assert isinstance(value, Uncertain)
    assert value.parameters == {"mean": TYPED, "sd": 0.01}


def test_a_table_lies_beside_the_file_that_names_it_and_is_kept(tmp_path: Path) -> None:
    below = tmp_path / "library"
    below.mkdir()
    (below / "prices.csv").write_text("year,cpi\n1,0%\n2,1.1%\n3,1.2%\n4,1.3%\n", encoding="utf-8")
    (below / "part.yaml").write_text(tariff("{table: prices.csv, column: cpi}") + "\n", encoding="utf-8")
    for name in ("base.yaml", "register.csv"):
        shutil.copy(BAD / name, tmp_path / name)
    (tmp_path / "own.yaml").write_text("extends: [base.yaml, library/part.yaml]\nname: own\n", encoding="utf-8")
    scenario = load(tmp_path / "own.yaml", KINDS)
    assert change(scenario) == TYPED
    assert [file.path.name for file in scenario.files][-2:] == ["prices.csv", "register.csv"]
    assert scenario.span("indices.tariff.change.1").line == 3
    assert scenario.span("indices.tariff.change.1").file == str(below / "prices.csv")


def test_an_override_names_a_table_beside_the_scenario(tmp_path: Path) -> None:
    shutil.copy(BAD / "table_prices.csv", tmp_path)
    overrides = ("indices.tariff.change={table: table_prices.csv, column: cpi}",)
    assert change(read(tmp_path, "title: Own", overrides)) == TYPED


def test_a_table_of_no_use_is_one_mistake_even_where_the_contract_has_one(tmp_path: Path) -> None:
    shutil.copy(BAD / "table_prices.csv", tmp_path)
    text = tariff("{table: table_prices.csv, column: cpi}")
    assert told(tmp_path, f"contract: {{years: many}}\n{text}") == [
        "own.yaml:3:19: contract.years: expected a whole number from 1 to 30, got 'many'"
    ]
    assert told(tmp_path, f"contract: {{start: 2016-13-01}}\n{text}") == [
        "own.yaml:3:19: contract.start: there is no such day as '2016-13-01'"
    ]


def test_a_file_that_is_no_text_and_one_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"year,cpi\n1,\xa33\n")
    (tmp_path / "t.ods").write_bytes(b"PK")
    block = "{table: %s, column: cpi}"
    assert told(tmp_path, tariff(block % "t.csv")) == [
        "t.csv:2:3: indices.tariff.change: the file is not UTF-8 text; save it as UTF-8"
    ]
    assert told(tmp_path, tariff(block % "t.ods")) == [
        "own.yaml:3:36: indices.tariff.change: t.ods: files of this kind are not read; save it as XLSX or CSV"
    ]


# Workbooks

PERCENT, POUNDS = "0.0%", "[$£-809]#,##0"
SHEET = [("year", "cpi"), (1, (0.0, PERCENT)), (2, (0.011, PERCENT)), (3, (0.012, PERCENT)), (4, (0.013, PERCENT))]
BLOCK = "{table: t.xlsx, sheet: CPI, column: cpi}"


def with_cell(row: int, column: int, written: Any) -> list[list[Any]]:
    rows = [list(line) for line in SHEET]
    rows[row - 1][column - 1 :] = [written, *rows[row - 1][column:]]
    return rows


def test_a_sheet_reads_as_the_list(tmp_path: Path) -> None:
    beside = [*with_cell(2, 3, "a note"), [], [None, None]]
    beside[0].append("note")
    write_book(tmp_path / "t.xlsx", {"Notes": [["prices below"]], "CPI": beside})
    assert change(read(tmp_path, tariff(BLOCK))) == TYPED


def test_the_only_sheet_needs_no_name_and_the_table_may_start_lower(tmp_path: Path) -> None:
    write_book(tmp_path / "t.xlsx", {"CPI": [[], *([None, *row] for row in SHEET)]})
    assert change(read(tmp_path, tariff("{table: t.xlsx, column: cpi}"))) == TYPED


def test_money_is_what_its_format_says(tmp_path: Path) -> None:
    rows = [("year", "cost"), *((year, (100_000.5 * year, POUNDS)) for year in range(1, 5))]
    write_book(tmp_path / "t.xlsx", {"CPI": rows})
    text = "parties: {integrator: {running_cost: {table: t.xlsx, column: cost}}}"
    integrator = read(tmp_path, text).parties.integrator
    assert integrator is not None
    assert isinstance(integrator.running_cost, ByYear)
    assert integrator.running_cost.amounts == tuple(100_000.5 * year for year in range(1, 5))
    write_book(tmp_path / "t.xlsx", {"CPI": [("year", "cost"), *((year, 1000) for year in range(1, 5))]})
    assert told(tmp_path, text) == [
        "t.xlsx:2:2: parties.integrator.running_cost.0: expected an amount of money such as £687m, got '1000'"
    ]


@settings(max_examples=20)
@given(st.lists(st.floats(-0.9, 9, allow_nan=False), min_size=4, max_size=4), st.sampled_from([PERCENT, "General"]))
def test_a_number_of_a_workbook_is_read_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, rates: list[float], form: str
) -> None:
    folder = tmp_path_factory.mktemp("book")
    rates = [rate if form == PERCENT or abs(rate) <= 1 else rate / 10 for rate in rates]
    rates = [0.0 if abs(rate) < 1e-30 else float(f"{rate:.15g}") for rate in rates]  # as spreadsheets keep numbers
    rows = [("year", "cpi"), *((year, (rate, form)) for year, rate in enumerate(rates, start=1))]
    write_book(folder / "t.xlsx", {"CPI": rows})
    assert change(read(folder, tariff(BLOCK))) == tuple(rates)


HERE = "indices.tariff.change"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            (4, 2, "=B3+0.1%"),
            "t.xlsx:4:2: {}.2: the formula has no saved value: open the file in a spreadsheet program",
        ),
        ((4, 2, "#REF!"), "t.xlsx:4:2: {}.2: the cell holds the error #REF!"),
        ((4, 2, dt.date(2016, 4, 1)), "t.xlsx:4:2: {}.2: the cell holds a date or time"),
        ((4, 2, True), "t.xlsx:4:2: {}.2: the cell holds true or false"),
        ((4, 2, None), "t.xlsx:4:2: {}.2: the cell is empty"),
        ((4, 2, (1.2, '0.0"%"')), "t.xlsx:4:2: {}.2: the % sign is only shown"),
        ((4, 2, (1.2, "[$€-2]#,##0")), "t.xlsx:4:2: {}.2: the cell is formatted as money other than £"),
        ((4, 2, (0.5, POUNDS)), "t.xlsx:4:2: {}.2: expected a rate such as 3.5%, got '£0.5'"),
        ((4, 2, 1.2), "t.xlsx:4:2: {}.2: expected a rate such as 3.5%, got '1.2': write 1.2% or 120%"),
        ((4, 1, dt.date(2018, 4, 1)), "t.xlsx:4:1: {}: the cell holds a date or time"),
        ((4, 1, 2018), "t.xlsx:4:1: {}: expected a contract year from 1 to 4 or a financial year such as 2016/17"),
        ((4, 1, 2), "t.xlsx:4:1: {}: contract year 2 (2017/18) is already in row 3"),
        ((1, 1, "Year"), "t.xlsx:1:1: {}: the column 'year' is missing"),
        ((1, 1, None), "t.xlsx:2:1: this cell stands in a column without a name"),
        ((1, 1, "cpi"), "t.xlsx:1:2: the column 'cpi' stands here twice"),
        ((1, 3, "#N/A"), "t.xlsx:1:3: the cell holds the error #N/A"),
        ((3, 3, "sure?"), "t.xlsx:3:3: this cell stands in a column without a name"),
    ],
)
def test_one_wrong_cell(tmp_path: Path, cell: tuple[int, int, Any], message: str) -> None:
    write_book(tmp_path / "t.xlsx", {"CPI": with_cell(*cell)})
    first = told(tmp_path, tariff(BLOCK))[0]
    assert first.startswith(message.format(HERE))


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{table: t.xlsx, column: cpi}", "own.yaml:3:36: {}: the workbook has several sheets: say which with sheet:"),
        ("{table: t.xlsx, sheet: CPJ, column: cpi}", "own.yaml:3:51: {}: there is no sheet 'CPJ'; did you mean 'CPI'?"),
        ("{table: t.xlsx, sheet: CPI, column: cpj}", "own.yaml:3:64: {}: there is no column 'cpj' in t.xlsx; did you"),
        ("{table: u.xlsx, sheet: CPI, column: cpi}", "own.yaml:3:36: {}: u.xlsx: there is no such file"),
        ("{table: bad.xlsx, column: cpi}", "own.yaml:3:36: {}: bad.xlsx: the file is not an XLSX workbook"),
        ("{table: t.xlsx, sheet: RPI, column: cpi}", "t.xlsx:1:1: {}: the table holds no row below the names"),
    ],
)  # fmt: skip
def test_one_wrong_word_about_a_workbook(tmp_path: Path, block: str, message: str) -> None:
    write_book(tmp_path / "t.xlsx", {"CPI": SHEET, "RPI": [["year", "cpi"]]})
    (tmp_path / "bad.xlsx").write_bytes(b"year,cpi\n")
    (first,) = told(tmp_path, tariff(block))
    assert first.removeprefix(f"{tmp_path}/").replace(f"{tmp_path}/", "").startswith(message.format(HERE))


def test_merged_cells_and_a_sheet_beyond_all_bounds(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_book(path, {"CPI": SHEET})
    book = load_workbook(path)
    book["CPI"].merge_cells("A3:A4")
    book.save(path)
    assert told(tmp_path, tariff(BLOCK)) == ["t.xlsx:3:1: the cells A3:A4 are merged; a table has one value a cell"]
    write_book(path, {"CPI": SHEET})
    book = load_workbook(path)
    book["CPI"].cell(1_048_576, 3, "far")
    book.save(path)
    assert "t.xlsx:1:1: the sheet reaches to row 1,048,576" in told(tmp_path, tariff(BLOCK))[0]


def test_a_saved_value_of_a_formula_is_read(tmp_path: Path) -> None:
    """As a spreadsheet program saves it: formula and value side by side in the sheet's XML."""
    import zipfile

    path, saved = tmp_path / "t.xlsx", tmp_path / "saved.xlsx"
    write_book(path, {"CPI": with_cell(4, 2, ("=0.011+0.001", PERCENT))})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert b"<v></v>" in content or b"<v />" in content or b"<v/>" in content
                for empty in (b"<v></v>", b"<v />", b"<v/>"):
                    content = content.replace(empty, b"<v>0.012</v>")
            new.writestr(part, content)
    saved.replace(path)
    assert change(read(tmp_path, tariff(BLOCK))) == TYPED
