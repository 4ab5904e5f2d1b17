"""Lines made to fit cells: what a spreadsheet cannot write inside one formula becomes a line of its own.

That is: an amount whose period is changed and that is no line yet (a range needs cells to stand in), an operand that
the spreadsheet's form of an operation names twice, and a part of a formula that would be longer or deeper than Excel
allows. Such a part has the value that it has in the engine, since the engine evaluates it as any line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from finmodel.lines import Expr, Line, Period, Sheet
from finmodel.lines.expressions import Conversion, Lag, Literal, Operation, Ref, parts_of

_LONGEST = 7000
_DEEPEST = 40
_CELL, _CONVERSION, _NUMBER, _BRACKETS = 42, 130, 26, 2
_TO_MONTHS = {"spread": "year's amount", "hold": "year's level", "falls_in": "year's amount"}


@dataclass(frozen=True)
class _Part:
    """A rewritten expression with the length and depth, at most, of its text in a cell."""

    expr: Expr
    length: int
    depth: int

    @property
    def is_cell(self) -> bool:
        return isinstance(self.expr, (Ref, Lag, Literal))


def fitted(sheet: Sheet, names: Iterable[str]) -> Sheet:
    """A sheet with these lines (and all that they read must be among them), each of which fits a cell."""
    writer = _Writer(sheet)
    for name in names:
        writer.line(sheet[name])
    return writer.made


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.made = Sheet()
        self._parts: dict[tuple[Expr, bool], _Part] = {}
        self._line: Line
        self._number = 0

    def line(self, line: Line) -> None:
        self._line, self._number = line, 0
        self._add(line.name, self._rewritten(line.expr), line)

    def _add(self, name: str, expr: Expr, like: Line) -> Ref:
        return self.made.add(
            name,
            expr,
            unit=like.unit,
            label=like.label,
            service=like.service,
            opening=like.opening,
            period=like.period,
        )

    def _rewritten(self, expr: Expr) -> Expr:
        """Operands before what they are part of: a sum may have a thousand, too many for a function calling itself."""
        service = self._line.service
        stack = [expr]
        while stack:
            top = stack[-1]
            missing = [part for part in parts_of(top) if (part, service) not in self._parts]
            if missing:
                stack.extend(reversed(missing))
                continue
            self._parts[stack.pop(), service] = self._part(top)
        return self._parts[expr, service].expr

    def _part(self, expr: Expr) -> _Part:
        parts = [self._parts[operand, self._line.service] for operand in parts_of(expr)]
        if isinstance(expr, Conversion):
            operand = parts[0]
            if not operand.is_cell and operand.expr.period is not Period.ONCE:
                operand = self._own_line(operand, _TO_MONTHS.get(expr.kind, "by month"))
            return _Part(replace(expr, operand=operand.expr), _CONVERSION + operand.length, operand.depth + 2)
        if not isinstance(expr, Operation):
            return _Part(expr, _NUMBER if isinstance(expr, Literal) else _CELL, 0)
        form = expr.kernel.spreadsheet
        for at, part in enumerate(parts):
            if form.count(f"{{{at}}}") > 1 and not part.is_cell:
                parts[at] = self._own_line(part, f"part {self._number + 1}")
        made = _operation(expr, parts)
        while made.length > _LONGEST or made.depth > _DEEPEST:
            worst = max((p for p in parts if not p.is_cell), key=lambda p: (p.depth > _DEEPEST // 2, p.length))
            parts[parts.index(worst)] = self._own_line(worst, f"part {self._number + 1}")
            made = _operation(expr, parts)
        return made

    def _own_line(self, part: _Part, what: str) -> _Part:
        """A line for a part of the present one."""
        self._number += 1
        expr = part.expr
        name = f"{self._line.name}~{self._number}"
        label = f"{self._line.label or self._line.name} ({what})"
        like = Line(name, expr, expr.unit or self._line.unit, expr.period, label, self._line.service)
        return _Part(self._add(name, expr, like), _CELL, 0)


def _operation(expr: Operation, parts: list[_Part]) -> _Part:
    form = expr.kernel.spreadsheet
    length = len(form) + sum(form.count(f"{{{at}}}") * (part.length + _BRACKETS) for at, part in enumerate(parts))
    own_levels = max(form.count("("), 1)
    deepest = max(part.depth for part in parts)
    chained = expr.kernel.symbol in {"+", "-", "*", "/"} and expr.kernel.arity == 2
    depth = max(parts[0].depth, parts[1].depth + 1) if chained else deepest + own_levels
    return _Part(replace(expr, operands=tuple(part.expr for part in parts)), length, depth)
