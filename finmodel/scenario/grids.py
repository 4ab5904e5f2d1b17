"""Tables beside a scenario: CSV or XLSX -> named columns and rows of cells, each with its place.

The first row that holds anything names the columns; empty rows count for nothing. In a CSV file the place of a cell is
its line and the character where it begins, in a workbook its row and column.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.files import TextFile, read_bytes, read_text
from finmodel.scenario.problems import Problem
from finmodel.scenario.workbooks import Cell, Naming, sheet_cells

__all__ = ["Cell", "Grid", "Grids", "Naming", "cells_of"]

_WORKBOOKS = (".xlsx", ".xlsm")
_NOT_READ = (".xls", ".xlsb", ".ods", ".numbers")


@dataclass(frozen=True)
class Grid:
    """One table. `rows` are those without a mistake of form, and none where the header has one."""

    file: TextFile
    header: tuple[Cell, ...]
    rows: tuple[dict[str, Cell], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [cell.text for cell in self.header]


class Grids:
    """The tables that a scenario names, each read once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Path, str | None], Grid] = {}

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files that were read, in the order in which they were first named."""
        return tuple({grid.file.name: grid.file for grid in self._found.values()}.values())

    def open(self, path: Path, sheet: str | None, naming: Naming) -> Grid:
        """The table in a file, in a workbook on a sheet. InputError where there is none at all."""
        key = (path, sheet)
        if key not in self._found:
            self._found[key] = _read(path, sheet, naming)
        return self._found[key]


def _read(path: Path, sheet: str | None, naming: Naming) -> Grid:
    suffix = path.suffix.lower()
    if suffix in _NOT_READ:
        message = f"{path.name}: files of this kind are not read; save it as XLSX or CSV"
        raise InputError(Mistake(message, naming.path_at, naming.by))
    if suffix in _WORKBOOKS:
        file, content = read_bytes(path, named_at=naming.path_at, named_by=naming.by)
        return _grid(file, *sheet_cells(content, file.name, sheet, naming))
    if sheet is not None:
        message = f"{path.name} is not an XLSX file: only these have sheets"
        raise InputError(Mistake(message, naming.sheet_at, naming.by))
    file = read_text(path, named_at=naming.path_at, named_by=naming.by)
    return _grid(file, *_lines(file))


def _lines(file: TextFile) -> tuple[list[list[Cell]], list[Mistake]]:
    """The lines of a CSV file that hold anything."""
    found: list[list[Cell]] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(file.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = cells_of(line, file.name, number)
        except Problem as problem:
            mistakes.append(Mistake(problem.message, Span(file.name, number, 1)))
            if not found:  # without the names of its columns nothing of the table can be read
                break
            continue
        if found and len(cells) != len(found[0]):
            message = f"expected {len(found[0])} cells as in the first line, got {len(cells)}"
            mistakes.append(Mistake(message, cells[0].span))
            continue
        found.append(cells)
    return found, mistakes


def _grid(file: TextFile, lines: Sequence[Sequence[Cell]], mistakes: list[Mistake]) -> Grid:
    """Lines of cells, all of one length, as a table."""
    if not lines:
        return Grid(file, (), (), tuple(mistakes))
    first, *others = lines
    named = [at for at, cell in enumerate(first) if cell.text or cell.wrong]
    header = tuple(first[at] for at in named)
    broken = _of_header(header)
    mistakes = [*mistakes, *broken]
    rows: list[dict[str, Cell]] = []
    for cells in others:
        beside = [cell for at, cell in enumerate(cells) if at not in named and (cell.text or cell.wrong)]
        if beside:
            mistakes.append(Mistake("this cell stands in a column without a name", beside[0].span))
        else:
            rows.append({first[at].text: cells[at] for at in named})
    return Grid(file, header, () if broken else tuple(rows), tuple(mistakes))


def _of_header(header: Sequence[Cell]) -> list[Mistake]:
    found: list[Mistake] = []
    seen: set[str] = set()
    for cell in header:
        if cell.wrong:
            found.append(Mistake(cell.wrong, cell.span))
        elif cell.text in seen:
            found.append(Mistake(f"the column '{cell.text}' stands here twice", cell.span))
        seen.add(cell.text)
    return found


def cells_of(line: str, file: str, number: int) -> list[Cell]:
    """The cells of one line of CSV, each with the column where it begins; Problem where the quotes do not match."""
    starts, quoted = [1], False
    for column, character in enumerate(line, start=1):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            starts.append(column + 1)
    if quoted:
        raise Problem("a quotation is not closed on this line")
    try:
        texts = next(csv.reader([line], strict=True, skipinitialspace=True))
    except csv.Error:
        raise Problem("the quotation marks on this line do not match") from None
    if len(texts) != len(starts):
        raise Problem("a cell in quotes must begin with its quotation mark")
    leads = [len(part) - len(part.lstrip(" ")) for part in (line[start - 1 :] for start in starts)]
    return [
        Cell(text.strip(), Span(file, number, start + lead))
        for text, start, lead in zip(texts, starts, leads, strict=True)
    ]
