"""A table of the terminal as a table of a page: the same figures, sortable, and readable aloud."""

from __future__ import annotations

from markupsafe import Markup, escape

from finmodel.report.grid import Cell, Grid


def table(grid: Grid) -> Markup:
    """HTML; every text of it is escaped. Headings of groups stand across all columns."""
    heading = Markup("").join(
        Markup('<th scope="col"><button type="button">{}</button></th>').format(" ".join(column.heading.split()))
        for column in grid.columns
    )
    bodies = Markup("").join(_body(grid, title, rows) for title, rows in grid.groups)
    notes = Markup("").join(Markup("<p>{}</p>").format(note) for note in _sentences(grid.notes))
    kind = Markup(' class="text"') if grid.words else ""
    first = grid.label_heading or "Row"
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table{}><caption>{}</caption>'
        '<thead><tr><th scope="col"><button type="button">{}</button></th>{}</tr></thead>{}</table></div>'
        '<div class="notes">{}</div>'
    ).format(grid.title or "Figures", kind, grid.title, first, heading, bodies, notes)


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
    return Markup("<td>{}{}</td>").format(escape(cell.text), error)


def _sentences(notes: list[str]) -> list[str]:
    """Notes are broken for the terminal's width: what does not end a sentence goes on in the next."""
    joined: list[str] = []
    for note in notes:
        if joined and not joined[-1].rstrip().endswith((".", ":", ";")):
            joined[-1] += f" {note}"
        else:
            joined.append(note)
    return joined
