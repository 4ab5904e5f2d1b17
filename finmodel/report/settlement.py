"""What is due: a table of rows and terms, one row explained, and every line as a CSV file or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Settled, SettledRow, SettlementExplained
from finmodel.lines.text import number_text
from finmodel.report.grid import FAINT, Cell, Column, Grid
from finmodel.report.register_files import guarded, write_whole
from finmodel.report.sheet import heading, print_wrapped

SHOWN = 40
"""Rows of the table in the terminal; of more only these, and how to see the others."""


def show_settlement(console: Console, settled: Settled) -> None:
    """The table: a row a settlement, its terms, and what is due from party to party."""
    model = settled.settlement
    for line in _title(settled):
        console.print(line, soft_wrap=True)
    console.print()
    names = [*settled.terms, *settled.dues]
    columns = [Column(_folded(settled.line(name).label)) for name in names]
    grid = Grid(f"Amounts in {model.currency}", f"Row  {', '.join(model.key)}", columns)
    rows = settled.rows[:SHOWN]
    for row in rows:
        cells = [Cell(f"{row.values[name]:,.2f}") for name in names]
        grid.row(f"{row.actual.line:>3}  {row.name}", cells)
    if len(settled.rows) > 1:
        total = f"All {len(settled.rows):,} rows"
        grid.row(total, [Cell(f"{settled.total(name):,.2f}") for name in names], total=True)
    if len(settled.rows) > len(rows):
        grid.notes.append(f"{len(settled.rows) - len(rows):,} more rows are not shown: --out FILE.csv writes all.")
    grid.notes.append("A negative amount due runs the other way. --explain ROW shows how a row comes about.")
    for line in grid.lines(console.width):
        console.print(line, soft_wrap=True)
    if settled.actuals.unread:
        print_wrapped(console, "Columns that nothing reads: ", ", ".join(settled.actuals.unread), FAINT)


def show_settlement_row(console: Console, settled: Settled, found: SettlementExplained) -> None:
    """One row: every line with its formula and the numbers that went in."""
    for line in _title(settled):
        console.print(line, soft_wrap=True)
    console.print(Text(f"Row {found.line}: {found.key}", style="bold"), soft_wrap=True)
    for one in found.lines:
        console.print()
        console.print(heading(one.name, f"= {one.value}", one.label), soft_wrap=True)
        print_wrapped(console, "    ", one.formula)
        if one.numbers and one.numbers != one.formula:
            print_wrapped(console, "  = ", one.numbers, FAINT)


def _title(settled: Settled) -> Iterator[Text]:
    model = settled.settlement
    yield Text(model.title, style="bold")
    yield Text(f"{model.source}. Actuals: {settled.actuals.file.name}", style=FAINT)


def _folded(label: str) -> str:
    """A heading in lines of about sixteen letters."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) > 15:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def write_settlement(path: Path, settled: Settled) -> None:
    """Every line of every row as CSV; the file is there whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = _columns(settled)
    writer.writerow([*settled.settlement.key, *names])
    for row in settled.rows:
        cells = [*row.actual.key, *(_cell(settled, row, name) for name in names)]
        writer.writerow([guarded(cell) if _is_text(cell) else cell for cell in cells])
    write_whole(path, out.getvalue().encode("utf-8-sig"))  # so that Excel sees £ and €


def _is_text(cell: str) -> bool:
    """A number may begin with its minus sign."""
    try:
        float(cell)
    except ValueError:
        return True
    return False


def _columns(settled: Settled) -> Sequence[str]:
    """The lines, without columns that name the row already."""
    inputs = settled.settlement.inputs
    keys = set(settled.settlement.key)
    return [name for name in settled.shown_lines if name not in inputs or (inputs[name].column or name) not in keys]


def _cell(settled: Settled, row: SettledRow, name: str) -> str:
    """Rounded amounts with two decimals; other numbers as exactly as they are held; conditions as yes and no."""
    if name in row.actual.texts:
        return row.actual.texts[name]
    value = row.values[name]
    if settled.line(name).expr.flag:
        return "yes" if value else "no"
    return f"{value:.2f}" if name in (*settled.terms, *settled.dues) else number_text(value)


def settlement_to_json(settled: Settled) -> dict[str, Any]:
    """Everything for programs: amounts of terms, what is due, all lines, and totals."""
    model = settled.settlement
    return {
        **_about(settled),
        "rows": [
            {
                "row": row.actual.line,
                "key": dict(zip(model.key, row.actual.key, strict=True)),
                "terms": {name: row.values[name] for name in settled.terms},
                "due": _due(settled, row.values),
                "lines": {name: _json(settled, row, name) for name in settled.shown_lines},
            }
            for row in settled.rows
        ],
        "totals": {
            "terms": {name: settled.total(name) for name in settled.terms},
            "due": _due(settled, {name: settled.total(name) for name in settled.dues}),
        },
        "unread_columns": list(settled.actuals.unread),
    }


def settlement_explained_to_json(settled: Settled, found: SettlementExplained) -> dict[str, Any]:
    """One row for programs."""
    lines = [
        {"name": one.name, "label": one.label, "value": one.value, "formula": one.formula, "numbers": one.numbers}
        for one in found.lines
    ]
    return {**_about(settled), "row": found.line, "key": found.key, "lines": lines}


def _about(settled: Settled) -> dict[str, Any]:
    model = settled.settlement
    return {
        "schema": 1,
        "settlement": model.settlement,
        "title": model.title,
        "currency": model.currency,
        "actuals": settled.actuals.file.name,
        "actuals_sha256": settled.actuals.file.sha256,
    }


def _due(settled: Settled, values: Any) -> list[dict[str, Any]]:
    dues = settled.compiled.dues
    return [{"from": payer, "to": payee, "amount": values[name]} for name, (payer, payee) in dues.items()]


def _json(settled: Settled, row: SettledRow, name: str) -> str | bool | float:
    if name in row.actual.texts:
        return row.actual.texts[name]
    value = row.values[name]
    return bool(value) if settled.line(name).expr.flag else value
