"""The register as CSV, XLSX and JSON: read back by other programs it is the same, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from finmodel.analysis import AssumptionsRegister, assumptions_register, open_for
from finmodel.report import register_to_json, write_register
from finmodel.report.register_files import COLUMNS, Cell, guarded, rows

FLAGSHIP = Path(__file__).resolve().parents[2] / "scenarios" / "staffordshire.yaml"
EVIL = ["=1+1", "+2", "-0.5pp", "@SUM(A1)", "\tx", "'quoted", '=HYPERLINK("http://x")', "http://example.org", "1e5"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def register() -> AssumptionsRegister:
    """The flagship's, with notes that a spreadsheet could take for formulas."""
    found = assumptions_register(open_for(str(FLAGSHIP)))
    evil = [replace(entry, note=text) for entry, text in zip(found.entries, EVIL, strict=False)]
    return replace(found, entries=(*evil, *found.entries[len(EVIL) :]))


def test_csv_reads_back_equal(register: AssumptionsRegister, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    write_register(path, register, register.entries)
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *found = csv.reader(file)

    assert tuple(heading) == COLUMNS
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in found for cell in row)
    expected = [[row[column] for column in COLUMNS] for row in rows(register, register.entries)]
    assert [
        [as_read(text, cell) for text, cell in zip(*both, strict=True)] for both in zip(found, expected, strict=True)
    ] == (expected)


def as_read(text: str, like: Cell) -> Cell:
    """A cell of CSV in the type that it was; an apostrophe in front is taken off."""
    if like is None:
        assert text == ""
        return None
    return text.removeprefix("'") if isinstance(like, str) else type(like)(text)


@pytest.mark.parametrize("text", EVIL[:7])
def test_a_text_like_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_numbers_and_plain_text_are_not_guarded() -> None:
    assert [guarded(cell) for cell in (-0.5, "2.5%", None, "a = b")] == [-0.5, "2.5%", None, "a = b"]


def read_xlsx(path: Path) -> dict[str, list[dict[int, str | float | None]]]:
    """Sheet -> rows, from the XML itself."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [sheet.attrib["name"] for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        sheets = {}
        for at, name in enumerate(names, start=1):
            root = ET.fromstring(book.read(f"xl/worksheets/sheet{at}.xml"))
            assert not list(root.iter(f"{MAIN}f")), "a formula"
            assert not list(root.iter(f"{MAIN}hyperlink")), "a link"
            sheets[name] = [{column(cell): value(cell, shared) for cell in row} for row in root.iter(f"{MAIN}row")]
    return sheets


def column(cell: ET.Element) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in cell.attrib["r"].rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def value(cell: ET.Element, shared: list[str]) -> str | float | None:
    found = cell.find(f"{MAIN}v")
    if found is None or found.text is None:
        return None
    return shared[int(found.text)] if cell.attrib.get("t") == "s" else float(found.text)


def test_xlsx_reads_back_equal(register: AssumptionsRegister, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_register(path, register, register.entries)
    sheets = read_xlsx(path)
    heading, *found = sheets["Register"]

    assert list(sheets) == ["Register", "No source", "Not used"]
    assert [str(heading[at]).lower().replace(" ", "_") for at in range(len(COLUMNS))] == list(COLUMNS)
    expected = [[row[column] for column in COLUMNS] for row in rows(register, register.entries)]
    assert found == [
        {at: close(cell) if isinstance(cell, float) else cell for at, cell in enumerate(row) if cell is not None}
        for row in expected
    ]


def close(number: float) -> object:
    """Equal in the sixteen digits that a workbook keeps."""
    return pytest.approx(number, rel=1e-15, abs=0)


def test_json_reads_back_equal(register: AssumptionsRegister, tmp_path: Path) -> None:
    path = tmp_path / "register.json"
    write_register(path, register, register.entries)
    found = json.loads(path.read_text(encoding="utf-8"))

    assert found == register_to_json(register, register.entries)
    assert [one["path"] for one in found["numbers"]] == [entry.number.path for entry in register.entries]
    inflation = next(one for one in found["numbers"] if one["assumption"] == "nhs_cost_inflation")
    assert [p["mean"] for p in inflation["percentiles"]][:2] == [0.031, 0.023]
    assert inflation["payment_models"] == list(register.all_models)


def test_nothing_is_left_beside_the_file(register: AssumptionsRegister, tmp_path: Path) -> None:
    write_register(tmp_path / "register.csv", register, register.entries[:1])

    assert [path.name for path in tmp_path.iterdir()] == ["register.csv"]
    assert len(list(csv.reader(io.StringIO((tmp_path / "register.csv").read_text(encoding="utf-8-sig"))))) == 2
