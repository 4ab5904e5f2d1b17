"""Puts cells on sheets: a text never becomes a formula, and every formula is held to what Excel allows."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from finmodel.report.workbook.limits import TEXT_LENGTH, check_cell, check_formula
from finmodel.report.workbook.styles import FONT, Styles

_ERROR = "#NUM!"
_HIGHEST = 405  # points: more than 409 Excel does not take


def new_book(out: io.BytesIO) -> Any:
    """An empty workbook whose texts stay texts."""
    import xlsxwriter

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": dict(FONT),
    }
    return xlsxwriter.Workbook(out, options)


class Pen:
    """Writes cells of a workbook. Rows count from 1 and columns from 0, as formulas are made of them.

    With `wrong` every cell that is calculated holds a wrong result, so that a reader that does not calculate is
    found out.
    """

    def __init__(self, book: Any, *, wrong: bool = False) -> None:
        self.book, self.styles = book, Styles(book)
        self._wrong = wrong

    def text(self, sheet: Any, row: int, column: int, text: str, look: str = "label") -> None:
        """A text, whatever it begins with."""
        check_cell(row - 1, column, sheet.get_name())
        if look == "title":
            sheet.set_row(row - 1, 24)
        if len(text) > TEXT_LENGTH:
            text = f"{text[: TEXT_LENGTH - 1]}…"
        sheet.write_string(row - 1, column, text, self.styles(look))

    def number(self, sheet: Any, row: int, column: int, value: float, look: str, number: str = "") -> None:
        """A number; what is not finite is shown as an error."""
        check_cell(row - 1, column, sheet.get_name())
        if math.isfinite(value):
            sheet.write_number(row - 1, column, value, self.styles(look, number))
        else:
            sheet.write_formula(row - 1, column, "=1/0", self.styles(look, number), "#DIV/0!")

    def formula(
        self,
        sheet: Any,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        look: str = "formula",
        number: str = "",
    ) -> None:
        """A formula, without its equals sign, and its result."""
        check_cell(row - 1, column, sheet.get_name())
        text = check_formula(f"={formula}", f"{sheet.get_name()}, row {row}")
        sheet.write_formula(row - 1, column, text, self.styles(look, number), self._result(value))

    def over_rows(self, sheet: Any, row: int, column: int, formula: str, value: float, number: str = "") -> None:
        """A formula that goes through whole rows cell by cell: entered as an array, which every program understands."""
        check_cell(row - 1, column, sheet.get_name())
        text = check_formula(f"={formula}", f"{sheet.get_name()}, row {row}")
        look = self.styles("formula", number)
        sheet.write_array_formula(row - 1, column, row - 1, column, f"{{{text}}}", look, self._result(value))

    def paragraph(self, sheet: Any, row: int, column: int, text: str, width: float, look: str = "wrap") -> None:
        """A text that wraps in a column so wide; its row is made as high as it needs, which not every program does."""
        self.text(sheet, row, column, text, look)
        self.fit(sheet, row, [(text, width)])

    @staticmethod
    def fit(sheet: Any, row: int, texts: Sequence[tuple[str, float]]) -> None:
        """Make a row as high as these texts need in columns so wide."""
        needed = max(sum(math.ceil(max(len(part), 1) / width) for part in text.split("\n")) for text, width in texts)
        if needed > 1:
            sheet.set_row(row - 1, min(13.5 * needed, _HIGHEST))

    def blank(self, sheet: Any, row: int, column: int, look: str) -> None:
        """An empty cell with a look."""
        sheet.write_blank(row - 1, column, None, self.styles(look))

    def _result(self, value: float | str) -> float | str:
        if isinstance(value, str):
            return "wrong" if self._wrong else value
        if not math.isfinite(value):
            return _ERROR
        return -1.5 * value - 12_345.678 if self._wrong else value


def print_setup(sheet: Any, *, heading_rows: tuple[int, int], title: str) -> None:
    """A4 landscape, as wide as one page, with the headings (rows from 1) on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(heading_rows[0] - 1, heading_rows[1] - 1)
    escaped = title.replace("&", "&&")
    sheet.set_footer(f"&L&8{escaped[:120]}&C&8&A&R&8Page &P of &N")
    sheet.hide_gridlines(2)
