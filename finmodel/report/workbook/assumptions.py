"""The assumptions register as a sheet: every number with its source, owner and confidence."""

from __future__ import annotations

from typing import Any

from finmodel.analysis import AssumptionsRegister
from finmodel.report.register_files import rows
from finmodel.report.workbook.pen import Pen, print_setup

_COLUMNS = {
    "path": 44,
    "label": 30,
    "value": 30,
    "unit": 10,
    "kind": 13,
    "status": 14,
    "source": 70,
    "owner": 18,
    "confidence": 12,
    "review_by": 12,
    "note": 40,
    "payment_models": 26,
}
_HEADING = 5


def write_assumptions(pen: Pen, sheet: Any, register: AssumptionsRegister, heading: str) -> None:
    """Write the register in the order of the scenario's file."""
    pen.text(sheet, 1, 0, "Assumptions register", "title")
    pen.text(sheet, 2, 0, f"Every number of the scenario as it is written there. {heading}", "subtitle")
    for column, (key, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(column, column, width)
        pen.text(sheet, _HEADING, column, key.replace("_", " ").capitalize(), "head")
    table = rows(register, register.entries)
    for row, cells in enumerate(table, start=_HEADING + 1):
        texts = {key: str(cells[key] or "") for key in _COLUMNS}
        for column, key in enumerate(_COLUMNS):
            pen.text(sheet, row, column, texts[key], "wrap")
        pen.fit(sheet, row, [(texts[key], width) for key, width in _COLUMNS.items()])
    sheet.freeze_panes(_HEADING, 1)
    sheet.autofilter(_HEADING - 1, 0, _HEADING - 1 + len(table), len(_COLUMNS) - 1)
    print_setup(sheet, heading_rows=(_HEADING, _HEADING), title=heading)
