"""One page for whoever does not look further: what each payment model costs and leaves, year by year, as links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from finmodel.arrays import FloatArray
from finmodel.contract import Contract
from finmodel.lines import Period
from finmodel.report.workbook.checks import Rows
from finmodel.report.workbook.pen import Pen, print_setup
from finmodel.report.workbook.text import column_letters

_FIGURES = (
    ("payment", "Commissioners pay for the year"),
    ("integrator_surplus", "Integrator keeps"),
    ("providers_surplus", "Providers keep"),
    ("outcome_earned", "Outcome money earned"),
)
_FIRST = 2
_POUNDS = '£#,##0;-£#,##0;"–"'


class SummarySheet:
    """Writes the summary. Contract years stand beside financial years, which are not the same."""

    def __init__(
        self, pen: Pen, contract: Contract, rows: Rows, values: Mapping[str, FloatArray], names: Mapping[str, str]
    ) -> None:
        self._pen, self._contract, self._rows, self._values, self._names = pen, contract, rows, values, names

    def write(self, sheet: Any, heading: str, checks: str) -> None:
        """Write the sheet; `checks` is the cell that says whether all checks hold."""
        pen, calendar = self._pen, self._contract.calendar
        count = calendar.total_years
        pen.text(sheet, 1, 0, "Summary", "title")
        pen.text(sheet, 2, 0, heading, "subtitle")
        pen.formula(sheet, 3, 0, f'"Checks: "&{checks}', "Checks: ALL OK", "subtitle")
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 8)
        sheet.set_column(_FIRST, _FIRST + count, 13.5)
        row = self._heads(sheet, 5, "By contract year", [calendar.contract_year_label(y) for y in range(1, count + 1)])
        first_payment = row + 1
        if "target" in self._values:
            row = self._figure(sheet, row, "Expenditure target and envelope", "target")
            first_payment = row + 1
        payments: list[tuple[str, int]] = [("Expenditure target", row - 1)] if "target" in self._values else []
        for model in self._contract.models:
            row = self._section(sheet, row, self._names[model], count)
            payments.append((self._names[model], row))
            for figure, label in _FIGURES:
                name = f"{model}.{figure}"
                if name in self._values and (figure == "payment" or np.any(self._values[name])):
                    row = self._figure(sheet, row, label, name)
        labels = [calendar.financial_year_label(y) for y in range(1, count + 1)]
        row = self._heads(sheet, row + 1, "By financial year, 1 April to 31 March", labels)
        for model in self._contract.models:
            row = self._section(sheet, row, self._names[model], count)
            for payer, party in self._contract.scenario.parties.commissioners.items():
                name = f"{model}.cash[{payer}]"
                if name in self._values:
                    row = self._figure(sheet, row, f"Cash paid: {party.label or payer}", name)
            row = self._figure(sheet, row, "Real present value, without VAT", f"{model}.present_value")
        self._chart(sheet, row + 1, payments, first_payment)
        sheet.freeze_panes(5, 2)
        print_setup(sheet, heading_rows=(1, 3), title=heading)

    def _heads(self, sheet: Any, row: int, text: str, labels: list[str]) -> int:
        pen = self._pen
        pen.text(sheet, row, 0, text, "head")
        pen.text(sheet, row, 1, "Unit", "head")
        for at, label in enumerate(labels):
            pen.text(sheet, row, _FIRST + at, label[:1].upper() + label[1:], "head_right")
        pen.text(sheet, row, _FIRST + len(labels), "Total", "head_right")
        return row + 1

    def _section(self, sheet: Any, row: int, text: str, count: int) -> int:
        for column in range(_FIRST + count + 1):
            self._pen.blank(sheet, row, column, "section")
        self._pen.text(sheet, row, 0, text, "section")
        return row + 1

    def _figure(self, sheet: Any, row: int, label: str, name: str) -> int:
        pen, line = self._pen, self._contract.sheet[name]
        pen.text(sheet, row, 0, label)
        pen.text(sheet, row, 1, str(line.unit), "unit")
        place, (first, _) = self._rows.place(name), self._rows.ends(name)
        prefix = self._rows.cells(name).rpartition("!")[0]
        values = self._values[name]
        for at, value in enumerate(values):
            formula = f"{prefix}!{column_letters(first + at)}{place.row}"
            pen.formula(sheet, row, _FIRST + at, formula, float(value), number=_POUNDS)
        count = self._contract.calendar.count(Period.CONTRACT_YEAR)
        for at in range(len(values), count):
            pen.blank(sheet, row, _FIRST + at, "run_off")
        ends = f"{column_letters(_FIRST)}{row}:{column_letters(_FIRST + count - 1)}{row}"
        pen.formula(sheet, row, _FIRST + count, f"SUM({ends})", float(values.sum()), "total", _POUNDS)
        return row + 1

    def _chart(self, sheet: Any, row: int, payments: list[tuple[str, int]], _: int) -> None:
        """Payments of the year against the target; lines differ by dash and marker as well as by colour."""
        years, name = self._contract.calendar.years, sheet.get_name()
        chart = self._pen.book.add_chart({"type": "line"})
        dashes = ("solid", "dash", "square_dot", "long_dash", "dash_dot")
        markers = ("none", "circle", "square", "diamond", "triangle")
        colours = ("#1F3864", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
        for at, (label, place) in enumerate(payments):
            chart.add_series(
                {
                    "name": label,
                    "categories": [name, 4, _FIRST, 4, _FIRST + years - 1],
                    "values": [name, place - 1, _FIRST, place - 1, _FIRST + years - 1],
                    "line": {"color": colours[at % 5], "width": 2, "dash_type": dashes[at % 5]},
                    "marker": {"type": markers[at % 5], "size": 6, "fill": {"color": "#FFFFFF"},
                               "border": {"color": colours[at % 5]}},
                }
            )  # fmt: skip
        chart.set_title({"name": "What commissioners pay for each contract year, £m", "name_font": {"size": 12}})
        chart.set_y_axis({"num_format": '£0,,"m"', "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 1100, "height": 380})
        sheet.insert_chart(row - 1, 0, chart, {"description": "Payments by contract year against the target"})
