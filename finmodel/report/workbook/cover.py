"""The cover: what this workbook is, what made it, how it is read, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import finmodel
from finmodel.contract import Contract
from finmodel.report.workbook.pen import Pen, print_setup
from finmodel.report.workbook.text import sheet_prefix

_WIDTH = 110
_HOW = """\
Blue on pale yellow is an input: a number of the scenario, or a draw. Blue without colour is no input: a definition, \
or made from dates or the base case, as its source says. Black is a formula.
Change an input and every figure follows; the checks then say how many inputs were changed. In finmodel the same \
change is --set with the path that the scenario has for the number (see the sheet Assumptions).
Each row has one formula, the same in every year or month. To its left stand what the line is, its name in finmodel \
and its unit; to its right the formula in words, or the source.
Years are contract years. Grey cells are run-off years, in which late money is paid and the service has ended. An \
opening column holds what stood before year 1. Financial years begin on 1 April and have a sheet of their own.
Single values have names (in Excel: Formulas, Name Manager): the line's name with underscores for brackets."""


@dataclass(frozen=True)
class Entry:
    """A sheet and what it is about."""

    name: str
    about: str


def write_cover(
    pen: Pen, sheet: Any, contract: Contract, heading: str, checks: str, sheets: Sequence[Entry], names: Sequence[str]
) -> None:
    """Write the cover; `checks` is the cell that says whether all checks hold, `names` are the payment models."""
    scenario, calendar = contract.scenario, contract.calendar
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, _WIDTH)
    pen.text(sheet, 1, 0, scenario.title, "title")
    pen.text(
        sheet,
        2,
        0,
        "A financial model of the contract, written by finmodel as a spreadsheet that recalculates",
        "subtitle",
    )
    pen.text(sheet, 4, 0, "Checks", "wrap_bold")
    pen.formula(sheet, 4, 1, checks, "ALL OK", "result")
    pen.styles.of_results(sheet, (3, 1), (3, 1))
    ends = calendar.year_end(calendar.years)
    facts = [
        ("What is shown", heading),
        ("Payment models", "; ".join(names)),
        ("Contract", f"{calendar.years} years from {_day(calendar.start)} to {_day(ends)}"
         + (f", run-off of {calendar.run_off} more" if calendar.run_off else "")),
        ("Scenario", scenario.name + (f": {' '.join(scenario.description.split())}" if scenario.description else "")),
        ("Made from", "; ".join(f"{file.path.name} (sha256 {file.sha256[:16]}…)" for file in scenario.files)),
        ("Overrides", "; ".join(scenario.overrides) or "none"),
        ("Written by", f"finmodel {finmodel.__version__}"),
    ]  # fmt: skip
    row = 6
    for what, text in facts:
        pen.text(sheet, row, 0, what, "wrap_bold")
        pen.paragraph(sheet, row, 1, text, _WIDTH)
        row += 1
    row = _part(pen, sheet, row + 1, "How to read it")
    for text in _HOW.split("\n"):
        pen.paragraph(sheet, row, 1, text, _WIDTH)
        row += 1
    row = _part(pen, sheet, row + 1, "Said aloud")
    for text in contract.notes:
        pen.paragraph(sheet, row, 1, text, _WIDTH)
        row += 1
    row = _part(pen, sheet, row + 1, "Sheets")
    for entry in sheets:
        place = f"internal:{sheet_prefix(entry.name)}A1"
        sheet.write_url(row - 1, 0, place, pen.styles("link"), entry.name)
        pen.text(sheet, row, 1, entry.about, "wrap")
        row += 1
    print_setup(sheet, heading_rows=(1, 2), title=heading)


def _part(pen: Pen, sheet: Any, row: int, title: str) -> int:
    for column in (0, 1):
        pen.blank(sheet, row, column, "section")
    pen.text(sheet, row, 0, title, "section")
    return row + 1


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
