"""The whole workbook: every sheet in its order, with the engine's values as results that a program may show at once."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from finmodel.analysis import assumptions_register
from finmodel.analysis.sheet import formula_of
from finmodel.contract import Contract
from finmodel.lines import Period
from finmodel.report.workbook.assumptions import write_assumptions
from finmodel.report.workbook.checks import LineChecks, Rows, write_checks
from finmodel.report.workbook.circles import in_circles
from finmodel.report.workbook.cover import Entry, write_cover
from finmodel.report.workbook.formula import FormulaWriter
from finmodel.report.workbook.laws import Laws
from finmodel.report.workbook.layout import CONSTANT, layout_of
from finmodel.report.workbook.limits import cell_name
from finmodel.report.workbook.pages import arranged, words
from finmodel.report.workbook.pen import Pen, new_book
from finmodel.report.workbook.rows import LineSheets, lagged_lines
from finmodel.report.workbook.sources import Sources
from finmodel.report.workbook.subjects import Subjects
from finmodel.report.workbook.summary import SummarySheet
from finmodel.report.workbook.text import column_letters, sheet_prefix
from finmodel.report.workbook.values import evaluated

_FRONT = (
    ("Cover", ""),
    ("Summary", "What each payment model costs and leaves, year by year"),
    ("Checks", "Laws that hold whatever the inputs; how many lines agree with the engine"),
    ("Assumptions", "The register: every number of the scenario with source, owner and confidence"),
)
_BACK = (
    ("Line checks", "Every line beside what finmodel calculated"),
    ("Engine values", "What finmodel calculated, as numbers"),
)
_NAMED = "names the cells of its own months and years: over whole rows a spreadsheet would see a circle"
_WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in the file's properties, so that the same command writes the same bytes."""


def workbook(contract: Contract, trial: int | None = None, *, wrong: bool = False) -> bytes:
    """The workbook of a contract's payment models as the bytes of an .xlsx file: trial `trial`, or the base case.

    With `wrong` the file holds wrong results beside its formulas, for tests that must not pass unless a program
    recalculates. Raises WorkbookLimitError where the contract does not fit Excel.
    """
    found = evaluated(contract, trial)
    lines = {line.name: line for line in found.sheet}
    circular = in_circles(found.sheet)
    layout = layout_of(found.sheet, contract.calendar)
    taken = {name.lower() for name, _ in (*_FRONT, *_BACK)}
    short = {model: words(model) for model in contract.models}
    pages, places = arranged(found.sheet, Subjects(short), layout, taken)
    rows = Rows(places, lines, layout)
    labels = {model: contract.scenario.payment_models[model].label or short[model] for model in contract.models}
    what = "Base case" if trial is None else f"Trial {trial} of seed {contract.seed}, sampler {contract.sampler}"
    heading = f"{what} · {contract.scenario.title}"
    about = f"{what}: every uncertain number at its central value, events and noise off" if trial is None else what
    register = assumptions_register(contract)

    out = io.BytesIO()
    book = new_book(out)
    pen = Pen(book, wrong=wrong)
    book.set_properties({"title": contract.scenario.title, "comments": heading, "created": _WRITTEN})
    names = [*(name for name, _ in _FRONT), *(page.name for page in pages), *(name for name, _ in _BACK)]
    sheets = {name: book.add_worksheet(name) for name in names}
    checks = f"{sheet_prefix('Checks')}$A$5"

    entries = [Entry(name, text) for name, text in _FRONT[1:]]
    entries += [Entry(page.name, page.subject.about) for page in pages]
    entries += [Entry(name, text) for name, text in _BACK]
    write_cover(pen, sheets["Cover"], contract, about, checks, entries, list(labels.values()))
    SummarySheet(pen, contract, rows, found.values, labels).write(sheets["Summary"], heading, checks)
    first, last = LineChecks(pen, rows, found.values, layout).write(
        sheets["Line checks"], sheets["Engine values"], pages, heading
    )
    laws = Laws(contract, rows, found.values, labels).all(pages)
    write_checks(pen, sheets["Checks"], laws, ("Line checks", first, last), heading, [])
    write_assumptions(pen, sheets["Assumptions"], register, heading)
    in_words = {line.name: formula_of(line, contract.calendar) for line in found.sheet if not line.is_input}
    in_words |= {
        name: formula_of(contract.sheet[name], contract.calendar) for name in in_words if name in contract.sheet
    }
    in_words |= {name: f"{in_words[name]} [{_NAMED}]" for name in circular}
    writer = LineSheets(
        pen,
        layout,
        FormulaWriter(found.sheet.__getitem__, places, layout, circular),
        found.values,
        Sources(contract.scenario, register, trial),
        in_words,
        lagged_lines(lines),
    )
    for page in pages:
        writer.write(sheets[page.name], page, heading, checks)
    used: set[str] = set()
    for line in found.sheet:
        if line.period is Period.ONCE:
            place = places[line.name]
            cell = f"={sheet_prefix(place.sheet)}${column_letters(CONSTANT)}${place.row}"
            book.define_name(cell_name(line.name, used), cell)
    book.define_name(cell_name("all_checks", used), f"={checks}")
    book.close()
    return out.getvalue()
