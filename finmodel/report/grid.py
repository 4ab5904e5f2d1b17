"""A table of aligned figures. Standard errors stand beside their figures, fainter, and never break the alignment.

Rich lays tables out by cutting what does not fit; a figure must never be cut. So widths are worked out here: columns
move closer first, then the standard errors of columns that allow it move into the note below the table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.text import Text

FAINT = "dim"
GAPS = (3, 2)
LABELS = (46, 30)
"""Where labels are folded: wide, and where the table would be too wide."""


@dataclass(frozen=True)
class Cell:
    """A figure as text and, apart from it, its standard error."""

    text: str
    error: str = ""


@dataclass(frozen=True)
class Column:
    """`heading` may have several lines. A column whose errors may be `spared` shows them only where there is room."""

    heading: str
    spared: bool = False


@dataclass
class _Row:
    label: str
    cells: tuple[Cell, ...]
    total: bool


@dataclass
class Grid:
    """A table: `title`, column headings, rows with a label, in groups."""

    title: str
    label_heading: str
    columns: Sequence[Column]
    notes: list[str] = field(default_factory=list)
    words: bool = False
    """Whether its cells hold words, which a page sets like text."""
    _groups: list[tuple[str, list[_Row]]] = field(default_factory=list)

    def group(self, title: str) -> None:
        """Start a group of rows under a title of its own."""
        self._groups.append((title, []))

    def row(self, label: str, cells: Sequence[Cell], *, total: bool = False) -> None:
        """Add a row to the last group; `total` sets it apart."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        if not self._groups:
            self.group("")
        self._groups[-1][1].append(_Row(label, tuple(cells), total))

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, tuple[Cell, ...], bool]]]]:
        """The title and the rows of each group; of a row its label, its cells, and whether it is a total."""
        return [(title, [(row.label, row.cells, row.total) for row in rows]) for title, rows in self._groups]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(rows for _, rows in self._groups)

    def lines(self, width: int) -> Iterator[Text]:
        """The table as lines of at most `width` characters where that is possible without cutting a figure."""
        layout = next((found for found in self._layouts() if found.width <= width), self._tightest())
        yield Text(self.title, style="bold")
        yield from layout.heading()
        for place, (title, rows) in enumerate(self._groups):
            if place:
                yield Text()
            if title:
                yield Text(title, style="bold")
            for row in rows:
                if row.total and len(rows) > 1:
                    yield layout.rule()
                yield from layout.row(row)
        if layout.spare:
            yield Text(
                f"One standard error: at most {_largest(self._spared_errors())} in {self._spared_names()}.", FAINT
            )
        for note in self.notes:
            yield Text(note, style=FAINT)

    def _layouts(self) -> Iterator[_Layout]:
        for spare in (False, True):
            for gap, fold in ((GAPS[0], LABELS[0]), (GAPS[1], LABELS[0]), (GAPS[1], LABELS[1])):
                yield _Layout(self, gap, fold, spare=spare)

    def _tightest(self) -> _Layout:
        return _Layout(self, GAPS[1], LABELS[1], spare=True)

    def rows(self) -> Iterator[_Row]:
        for _, rows in self._groups:
            yield from rows

    def _spared_errors(self) -> list[str]:
        places = [place for place, column in enumerate(self.columns) if column.spared]
        return [row.cells[place].error for row in self.rows() for place in places if row.cells[place].error]

    def _spared_names(self) -> str:
        return ", ".join(" ".join(column.heading.split()) for column in self.columns if column.spared)


class _Layout:
    """Widths of one way to set the table."""

    def __init__(self, grid: Grid, gap: int, fold: int, *, spare: bool) -> None:
        self.grid, self.gap, self.fold = grid, gap, fold
        self.spare = spare and any(column.spared for column in grid.columns)
        rows = list(grid.rows())
        labels = (grid.label_heading, *(row.label for row in rows))
        self.label = max(len(line) for label in labels for line in _folded(label, fold))
        self.texts, self.errors, self.widths = [], [], []
        for place, column in enumerate(grid.columns):
            cells = [row.cells[place] for row in rows]
            text = max((len(cell.text) for cell in cells if not _words(cell)), default=0)
            error = 0 if self.spares(place) else max((len(cell.error) for cell in cells), default=0)
            error += bool(error)
            words = max((len(cell.text) for cell in cells if _words(cell)), default=0)
            self.texts.append(text)
            self.errors.append(error)
            self.widths.append(max(text + error, words, *(len(line) for line in column.heading.splitlines())))
        self.width = self.label + sum(self.widths) + gap * len(self.widths)

    def spares(self, place: int) -> bool:
        return self.spare and self.grid.columns[place].spared

    def heading(self) -> Iterator[Text]:
        headings = [column.heading.splitlines() for column in self.grid.columns]
        height = max((len(lines) for lines in headings), default=1)
        for line in range(height):
            label = self.grid.label_heading if line == height - 1 else ""
            text = Text(label.ljust(self.label), style=FAINT)
            for lines, width in zip(headings, self.widths, strict=True):
                at = line - (height - len(lines))
                text.append(" " * self.gap + (lines[at] if at >= 0 else "").rjust(width))
            text.rstrip()
            yield text
        yield Text("─" * self.width, style=FAINT)

    def rule(self) -> Text:
        """What stands above a total."""
        text = Text(" " * self.label, style=FAINT)
        for width in self.widths:
            text.append(" " * self.gap + "─" * width)
        return text

    def row(self, row: _Row) -> Iterator[Text]:
        """The row; a long label takes several lines, and the figures stand beside the last."""
        *above, label = _folded(row.label, self.fold)
        style = "bold" if row.total else ""
        yield from (Text(line, style=style) for line in above)
        text = Text(label.ljust(self.label), style=style)
        for place, cell in enumerate(row.cells):
            error = "" if self.spares(place) else cell.error
            room = self.errors[place]
            shown = f"{' ' if error else ''}{error}".ljust(room)
            if _words(cell):
                text.append(" " * self.gap + cell.text.rjust(self.widths[place]))
                continue
            text.append(" " * self.gap + cell.text.rjust(self.widths[place] - room))
            text.append(shown, style=f"{FAINT} not bold")
        text.rstrip()
        yield text


def _folded(label: str, width: int) -> list[str]:
    """A label in lines; those after the first stand further in."""
    indent = " " * (len(label) - len(label.lstrip()) + 2)
    return textwrap.wrap(label, width, subsequent_indent=indent) or [""]


def _words(cell: Cell) -> bool:
    """Whether a cell holds no figure to be aligned with the others: a dash, a bound."""
    return cell.text[:1] in {"–", "<", ">"}


def _largest(errors: list[str]) -> str:
    return max(errors, key=lambda error: float(error.strip("±?").replace(",", "") or 0), default="±0.0")
