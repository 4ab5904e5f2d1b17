"""A line's formula as the text of its cells: one form along the row, with places where the column goes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from finmodel.lines import Expr, Line, Period, is_zero
from finmodel.lines.expressions import Conversion, Lag, Literal, Operation, Ref
from finmodel.report.workbook.layout import CONSTANT, Layout
from finmodel.report.workbook.limits import ARGUMENTS
from finmodel.report.workbook.text import ATOM, Text, column_letters, filled, sheet_prefix, text

_COMPARISON, _SUM, _PRODUCT = 4, 5, 6
_RANGE_FROM = 3
"""So many cells below each other are added as a range."""


@dataclass(frozen=True)
class Place:
    """Where a line stands: the sheet's name and the row, from 1."""

    sheet: str
    row: int


class FormulaWriter:
    """Writes the formulas of one sheet of lines, whose places are known."""

    def __init__(
        self,
        lines: Callable[[str], Line],
        places: Mapping[str, Place],
        layout: Layout,
        circular: frozenset[str] = frozenset(),
    ) -> None:
        self._lines, self._places, self._layout, self._circular = lines, places, layout, circular
        self._sheet = ""
        self._of: Line

    def write(self, line: Line) -> Text:
        """The formula of a line, without the equals sign; a condition is 1 or 0."""
        self._sheet, self._of = self._places[line.name].sheet, line
        written = self._write(line.expr)
        return text("IF(", written, ",1,0)") if line.expr.flag else written

    def _write(self, expr: Expr) -> Text:
        if isinstance(expr, Literal):
            return _number(expr.value)
        if isinstance(expr, (Ref, Lag)):
            return self._flagged(expr, self._cell(expr))
        if isinstance(expr, Conversion):
            once = expr.kind == "hold" and expr.operand.period is Period.ONCE
            if once or expr.kind == "begun":  # the same cells, which say themselves whether they are conditions
                return self._write(expr.operand)
            return self._flagged(expr, self._conversion(expr))
        assert isinstance(expr, Operation)
        name = expr.kernel.name
        if name == "add":
            return self._sum(expr)
        if name in {"min", "max", "and", "or"}:
            return self._many(expr)
        operands = [self._write(operand) for operand in expr.operands]
        if expr.kernel.symbol is None or name == "not":
            return filled(expr.kernel.spreadsheet, operands)
        own = expr.kernel.precedence
        if expr.kernel.arity == 1:  # a minus in front binds more firmly than anything else in a spreadsheet
            return filled(expr.kernel.spreadsheet, [operands[0].bound(ATOM)]).in_brackets()
        left, right = operands[0].bound(own), operands[1].bound(own + 1)
        return Text(filled(expr.kernel.spreadsheet, [left, right]).parts, own)

    def _flagged(self, expr: Expr, cell: Text) -> Text:
        return text(cell, "<>0", binds=_COMPARISON) if expr.flag else cell

    def _cell(self, expr: Ref | Lag) -> Text:
        place = self._places[expr.name]
        sheet = self._prefix(place)
        if expr.period is Period.ONCE:
            return text(f"{sheet}${column_letters(CONSTANT)}${place.row}")
        back = expr.periods if isinstance(expr, Lag) else 0
        return Text((sheet, self._layout.limited(back, expr.period), str(place.row)))

    def _prefix(self, place: Place) -> str:
        return "" if place.sheet == self._sheet else sheet_prefix(place.sheet)

    def _sum(self, expr: Operation) -> Text:
        """Left to right; cells that stand below each other are added as a range."""
        terms: list[Expr] = []
        rest: Expr = expr
        while isinstance(rest, Operation) and rest.kernel.name == "add":
            terms.append(rest.operands[1])
            rest = rest.operands[0]
        terms.append(rest)
        terms = [term for term in reversed(terms) if not is_zero(term)] or [rest]
        pieces: list[str | Text] = []
        at = 0
        while at < len(terms):
            count = self._below_each_other(terms[at:])
            if count >= _RANGE_FROM:
                term = self._range(terms[at], terms[at + count - 1])
            else:
                term, count = self._write(terms[at]).bound(_SUM + (1 if at else 0)), 1
            pieces += ["+", term] if pieces else [term]
            at += count
        if len(pieces) == 1 and isinstance(pieces[0], Text):
            return pieces[0]
        return text(*pieces, binds=_SUM)

    def _below_each_other(self, terms: list[Expr]) -> int:
        """How many terms from the first on are cells in one column, each below the one before."""
        first = terms[0]
        if not isinstance(first, (Ref, Lag)) or first.flag:
            return 0
        start, back, count = self._places[first.name], getattr(first, "periods", 0), 1
        for term in terms[1:]:
            if type(term) is not type(first) or not isinstance(term, (Ref, Lag)) or term.flag:
                break
            place = self._places[term.name]
            same = (term.period, getattr(term, "periods", 0), place.sheet) == (first.period, back, start.sheet)
            if not same or place.row != start.row + count:
                break
            count += 1
        return count

    def _range(self, first: Expr, last: Expr) -> Text:
        assert isinstance(first, (Ref, Lag))
        assert isinstance(last, (Ref, Lag))
        end = self._places[last.name].row
        if first.period is Period.ONCE:
            letter = column_letters(CONSTANT)
            return text("SUM(", self._cell(first), f":${letter}${end})")
        back = first.periods if isinstance(first, Lag) else 0
        own = self._layout.limited(back, first.period)
        return Text(("SUM(", *self._cell(first).parts, ":", own, f"{end})"))

    def _many(self, expr: Operation) -> Text:
        """MIN(a, b, c) of min(min(a, b), c)."""
        operands: list[Expr] = []
        rest: Expr = expr
        while isinstance(rest, Operation) and rest.kernel is expr.kernel and len(operands) < ARGUMENTS - 1:
            operands.append(rest.operands[1])
            rest = rest.operands[0]
        operands.append(rest)
        pieces: list[str | Text] = [f"{expr.kernel.spreadsheet.partition('(')[0]}("]
        for at, operand in enumerate(reversed(operands)):
            pieces += [",", self._value(operand)] if at else [self._value(operand)]
        return text(*pieces, ")")

    def _value(self, expr: Expr) -> Text:
        """An operand of a function that skips empty cells: a service has none after the contract, which count as 0."""
        written = self._write(expr)
        cell = expr.operand if isinstance(expr, Conversion) else expr
        empty = isinstance(cell, (Ref, Lag)) and not self._of.service and self._lines(cell.name).service
        return text(written, "+0", binds=_SUM) if empty and not expr.flag else written

    # Changes of period
    # -----------------------------------------------------------------------------------------------------------------

    def _conversion(self, expr: Conversion) -> Text:
        operand, kind, layout = expr.operand, expr.kind, self._layout
        if kind in {"spread", "hold", "falls_in"}:
            value = self._in_month(operand)
            if kind == "spread":
                return text(value.bound(_PRODUCT), "/12", binds=_PRODUCT)
            if kind == "hold":
                return value
            return text("IF(", layout.header(layout.month_of_year_row), f"={expr.month},", value, ",0)")
        assert isinstance(operand, (Ref, Lag))
        if self._of.name in self._circular:
            return self._own_months(operand, expr)
        months = self._row(operand)
        number = layout.header(layout.number_row)
        if kind == "last":
            offset = self._offset(expr)
            return text("INDEX(", months, ",1,12*", number, f"-{offset})" if offset else ")")
        row = layout.year_of_month_row if expr.period is Period.CONTRACT_YEAR else layout.financial_year_of_month_row
        prefix = sheet_prefix(self._places[operand.name].sheet)
        first, last = layout.ends(Period.MONTH)
        years = f"{prefix}${column_letters(first)}${row}:${column_letters(last)}${row}"
        return text(f"SUMIF({years},", number, ",", months, ")")

    def _offset(self, expr: Conversion) -> int:
        return self._layout.calendar.offset if expr.period is Period.FINANCIAL_YEAR else 0

    def _in_month(self, operand: Expr) -> Text:
        """A year's value as a month of it sees it."""
        if not isinstance(operand, (Ref, Lag)) or operand.period is Period.ONCE:
            return self._write(operand)
        layout = self._layout
        if self._of.name in self._circular:
            back = self._back(operand)
            (year, _), (month, _) = layout.ends(operand.period), layout.ends(Period.MONTH)
            return Text((lambda column: self._named(operand, year + (column - month) // 12 - back),))
        return text("INDEX(", self._row(operand), ",1,", layout.header(layout.year_of_month_row), ")")

    def _own_months(self, operand: Ref | Lag, expr: Conversion) -> Text:
        """The months of a year by their own cells, or the last of them."""
        back, offset = self._back(operand), self._offset(expr)
        (year, _), (month, _) = self._layout.ends(expr.period), self._layout.ends(Period.MONTH)

        def cells(column: int) -> str:
            end = 12 * (column - year + 1) - offset - 1
            last = self._named(operand, month + end - back)
            if expr.kind == "last":
                return last
            first = self._named(operand, month + max(end - 11, 0) - back)
            return f"SUM({first}:{last.rpartition('!')[2]})"

        return Text((cells,))

    def _named(self, expr: Ref | Lag, column: int) -> str:
        place = self._places[expr.name]
        return f"{self._prefix(place)}{column_letters(column)}{place.row}"

    def _back(self, expr: Ref | Lag) -> int:
        return self._layout.limited(expr.periods, expr.period) if isinstance(expr, Lag) else 0

    def _row(self, expr: Ref | Lag) -> Text:
        """All periods of a line, so many earlier as the lag says."""
        place = self._places[expr.name]
        first, last = (end - self._back(expr) for end in self._layout.ends(expr.period))
        sheet = self._prefix(place)
        return text(f"{sheet}${column_letters(first)}{place.row}:${column_letters(last)}{place.row}")


def _number(value: float) -> Text:
    shown = repr(abs(value)).removesuffix(".0").upper()
    return text(f"(-{shown})" if value < 0 else shown)
