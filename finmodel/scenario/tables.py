"""Lists that stand in a table beside the scenario: `{table: inflation.csv, column: cpi}` becomes the column's cells.

Before anything is checked each such block is replaced by a list of the cells' text, and the places of the entries are
those of the cells: every later mistake names the table's file, row and column.

change: {table: inflation.csv, column: cpi}                       # one row a contract year, matched by the column year
growth: {table: growth.xlsx, sheet: CCGs, column: growth, rows: {commissioner: north}}
claim: {empirical: {table: claims.csv, column: paid}}             # outcomes in the order of the rows
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.scenario.document import dotted, part_at
from finmodel.scenario.files import TextFile
from finmodel.scenario.grids import Cell, Grid, Grids, Naming
from finmodel.scenario.positions import Path, Positions
from finmodel.scenario.problems import Problem, no_such, one_of, shown

TABLE, SHEET, COLUMN, ROWS, YEAR = "table", "sheet", "column", "rows", "year"
_KEYS = (TABLE, SHEET, COLUMN, ROWS)
_EXPECTED = {TABLE: "the path of a CSV or XLSX file", SHEET: "the name of a sheet", COLUMN: "the name of a column"}
_BY_OUTCOME = ("empirical", "discrete")  # their lists are outcomes, not years
_NO_TABLES = (("sources",), ("known_on",), ("contract", "phases"))  # their keys are names, of which 'table' may be one
_CONTRACT_YEAR = re.compile(r"[0-9]{1,2}")
_FINANCIAL_YEAR = re.compile(r"([0-9]{4})[/–-]([0-9]{2})")


@dataclass
class Tables:
    """What became of the tables: the files read, what is wrong with them, and the blocks that could not be replaced."""

    grids: Grids = field(default_factory=Grids)
    mistakes: list[Mistake] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The tables' files."""
        return self.grids.files

    def others(self, mistakes: Sequence[Mistake]) -> list[Mistake]:
        """Mistakes without those that only tell that a table could not be read."""
        return [one for one in mistakes if not any(f"{one.path}.".startswith(f"{path}.") for path in self.unread)]


def expand_tables(data: Any, positions: Positions, folder_of: Callable[[Span], FilePath]) -> Tables:
    """Replace every table in `data` by its cells, in place; `folder_of` a block's place is the folder of its paths."""
    tables = Tables()
    years = _Years.of(data)
    for path in list(_blocks(data, ())):
        reader = _Reader(part_at(path, data), path, dotted(path, data), positions)
        try:
            cells = reader.cells(tables.grids, folder_of, years)
        except InputError as error:
            tables.mistakes.extend(error.mistakes)
            tables.unread.append(reader.said)
            continue
        places = Positions(positions.file, {(): positions.value(path)}, {(): positions.key(path)})
        places.values |= {(at,): cell.span for at, cell in enumerate(cells)}
        part_at(path[:-1], data)[path[-1]] = [cell.text for cell in cells]
        positions.replace(path, places)
    return tables


