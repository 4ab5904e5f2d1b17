"""Lines that a spreadsheet would take for a circle: a change of period reads a whole row, and cells of it read back.

The engine goes year by year and month by month, so a month may read its year's level and the next year that month. In a
spreadsheet a formula over a whole row depends on all of it: there, such a formula names its own cells only.
"""

from __future__ import annotations

from finmodel.lines import Expr, Sheet
from finmodel.lines.expressions import Conversion, Lag, Ref, within


def in_circles(sheet: Sheet) -> frozenset[str]:
    """Names of the lines whose changes of period may not read whole rows."""
    found = set()
    for line in sheet:
        for name in _converted(line.expr):
            if line.name in sheet.behind([name]):
                found.add(line.name)
    return frozenset(found)


def _converted(expr: Expr) -> list[str]:
    """Lines of which a formula changes the period."""
    changes = [item.operand for item in within(expr) if isinstance(item, Conversion)]
    return [operand.name for operand in changes if isinstance(operand, (Ref, Lag))]
