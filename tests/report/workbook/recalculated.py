"""A workbook read back after an independent spreadsheet program, Gnumeric, has calculated it.

Cells are found by what stands on the sheets (names of lines, headings), not by the code that placed them.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest

from finmodel.arrays import FloatArray
from finmodel.contract import Contract
from finmodel.contract.evaluate import lines_of_model, values_of_lines
from finmodel.units import POUND, REAL_POUND

SSCONVERT = shutil.which("ssconvert")
needs_gnumeric = pytest.mark.skipif(SSCONVERT is None, reason="needs Gnumeric's ssconvert (Debian package gnumeric)")
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = float | str | bool | None


def recalculated(content: bytes) -> dict[str, list[tuple[Cell, ...]]]:
    """The cells of every sheet, as Gnumeric calculates them."""
    assert SSCONVERT is not None
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(content)
        subprocess.run([SSCONVERT, "--recalc", source, target], check=True, capture_output=True)
        return cells_of(target.read_bytes())


def cells_of(content: bytes) -> dict[str, list[tuple[Cell, ...]]]:
    """The results that a file holds beside its formulas, sheet by sheet."""
    return _sheets(content, _value)


def formulas_of(content: bytes) -> dict[str, list[tuple[Cell, ...]]]:
    """The formulas of every cell, or its value where it has none."""
    return _sheets(content, lambda cell, texts: cell.findtext(f"{_NS}f") or _value(cell, texts))


def with_cells(content: bytes, amounts: Mapping[tuple[str, int, int], float]) -> bytes:
    """The file with other numbers in these cells (sheet, row, column) and nothing else, as somebody types over them."""
    parts = {f"xl/worksheets/sheet{at}.xml": name for at, name in enumerate(formulas_of(content), start=1)}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as file, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in file.namelist():
            data, sheet = file.read(part), parts.get(part)
            wanted = {place[1:]: amount for place, amount in amounts.items() if place[0] == sheet}
            if wanted:
                root = ET.fromstring(data)
                for cell in root.iter(f"{_NS}c"):
                    amount = wanted.pop(_place(cell.attrib["r"]), None)
                    if amount is not None:
                        value = cell.find(f"{_NS}v")
                        assert value is not None
                        assert cell.find(f"{_NS}f") is None, (sheet, cell.attrib["r"])
                        value.text = repr(amount)
                assert not wanted, (sheet, wanted)
                data = ET.tostring(root)
            copy.writestr(part, data)
    return out.getvalue()


def _sheets(content: bytes, read: Callable[[Element, list[str]], Cell]) -> dict[str, list[tuple[Cell, ...]]]:
    """Office Open XML as it is: a general reader takes five times as long."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        texts: list[str] = []
        if "xl/sharedStrings.xml" in file.namelist():
            items = ET.fromstring(file.read("xl/sharedStrings.xml")).iter(f"{_NS}si")
            texts = ["".join(part.text or "" for part in item.iter(f"{_NS}t")) for item in items]
        book = ET.fromstring(file.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{_NS}sheet")]
        found = {}
        for number, name in enumerate(names, start=1):
            root = ET.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            cells = {_place(cell.attrib["r"]): read(cell, texts) for cell in root.iter(f"{_NS}c")}
            height, width = (max((place[axis] for place in cells), default=-1) + 1 for axis in (0, 1))
            found[name] = [tuple(cells.get((row, column)) for column in range(width)) for row in range(height)]
        return found


def _value(cell: Element, texts: list[str]) -> Cell:
    kind, text = cell.attrib.get("t", "n"), cell.findtext(f"{_NS}v")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{_NS}t"))
    if text is None:
        return None
    if kind == "s":
        return texts[int(text)]
    return float(text) if kind == "n" else text == "1" if kind == "b" else text


def _place(cell: str) -> tuple[int, int]:
    """Row and column, from 0, of `AB12`."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


@dataclass(frozen=True)
class Found:
    """Where a line stands: its sheet, its row (from 0) and the columns (from 0) of its values."""

    sheet: str
    row: int
    columns: tuple[int, ...]


def lines_of(sheets: dict[str, list[tuple[Cell, ...]]]) -> dict[str, Found]:
    """Every line by its name: sheets that are headed Line, Name, Unit in their fifth row hold one a row."""
    found: dict[str, Found] = {}
    for title, rows in sheets.items():
        if len(rows) < 5 or rows[4][:3] != ("Line", "Name", "Unit"):
            continue
        heads = rows[4]
        once = heads.index("Unit") + 1
        last = heads.index("Source, or the formula in words")
        periods = tuple(c for c in range(once + 1, last) if heads[c] not in {"Opening", "", None})
        for at, row in enumerate(rows[5:], start=5):
            name = row[1]
            if isinstance(name, str):
                columns = (once,) if row[once] is not None else tuple(c for c in periods if row[c] is not None)
                assert name not in found, name
                found[name] = Found(title, at, columns)
    return found


ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(path for path in (ROOT / "scenarios").glob("**/*.yaml") if path.parent.name != "settlements")
every_scenario = pytest.mark.skipif(
    not os.environ.get("FINMODEL_EVERY_WORKBOOK"), reason="FINMODEL_EVERY_WORKBOOK=1 recalculates every scenario's"
)


def values_of(contract: Contract, trial: int | None = None) -> dict[str, FloatArray]:
    """What the engine makes of every line of every payment model."""
    names = dict.fromkeys(name for model in contract.models for name in lines_of_model(contract, model))
    return values_of_lines(contract, list(names), [trial])[0]


def differing(
    sheets: dict[str, list[tuple[Cell, ...]]], contract: Contract, values: Mapping[str, FloatArray]
) -> list[tuple[str, int, Cell, float]]:
    """The cells that are not the engine's value: £ within half a penny, all else within a billionth."""
    places, wrong = lines_of(sheets), []
    for name, row in values.items():
        place = places[name]
        assert len(place.columns) == len(row), name
        money = contract.sheet[name].unit in (POUND, REAL_POUND)
        for column, value in zip(place.columns, row.tolist(), strict=True):
            cell = sheets[place.sheet][place.row][column]
            allowed = 0.005 if money else 1e-9 * abs(value) + 1e-14
            if not isinstance(cell, (int, float)) or not abs(cell - value) <= allowed:
                wrong.append((name, column, cell, value))
    return wrong
