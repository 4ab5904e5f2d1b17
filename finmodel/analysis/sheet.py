"""The sheet as a list: every line with its unit, period, formula and what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.lines import Calendar, Expr, Line, formula_text
from finmodel.lines.expressions import Given

if TYPE_CHECKING:
    from finmodel.contract import Contract


@dataclass(frozen=True)
class LineText:
    """One line in words. `reads` names every line that its formula reads, in this or an earlier period."""

    name: str
    label: str
    unit: str
    period: str
    is_input: bool
    formula: str
    reads: tuple[str, ...]


def list_lines(contract: Contract, model: str | None = None) -> tuple[LineText, ...]:
    """Every line in the order of the sheet, or with `model` those that it needs."""
    from finmodel.contract.evaluate import lines_of_model

    names = lines_of_model(contract, model) if model else contract.sheet.names
    return tuple(_line_text(contract.sheet[name], contract.calendar) for name in names)


def formula_of(line: Line, calendar: Calendar) -> str:
    """The formula as it is written in scenarios; an input by year shows the years that there are."""
    return formula_text(line.expr, lambda expr: _leaf(expr, calendar))


def _leaf(expr: Expr, calendar: Calendar) -> str:
    if isinstance(expr, Given) and len(expr.values) > (count := calendar.count(expr.period)):
        return formula_text(Given(expr.unit, expr.period, expr.flag, expr.values[:count]))
    return formula_text(expr)


def _line_text(line: Line, calendar: Calendar) -> LineText:
    return LineText(
        line.name,
        line.label,
        str(line.unit),
        line.period.value,
        line.is_input,
        formula_of(line, calendar),
        line.reads_ever,
    )
