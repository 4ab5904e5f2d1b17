"""Actual figures for a settlement: a CSV or XLSX table, one row a settlement; every wrong cell told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.scenario.files import TextFile
from finmodel.scenario.grids import Cell, Grid, Grids, Naming
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.settlement import Settlement, SettlementInput

ACTUALS = "--actuals"


@dataclass(frozen=True)
class ActualRow:
    """One row. `line` is its line in the file; `key` the texts that name it; `amounts` and `texts` by input.

    `given` holds the inputs whose cell was filled: the others have their default.
    """

    line: int
    key: tuple[str, ...]
    amounts: Mapping[str, float]
    texts: Mapping[str, str]
    given: frozenset[str]


@dataclass(frozen=True)
class Actuals:
    """The rows, the file they come from, and the columns that nothing reads."""

    file: TextFile
    rows: tuple[ActualRow, ...]
    unread: tuple[str, ...]


def read_actuals(settlement: Settlement, path: Path, sheet: str | None = None) -> Actuals:
    """The actual figures. InputError names every wrong or missing cell by row and column."""
    place = Span(str(path), 1, 1)
    grid = Grids().open(path, sheet, Naming(place, place, ACTUALS))
    reader = _Reader(settlement, grid)
    reader.check_columns()
    rows = [] if reader.mistakes else [reader.row(cells) for cells in grid.rows]
    if not rows and not grid.mistakes and not reader.mistakes:
        reader.mistakes.append(Mistake("the table holds no row below the names of its columns", place))
    mistakes = [*grid.mistakes, *reader.mistakes]
    if mistakes:
        raise InputError(sorted(mistakes, key=lambda one: one.span or place))
    used = {*settlement.key, *reader.columns.values()}
    return Actuals(grid.file, tuple(rows), tuple(name for name in grid.columns if name not in used))


class _Reader:
    def __init__(self, settlement: Settlement, grid: Grid) -> None:
        self.settlement, self.grid = settlement, grid
        self.columns = {name: one.column or name for name, one in settlement.inputs.items()}
        self.mistakes: list[Mistake] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def check_columns(self) -> None:
        """Every column that is read must be there, those with a default too: a misspelt one is not left out quietly."""
        there = self.grid.columns
        start = self.grid.header[0].span if self.grid.header else Span(self.grid.file.name, 1, 1)
        for column in dict.fromkeys([*self.settlement.key, *self.columns.values()]):
            if column not in there and not any(one.wrong for one in self.grid.header):
                near = nearest(column, [name for name in there if name not in self.columns.values()])
                self.mistakes.append(Mistake(f"the column '{column}' is missing", start, "", near))

    def row(self, cells: Mapping[str, Cell]) -> ActualRow:
        """One row, as far as its cells are right."""
        line = next(iter(cells.values())).span.line
        key = tuple(self._key(cells[column], column) for column in self.settlement.key)
        if all(key):
            first = self._seen.setdefault(key, line)
            if first != line:
                self._refuse(f"'{', '.join(key)}' is already in row {first}", cells[self.settlement.key[0]], "")
        amounts: dict[str, float] = {}
        texts: dict[str, str] = {}
        given = set()
        for name, one in self.settlement.inputs.items():
            cell = cells[self.columns[name]]
            if cell.text or cell.wrong:
                given.add(name)
            try:
                if one.unit is not None:
                    amounts[name] = _amount(cell, one)
                else:
                    texts[name] = _text(cell, one)
            except Problem as problem:
                self._refuse(problem.message, cell, self.columns[name], problem.suggestion)
        return ActualRow(line, key, amounts, texts, frozenset(given))

    def _key(self, cell: Cell, column: str) -> str:
        if cell.wrong or not cell.text:
            self._refuse(cell.wrong or "the cell is empty", cell, column)
        return cell.text

    def _refuse(self, message: str, cell: Cell, column: str, near: str | None = None) -> None:
        self.mistakes.append(Mistake(message, cell.span, column, near))


def _amount(cell: Cell, one: SettlementInput) -> float:
    assert one.unit is not None
    if cell.wrong:
        raise Problem(cell.wrong)
    if cell.text:
        return one.hold(one.unit.amount(cell.text, bare=True, scale=one.scale))
    if one.default is None:
        raise Problem(f"the cell is empty; {one.unit.expects.replace('such as', 'is needed, such as')}")
    return float(one.default)


def _text(cell: Cell, one: SettlementInput) -> str:
    assert one.values is not None
    if cell.wrong:
        raise Problem(cell.wrong)
    if not cell.text:
        if one.default is None:
            raise Problem(f"the cell is empty; one of {', '.join(one.values)} is needed")
        return str(one.default)
    if cell.text not in one.values:
        message = f"expected {one_of(one.values)}, got {shown(cell.text)}"
        raise Problem(message, suggestion=nearest(cell.text, one.values))
    return cell.text
