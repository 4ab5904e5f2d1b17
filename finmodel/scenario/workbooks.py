"""The cells of one sheet of an XLSX workbook as text, written as they would be in a CSV file.

A number is a number, in a percentage format a rate, in a format with a £ money. What a table cannot use (dates, errors,
formulas without a saved value) stays in its cell with the reason, which matters only where the cell is read.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.problems import no_such, one_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LARGEST = 200_000_000  # bytes unpacked
_MOST_CELLS = 1_000_000
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')  # text that a number format shows as it is
_LOCALE = re.compile(r"\[\$-[0-9A-Fa-f]+\]")
_OTHER_MONEY = re.compile(r"[$€¥]")


@dataclass(frozen=True)
class Cell:
    """The text of one cell and where it begins; `wrong` says why what stands there cannot be used."""

    text: str
    span: Span
    wrong: str = ""


@dataclass(frozen=True)
class Naming:
    """Where a scenario names a table: the places of the path and of the sheet, and the dotted path of the block."""

    path_at: Span
    sheet_at: Span
    by: str


def sheet_cells(content: bytes, file: str, sheet: str | None, naming: Naming) -> tuple[list[list[Cell]], list[Mistake]]:
    """All cells of the rows of a sheet that hold any, and what stops them from being a table."""
    values, formulas = _sheets(content, file, sheet, naming)
    size = values.max_row * values.max_column
    if size > _MOST_CELLS:
        message = f"the sheet reaches to row {values.max_row:,} and column {values.max_column:,}; a table is smaller"
        return [], [Mistake(f"{message}: delete the rows and columns beside it", Span(file, 1, 1))]
    merged = [
        Mistake(f"the cells {one.coord} are merged; a table has one value a cell", Span(file, one.min_row, one.min_col))
        for one in values.merged_cells.ranges
    ]
    rows = [
        [_cell(value, formula, file) for value, formula in zip(*pair, strict=True)]
        for pair in zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    ]
    return [row for row in rows if any(cell.text or cell.wrong for cell in row)], merged


def _sheets(content: bytes, file: str, sheet: str | None, naming: Naming) -> tuple[Worksheet, Worksheet]:
    """The sheet that is meant, once with the values that were saved and once with the formulas."""
    from openpyxl import load_workbook

    try:
        _refuse_larger(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about charts, validation rules and styles, which tables do not use
            values, formulas = (load_workbook(BytesIO(content), data_only=saved) for saved in (True, False))
    except Exception:  # noqa: BLE001  # the library raises whatever a damaged file leads it to
        message = f"{file}: the file is not an XLSX workbook that can be read (one with a password cannot)"
        raise InputError(Mistake(message, naming.path_at, naming.by)) from None
    titles = [one.title for one in values.worksheets]
    if sheet is None and len(titles) > 1:
        message = f"the workbook has several sheets: say which with sheet: {one_of(titles[:8])}"
        raise InputError(Mistake(message, naming.path_at, naming.by))
    if sheet is not None and sheet not in titles:
        message, near = no_such("sheet", sheet, titles)
        raise InputError(Mistake(message, naming.sheet_at, naming.by, near))
    at = 0 if sheet is None else titles.index(sheet)
    return values.worksheets[at], formulas.worksheets[at]


def _refuse_larger(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _LARGEST:
            raise ValueError("larger than any table when it is unpacked")


def _cell(value: Any, formula: Any, file: str) -> Cell:
    text, wrong = _text(value.value, value.data_type, value.number_format)
    if formula.data_type == "f" and value.value is None:
        wrong = "the formula has no saved value: open the file in a spreadsheet program and save it there"
    return Cell(text, Span(file, value.row, value.column), wrong)


def _text(value: Any, kind: str, number_format: str) -> tuple[str, str]:
    """The text of a value, or why there is none."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return "", "the cell holds true or false, which no table uses"
    if isinstance(value, (date, time, timedelta)):
        return "", "the cell holds a date or time; format it as text or as a number"
    if kind == "e":
        return "", f"the cell holds the error {value}"
    return _number(value, number_format) if isinstance(value, (int, float)) else (str(value).strip(), "")


def _number(value: float, number_format: str) -> tuple[str, str]:
    """A number as a person would write it: exactly the number that is stored, by the kind of its format."""
    exact = Decimal(repr(value))
    shown = _LITERALS.sub("", number_format)
    if "%" in shown:
        return f"{_plain(exact.scaleb(2))}%", ""
    if "%" in number_format:
        return "", "the % sign is only shown, and not part of the number; format the cell as a percentage"
    if "£" in number_format or "GBP" in number_format:
        return f"{'-' if exact < 0 else ''}£{_plain(abs(exact), ',')}", ""
    if _OTHER_MONEY.search(_LOCALE.sub("", number_format)):
        return "", "the cell is formatted as money other than £"
    return _plain(exact), ""


def _plain(number: Decimal, between: str = "") -> str:
    whole, point, rest = f"{number:{between}f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}{point}{rest}" if rest else whole
