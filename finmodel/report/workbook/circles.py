"""Lines that a spreadsheet would take for a circle: a change of period reads a whole row, and cells of it read back.

The engine goes year by year and month by month, so a month may read its year's level and the next year that month. In a
spreadsheet a formula over a whole row depends on all of it: there, such a formula names its own cells only.
"""

from __future__ import annotations

from finmodel.lines import Expr, Sheet
from finmodel.lines.expressions import Conversion, Lag, Ref, within


def in_circles(sheet: Sheet) -> frozenset[str]:
    """Names of the lines whose changes of period may not read whole rows."""
    below = {line.name: line.reads_ever for line in sheet}
    found = set()
    for line in sheet:
        for name in _converted(line.expr):
            if _reaches(name, line.name, below):
                found.add(line.name)
    return frozenset(found)


def _converted(expr: Expr) -> list[str]:
    """Lines of which a formula changes the period."""
    changes = [item.operand for item in within(expr) if isinstance(item, Conversion)]
    return [operand.name for operand in changes if isinstance(operand, (Ref, Lag))]


def _reaches(start: str, goal: str, below: dict[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    stack = [start]
    while stack:
        name = stack.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            stack.extend(below[name])
    return False
