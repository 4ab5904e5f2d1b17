"""What a workbook looks like inside: one formula a row, texts that stay texts, names and limits that Excel takes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import ClassVar
from xml.etree import ElementTree as ET

import pytest

from finmodel.analysis import open_for
from finmodel.contract import Contract
from finmodel.contract.evaluate import trials
from finmodel.lines import Calendar, Period, Sheet
from finmodel.report.workbook import WorkbookLimitError, workbook
from finmodel.report.workbook.cells import fitted
from finmodel.report.workbook.limits import cell_name, check_formula, sheet_name
from finmodel.units import POUND, REAL_POUND
from tests.report.workbook.recalculated import Cell, formulas_of, lines_of, needs_gnumeric, recalculated, with_cells

ROOT = Path(__file__).resolve().parents[3]
SMALL = ROOT / "scenarios" / "mechanisms" / "shared-savings.yaml"
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\d(A-Za-z_])")
_TEXT = re.compile(r"'(?:[^']|'')*'!|\"[^\"]*\"")


@pytest.fixture(scope="module")
def contract() -> Contract:
    return open_for(str(SMALL))


@pytest.fixture(scope="module")
def content(contract: Contract) -> bytes:
    return workbook(contract)


def number_of(letters: str) -> int:
    found = 0
    for letter in letters:
        found = 26 * found + ord(letter) - 64
    return found


def relative(formula: str, row: int, column: int) -> str:
    """The formula with every reference as it is seen from its cell (R1C1)."""

    def seen(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = match.groups()
        across = f"C{number_of(letters)}" if fixed_column else f"C[{number_of(letters) - column}]"
        down = f"R{digits}" if fixed_row else f"R[{int(digits) - row}]"
        return down + across

    parts, end = [], 0
    for text in _TEXT.finditer(formula):
        parts += [_CELL.sub(seen, formula[end : text.start()]), text[0]]
        end = text.end()
    return "".join([*parts, _CELL.sub(seen, formula[end:])])


def test_a_row_has_one_formula(content: bytes, contract: Contract) -> None:
    sheets = formulas_of(content)
    found = 0
    for name, place in lines_of(sheets).items():
        cells = [sheets[place.sheet][place.row][column] for column in place.columns]
        if name in contract.sheet and contract.sheet[name].is_input:
            assert all(isinstance(cell, float) for cell in cells), name
            continue
        written = [(str(cell), column) for cell, column in zip(cells, place.columns, strict=True)]
        forms = {relative(formula, place.row + 1, column + 1) for formula, column in written}
        assert len(forms) == 1, (name, forms)
        assert not any(isinstance(cell, float) for cell in cells), name
        found += 1
    assert found > 100


def test_the_test_of_rows_sees_a_formula_that_differs() -> None:
    assert relative("$D$3*E9", 12, 6) == relative("$D$3*F9", 12, 7)
    assert relative("$D$3*E9", 12, 6) != relative("$D$3*E9", 12, 7)
    assert relative("'A1 terms'!$D$3", 12, 6) == "'A1 terms'!R3C4"


@needs_gnumeric
def test_texts_of_the_scenario_never_become_formulas(tmp_path: Path) -> None:
    dangerous = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(1)", "http://example.org", "12", "{=1}", "<b>&"]
    quoted = [text.replace("'", "''") for text in dangerous]
    path = tmp_path / "texts.yaml"
    path.write_text(
        f"extends: {Path(*(['..'] * len(tmp_path.parts[1:])), *SMALL.parts[1:])}\n"
        f"finmodel: 1\nname: texts\ntitle: '{quoted[0]}'\ndescription: '{quoted[1]}'\n"
        f"parties: {{commissioners: {{north: {{label: '{quoted[2]}'}}, south: {{label: '{quoted[3]}'}}}}}}\n"
        f"services: {{emergency: {{label: '{quoted[4]}'}}, elective: {{label: '{quoted[5]}'}}}}\n"
        f"payment_models: {{shared_savings: {{label: '{quoted[6]}'}}}}\n"
        f"sources: {{services.emergency.pool: '{quoted[7]}'}}\n",
        encoding="utf-8",
    )
    content = workbook(open_for(str(path)))
    shown = {cell for rows in recalculated(content).values() for row in rows for cell in row if isinstance(cell, str)}
    for text in dangerous:
        assert any(text in cell for cell in shown), text
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        links = [name for name in file.namelist() if "externalLink" in name]
        targets = [
            relation.attrib["Target"]
            for name in file.namelist()
            if name.endswith(".rels")
            for relation in ET.fromstring(file.read(name))
            if relation.attrib.get("TargetMode") == "External"
        ]
    assert (links, targets) == ([], [])
    for rows in formulas_of(content).values():
        for row in rows:
            assert not any(isinstance(cell, str) and cell.startswith("HYPERLINK(") for cell in row)


CHANGES: list[tuple[str, str, float]] = [
    ("savings.stranded=50%", "savings.stranded", 0.5),
    ("contract_register.variable_cost=80%", "contract_register.variable_cost", 0.8),
    ("parties.integrator.running_cost=£0.7m", "parties.integrator.running_cost", 700_000.0),
]


@needs_gnumeric
@pytest.mark.parametrize(("setting", "line", "amount"), CHANGES)
def test_changing_an_input_there_is_setting_it_here(content: bytes, setting: str, line: str, amount: float) -> None:
    sheets = formulas_of(content)
    place = lines_of(sheets)[line]
    changed = recalculated(with_cells(content, {(place.sheet, place.row, place.columns[0]): amount}))
    again = open_for(str(SMALL), (setting,))
    for model in again.models:
        for name, values in trials(again, model, [None])[0].values.items():
            found = lines_of(changed)[name]
            cells: list[Cell] = [changed[found.sheet][found.row][column] for column in found.columns]
            money = again.sheet[name].unit in (POUND, REAL_POUND)
            assert cells == pytest.approx(list(values), rel=1e-9, abs=0.005 if money else 1e-15), name
    assert str(changed["Checks"][4][0]).startswith("CHANGED: 1 input"), changed["Checks"][4][0]


def test_the_same_command_writes_the_same_bytes(contract: Contract, content: bytes) -> None:
    assert workbook(contract) == content


def test_single_values_have_names(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        book = ET.fromstring(file.read("xl/workbook.xml"))
    names = {
        name.attrib["name"]: name.text
        for name in book.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}definedName")
    }
    assert names["savings.stranded"].startswith("Inputs!$D$")
    assert names["all_checks"] == "Checks!$A$5"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("share_of[cancer.CCG1]", "share_of_cancer.CCG1"),
        ("CCG1", "CCG1_"),
        ("xfd12", "xfd12_"),
        ("r", "r_"),
        ("R2C3", "R2C3_"),
        ("TRUE", "TRUE_"),
        ("2nd", "_2nd"),
        ("[]", "_"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_of_cells_are_those_that_excel_takes(text: str, name: str) -> None:
    assert cell_name(text, set()) == name


def test_names_are_unlike_whatever_their_case() -> None:
    taken: set[str] = set()
    assert [cell_name(text, taken) for text in ("a[b]", "A_b", "a.b", "a_b")] == ["a_b", "A_b_2", "a.b", "a_b_3"]
    sheets: set[str] = set()
    long = "A payment model with a long name terms"
    assert sheet_name(long, sheets) == long[:31].rstrip()
    assert sheet_name(long.upper(), sheets) == f"{long[:29].rstrip().upper()} 2"
    assert sheet_name("a/b:[c]?*\\'", sheets) == "a b c"
    assert sheet_name("History", sheets) != "History"


def test_excels_limits_of_a_formula_are_asserted() -> None:
    assert check_formula("=" + "+".join(["A1"] * 2000), "") != ""
    with pytest.raises(WorkbookLimitError, match="8192"):
        check_formula("=" + "+".join(["A1"] * 2800), "there")
    assert check_formula(f"=MAX({','.join(['1'] * 255)})", "") != ""
    with pytest.raises(WorkbookLimitError, match="there: a function of more than 255"):
        check_formula(f"=MAX({','.join(['1'] * 256)})", "there")
    assert check_formula("=" + "(" * 64 + "1" + ")" * 64, "") != ""
    with pytest.raises(WorkbookLimitError, match="64"):
        check_formula("=" + "(" * 65 + "1" + ")" * 65, "there")
    assert check_formula("='a,(b'!A1&\"((((,\"", "") != ""


def test_a_sum_of_thousands_and_a_deep_formula_fit_cells_and_keep_their_value() -> None:
    from datetime import date

    from finmodel.lines import BoundPlan, compile_plan, maximum, where
    from finmodel.units import PURE

    sheet = Sheet()
    parts = [sheet.given(f"part[{at}]", 1.0 + at, PURE) * 2 for at in range(3000)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    sheet.add("total", total)
    deep = sheet.ref("total")
    for at in range(200):
        deep = where(deep > at, maximum(deep - 1, at), deep * 2)
        if at % 10 == 9:
            deep = sheet.add(f"step[{at}]", deep)
    sheet.add("deep", deep)
    made = fitted(sheet, sheet.names)
    assert len(made) > len(sheet)

    calendar = Calendar(date(2016, 4, 1), 1)
    outputs = [(name, (1,)) for name in ("total", "deep")]
    values = [BoundPlan(compile_plan(one, calendar, outputs), NoDraws(), 1).run(0)[:, 0] for one in (sheet, made)]
    assert list(values[0]) == list(values[1])
    assert all(line.period is Period.ONCE for line in made)


class NoDraws:
    values: ClassVar[dict[str, object]] = {}

    def start_block(self, block: int) -> None: ...

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None: ...
