"""Workbooks made for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = Iterable[Sequence[Any]]


def write_book(path: Path, sheets: Mapping[str, Rows]) -> dict[str, Worksheet]:
    """Write a workbook; a cell is a value, or a value and its number format."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for at, row in enumerate(rows, start=1):
            for column, written in enumerate(row, start=1):
                value, form = written if isinstance(written, tuple) else (written, None)
                cell = sheet.cell(at, column, value)
                if form is not None:
                    cell.number_format = form
    book.save(path)
    return dict(zip(sheets, book.worksheets, strict=True))
