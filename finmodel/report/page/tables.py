"""A table of the terminal as a table of a page: the same figures, sortable, and readable aloud."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from finmodel.report.grid import Cell, Grid, sentences

LONG = 24
"""Rows of figures from which a table is folded: a board looks at it when it wants to."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
STATUSES = ("RED", "AMBER", "GREEN")


def long(grid: Grid) -> bool:
    """Whether a table is folded until it is asked for."""
    return not grid.words and sum(len(rows) for _, rows in grid.groups) > LONG


def table(grid: Grid) -> Markup:
    """HTML; every text of it is escaped. Headings of groups stand across all columns."""
    heading = Markup("").join(_heading(text) for text in (grid.label_heading, *(one.heading for one in grid.columns)))
    bodies = Markup("").join(_body(grid, title, rows) for title, rows in grid.groups)
    notes = Markup("").join(Markup("<p>{}</p>").format(note) for note in sentences(grid.notes))
    kind = Markup(' class="text"') if grid.words else ""
    return Markup(
        '<p class="caption" aria-hidden="true">{}</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table{}><caption class="hidden">{}</caption>'
        '<thead><tr>{}</tr></thead>{}</table></div><div class="notes">{}</div>'
    ).format(grid.title, grid.title or "Figures", kind, grid.title, heading, bodies, notes)


def _heading(text: str) -> Markup:
    """A heading to click on, and the same for print: browsers repeat no button on the next page."""
    if not text:
        return Markup('<th scope="col"><span class="hidden">Row</span></th>')
    said = " ".join(text.split())
    return Markup(
        '<th scope="col"><button type="button">{0}</button><span class="printed" aria-hidden="true">{0}</span></th>'
    ).format(said)


def _body(grid: Grid, title: str, rows: list[tuple[str, tuple[Cell, ...], bool]]) -> Markup:
    lines = Markup("").join(_row(label, cells, total=total) for label, cells, total in rows)
    head = Markup("")
    if title:
        head = Markup('<tr class="group"><th scope="rowgroup" colspan="{}">{}</th></tr>').format(
            len(grid.columns) + 1, title
        )
    return Markup("<tbody>{}{}</tbody>").format(head, lines)


def _row(label: str, cells: tuple[Cell, ...], *, total: bool) -> Markup:
    shown = Markup("").join(_cell(cell) for cell in cells)
    kind = Markup(' class="total"') if total else Markup("")
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>').format(kind, label.strip(), shown)


def _cell(cell: Cell) -> Markup:
    error = Markup(' <span class="error">{}</span>').format(cell.error) if cell.error else Markup("")
    kind = cell.text.lower() if cell.text in STATUSES else "date" if _DATE.fullmatch(cell.text) else ""
    named = Markup(' class="{}"').format(kind) if kind else Markup("")
    return Markup("<td{}>{}{}</td>").format(named, escape(cell.text), error)