def _blocks(data: Any, path: Path) -> Iterator[Path]:
    """The paths of all blocks that name a table."""
    if path in _NO_TABLES:
        return
    if isinstance(data, dict):
        if path and TABLE in data and (isinstance(data[TABLE], str) or COLUMN in data):
            yield path
            return
        for key, below in data.items():
            yield from _blocks(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            yield from _blocks(below, (*path, at))


@dataclass(frozen=True)
class _Years:
    """The contract years, as far as the scenario states them rightly; `first` is the calendar year of the first."""

    number: int | None
    first: int | None

    @classmethod
    def of(cls, data: Any) -> _Years:
        contract = data.get("contract") if isinstance(data, dict) else None
        stated = contract if isinstance(contract, dict) else {}
        number, start = stated.get("years"), stated.get("start")
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 30:
            number = None
        try:
            day = date.fromisoformat(start) if isinstance(start, str) and len(start) == 10 else None
        except ValueError:
            day = None
        return cls(number, None if day is None else day.year - (day.month < 4))

    def say(self, year: int) -> str:
        """A contract year, with the financial year in which it begins where that is known."""
        if self.first is None:
            return str(year)
        begins = self.first + year - 1
        return f"{year} ({begins}/{(begins + 1) % 100:02d})"

    def read(self, text: str) -> int:
        """The contract year that a cell names; one outside the contract only for a financial year."""
        assert self.number is not None
        if _CONTRACT_YEAR.fullmatch(text) and 1 <= int(text) <= self.number:
            return int(text)
        found = _FINANCIAL_YEAR.fullmatch(text)
        if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
            raise Problem(
                f"expected a contract year from 1 to {self.number} or a financial year such as 2016/17, "
                f"got {shown(text)}"
            )
        assert self.first is not None  # or no table with financial years is read
        return int(found[1]) - self.first + 1


@dataclass
class _Reader:
    """Reads one block; `said` is its dotted path."""

    block: Mapping[str, Any]
    path: Path
    said: str
    positions: Positions

    def cells(self, grids: Grids, folder_of: Callable[[Span], FilePath], years: _Years) -> list[Cell]:
        """The cells for which the block stands; InputError with what is wrong with it."""
        self.check_keys()
        at = self.positions.value((*self.path, TABLE))
        naming = Naming(at, self.positions.value((*self.path, SHEET)), self.said)
        sheet = self.block.get(SHEET)
        grid = grids.open(folder_of(at) / self.block[TABLE], None if sheet is None else str(sheet), naming)
        if grid.mistakes:
            raise InputError(grid.mistakes)
        if not grid.rows:
            message = "the table holds no row below the names of its columns"
            raise InputError(Mistake(message, self.top(grid), self.said))
        column = self.known(str(self.block[COLUMN]), grid, (COLUMN,))
        rows = self.chosen(grid)
        if not any(step in _BY_OUTCOME for step in self.path[-2:]):
            rows = self.by_year(rows, grid, years)
        return self.filled([row[column] for row in rows])

    def check_keys(self) -> None:
        """The keys of the block and what may stand under them."""
        found: list[Mistake] = []
        for key in self.block:
            if key not in _KEYS:
                near = nearest(key, _KEYS)
                message = f"unknown key '{key}'" if near else f"unknown key '{key}'; a table has {one_of(list(_KEYS))}"
                found.append(Mistake(message, self.positions.key((*self.path, key)), self.said, near))
        if COLUMN not in self.block and not any(one.suggestion == COLUMN for one in found):
            message = "the key 'column' is missing: it names the column to be read"
            found.append(Mistake(message, self.positions.key(self.path), self.said))
        for key, what in (
            (TABLE, "the path of a CSV or XLSX file"),
            (SHEET, "the name of a sheet"),
            (COLUMN, "a name"),
        ):
            written = self.block.get(key, "-")
            text = str(written) if isinstance(written, int) and key != TABLE else written  # a column may be called 2016
            if isinstance(written, bool) or not isinstance(text, str) or not text.strip():
                message = f"expected {what}, got {shown(written)}"
                found.append(Mistake(message, self.positions.value((*self.path, key)), f"{self.said}.{key}"))
        rows = self.block.get(ROWS, {"-": "-"})
        if (
            not isinstance(rows, dict)
            or not rows
            or any(not isinstance(one, (str, int, float)) for one in rows.values())
        ):
            message = f"expected {{column: value}}, got {shown(rows)}"
            found.append(Mistake(message, self.positions.value((*self.path, ROWS)), f"{self.said}.{ROWS}"))
        if found:
            raise InputError(found)

    def known(self, column: str, grid: Grid, below: Path, *, on_key: bool = False) -> str:
        """The name of a column that the table has."""
        if column not in grid.columns:
            message, near = no_such("column", column, grid.columns, f" in {FilePath(grid.file.name).name}")
            where = (*self.path, *below)
            place = self.positions.key(where) if on_key else self.positions.value(where)
            raise InputError(Mistake(message, place, self.said, near))
        return column

    def chosen(self, grid: Grid) -> list[dict[str, Cell]]:
        """The rows in which the columns under `rows` hold the values that stand there."""
        rows = list(grid.rows)
        for name, value in self.block.get(ROWS, {}).items():
            column = self.known(str(name), grid, (ROWS, name), on_key=True)
            values = list(dict.fromkeys(row[column].text for row in rows))
            rows = [row for row in rows if row[column].text == str(value)]
            if not rows:
                message, near = no_such("row", str(value), values, f" in the column '{column}'")
                place = self.positions.value((*self.path, ROWS, name))
                raise InputError(Mistake(message, place, f"{self.said}.{ROWS}", near))
        return rows

    def by_year(self, rows: list[dict[str, Cell]], grid: Grid, years: _Years) -> list[dict[str, Cell]]:
        """One row for each contract year, in their order."""
        if YEAR not in grid.columns:
            message = "the column 'year' is missing: by it the rows are matched to contract years"
            raise InputError(Mistake(message, self.top(grid), self.said))
        if years.number is None or (
            years.first is None and any(_FINANCIAL_YEAR.fullmatch(row[YEAR].text) for row in rows)
        ):
            raise InputError([])  # what the scenario says of its years is a mistake of its own
        found: dict[int, dict[str, Cell]] = {}
        mistakes: list[Mistake] = []
        for row in rows:
            cell = row[YEAR]
            try:
                year = years.read(_text_of(cell))
            except Problem as problem:
                mistakes.append(Mistake(problem.message, cell.span, self.said))
                continue
            first = found.setdefault(year, row)
            if first is not row and 1 <= year <= years.number:
                hint = "" if ROWS in self.block else "; with rows: {column: value} only some of the rows are read"
                message = f"contract year {years.say(year)} is already in row {first[YEAR].span.line}{hint}"
                mistakes.append(Mistake(message, cell.span, self.said))
                break  # the rows of another place or party follow: one mistake, not one a row
        missing = [years.say(year) for year in range(1, years.number + 1) if year not in found]
        if missing and not mistakes:
            message = f"there is no row for contract year{'s' * (len(missing) > 1)} {', '.join(missing)}"
            mistakes.append(Mistake(message, self.top(grid, YEAR), self.said))
        if mistakes:
            raise InputError(mistakes)
        return [found[year] for year in range(1, years.number + 1)]

    def filled(self, cells: list[Cell]) -> list[Cell]:
        """The cells, none of them empty or of no use."""
        wrong = [
            Mistake(cell.wrong or "the cell is empty", cell.span, f"{self.said}.{at}")
            for at, cell in enumerate(cells)
            if cell.wrong or not cell.text
        ]
        if wrong:
            raise InputError(wrong)
        return cells

    def top(self, grid: Grid, column: str = "") -> Span:
        """Where the name of a column stands, or the first of the names."""
        named = [cell.span for cell in grid.header if cell.text == column] or [cell.span for cell in grid.header]
        return named[0] if named else Span(grid.file.name, 1, 1)


def _text_of(cell: Cell) -> str:
    if cell.wrong or not cell.text:
        raise Problem(cell.wrong or "the cell is empty")
    return cell.text
