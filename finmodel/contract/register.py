"""The register's values as lines, and each part of a whole as a formula of them, which follows where they change."""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.lines import Expr, Family, Sheet, sum_over
from finmodel.lines.expressions import Ref
from finmodel.scenario import RegisterRow
from finmodel.units import PURE, REAL_POUND


def annual_value(sheet: Sheet, row: RegisterRow) -> Ref:
    """A contract's value a year at base-year prices, written once."""
    name = f"contract_register.annual_value[{row.contract}]"
    return sheet.ref(name) if name in sheet else sheet.given(name, row.annual_value, REAL_POUND, label=row.provider)


def total_value(sheet: Sheet, name: str, rows: Sequence[RegisterRow], label: str) -> Expr:
    """The value of several contracts, in the line `name`, written once."""
    if name in sheet:
        return sheet.ref(name)
    values: dict[str, Expr] = {row.contract: annual_value(sheet, row) for row in rows}
    return sheet.add(name, sum_over(Family("contract", values)), unit=REAL_POUND, label=label)


def part_of(sheet: Sheet, name: str, rows: Sequence[RegisterRow], whole: Expr, label: str) -> Expr:
    """The part of a whole value that these contracts have, in the line `name`, written once."""
    if name in sheet:
        return sheet.ref(name)
    values: dict[str, Expr] = {row.contract: annual_value(sheet, row) for row in rows}
    return sheet.add(name, sum_over(Family("contract", values)) / whole, unit=PURE, label=label)
