"""A table of aligned figures. Standard errors stand beside their figures, fainter, and never break the alignment.

Rich lays tables out by cutting what does not fit; a figure must never be cut. So widths are worked out here: columns
move closer first, then the standard errors of columns that allow it move into the note below the table; where there is
still no room, columns go on below the others.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.text import Text

FAINT = "dim"
GAPS = (3, 2)
LABELS = (46, 30, 22)
"""Where labels of rows are folded: wide, where the table would be too wide, and on a narrow terminal."""
HEADS = (18, 12)
"""Where a label that heads a column is folded."""


@dataclass(frozen=True)
class Cell:
    """A figure as text and, apart from it, its standard error; `style` is its colour."""

    text: str
    error: str = ""
    style: str = ""


@dataclass(frozen=True)
class Column:
    """`heading` may have several lines; a `label`, as of a payment model, is folded as there is room.

    A column whose errors may be `spared` shows them only where there is room.
    """

    heading: str
    spared: bool = False
    label: bool = False

    def lines(self, head: int) -> list[str]:
        """The heading in lines; `head` is where a label is folded."""
        return (self.label and textwrap.wrap(self.heading, head)) or self.heading.splitlines()


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
    dense: bool = False
    """Whether its groups follow one another without an empty line."""
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
        layouts = list(self._laid_out(width))
        if self.title:
            yield from _wrapped(self.title, width, "bold")
        for place, layout in enumerate(layouts):
            if place:
                yield Text()
            yield from layout.lines(self._groups)
        notes = self.notes
        if any(layout.spare for layout in layouts):
            largest = f"One standard error: at most {_largest(self._spared_errors())} in {self._spared_names()}."
            notes = [largest, *notes]
        for note in notes if max(map(len, notes), default=0) <= width else sentences(notes):
            yield from _wrapped(note, width, FAINT)

    def _laid_out(self, width: int) -> Iterator[_Layout]:
        """One layout of all columns, or several of some columns each where one would be too wide."""
        places: list[int] = []
        for place in range(len(self.columns)):
            if places and _best(self, (*places, place), width) is None:
                yield _best(self, places, width) or _tightest(self, places)
                places = []
            places.append(place)
        yield _best(self, places, width) or _tightest(self, places)

    def rows(self) -> Iterator[_Row]:
        for _, rows in self._groups:
            yield from rows

    def _spared_errors(self) -> list[str]:
        places = [place for place, column in enumerate(self.columns) if column.spared]
        return [row.cells[place].error for row in self.rows() for place in places if row.cells[place].error]

    def _spared_names(self) -> str:
        return ", ".join(" ".join(column.heading.split()) for column in self.columns if column.spared)


def _best(grid: Grid, places: Sequence[int], width: int) -> _Layout | None:
    """The way to set these columns: with all errors, else with errors spared, else with narrow labels; the shortest."""
    wide = [(gap, label) for gap in GAPS for label in LABELS[:2] if (gap, label) != (GAPS[0], LABELS[1])]
    for spare, ways in ((False, wide), (True, wide), (True, [(GAPS[1], LABELS[2])])):
        found = (_Layout(grid, places, gap, label, head, spare=spare) for head in HEADS for gap, label in ways)
        if fitting := [layout for layout in found if layout.width <= width]:
            return min(fitting, key=lambda layout: layout.height)
    return None


def _tightest(grid: Grid, places: Sequence[int]) -> _Layout:
    return _Layout(grid, places, GAPS[1], LABELS[2], HEADS[1], spare=True)


class _Layout:
    """Widths of one way to set some columns of the table."""

    def __init__(self, grid: Grid, places: Sequence[int], gap: int, fold: int, head: int, *, spare: bool) -> None:
        self.grid, self.places, self.gap, self.fold = grid, tuple(places), gap, fold
        self.spare = spare and any(grid.columns[place].spared for place in places)
        self.headings = [grid.columns[place].lines(head) for place in places]
        rows = list(grid.rows())
        labels = [_folded(label, fold) for label in (grid.label_heading, *(row.label for row in rows))]
        self.label = max(len(line) for label in labels for line in label)
        self.texts, self.errors, self.widths = [], [], []
        for place, heading in zip(places, self.headings, strict=True):
            cells = [row.cells[place] for row in rows]
            text = max((len(cell.text) for cell in cells if not _words(cell)), default=0)
            error = 0 if self.spares(place) else max((len(cell.error) for cell in cells), default=0)
            error += bool(error)
            words = max((len(cell.text) for cell in cells if _words(cell)), default=0)
            self.texts.append(text)
            self.errors.append(error)
            self.widths.append(max(text + error, words, *map(len, heading)))
        self.width = self.label + sum(self.widths) + gap * len(self.widths)
        self.height = max(map(len, self.headings), default=1) + sum(map(len, labels))

    def spares(self, place: int) -> bool:
        return self.spare and self.grid.columns[place].spared

    def lines(self, groups: Iterable[tuple[str, list[_Row]]]) -> Iterator[Text]:
        """Headings, then the rows group by group."""
        yield from self.heading()
        for number, (title, rows) in enumerate(groups):
            if number and not self.grid.dense:
                yield Text()
            if title:
                yield Text(title, style="bold")
            for row in rows:
                if row.total and len(rows) > 1:
                    yield self.rule()
                yield from self.row(row)

    def heading(self) -> Iterator[Text]:
        height = max((len(lines) for lines in self.headings), default=1)
        for line in range(height):
            label = self.grid.label_heading if line == height - 1 else ""
            text = Text(label.ljust(self.label), style=FAINT)
            for lines, width in zip(self.headings, self.widths, strict=True):
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
        for place, room, width in zip(self.places, self.errors, self.widths, strict=True):
            cell = row.cells[place]
            error = "" if self.spares(place) else cell.error
            shown = f"{' ' if error else ''}{error}".ljust(room)
            if _words(cell):
                text.append(" " * self.gap + cell.text.rjust(width))
                continue
            text.append(" " * self.gap + cell.text.rjust(width - room), style=cell.style or None)
            text.append(shown, style=f"{FAINT} not bold")
        text.rstrip()
        yield text


def sentences(notes: Iterable[str]) -> list[str]:
    """Notes are broken for a wide terminal: what does not end a sentence goes on in the next."""
    joined: list[str] = []
    for note in notes:
        if joined and not joined[-1].rstrip().endswith((".", ":", ";")):
            joined[-1] += f" {note}"
        else:
            joined.append(note)
    return joined


def _wrapped(text: str, width: int, style: str) -> Iterator[Text]:
    yield from (Text(line, style=style) for line in textwrap.wrap(text, max(width, LABELS[2])) or [""])


def _folded(label: str, width: int) -> list[str]:
    """A label in lines; those after the first stand further in."""
    indent = " " * (len(label) - len(label.lstrip()) + 2)
    return textwrap.wrap(label, width, subsequent_indent=indent) or [""]


def _words(cell: Cell) -> bool:
    """Whether a cell holds no figure to be aligned with the others: a dash, a bound."""
    return cell.text[:1] in {"–", "<", ">"}


def _largest(errors: list[str]) -> str:
    return max(errors, key=lambda error: float(error.strip("±?").replace(",", "") or 0), default="±0.0")
