"""Measures that are withdrawn: from when, and what is paid by then. Who takes over their weight: `weights`."""

from __future__ import annotations

from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr, Sheet, maximum, where
from finmodel.scenario import Outcome
from finmodel.units import PURE, Unit


def write_withdrawn(inputs: Inputs, name: str, outcome: Outcome) -> Expr | None:
    """1 in the years in which the outcome is no longer measured, else 0; None where it always is."""
    if outcome.withdrawn is None:
        return None
    sheet, line, label = inputs.sheet, f"outcomes.{name}.withdrawn", f"{outcome.label}: no longer measured (1: yes)"
    if line in sheet:
        return sheet.ref(line)
    first, chance = outcome.withdrawn.start, outcome.withdrawn.chance
    if chance is None or chance.amount >= 1:
        return sheet.add(line, where(inputs.year >= first, 1, 0), label=label, service=False)
    happens = inputs.event(f"outcomes.{name}.withdrawal", chance.amount, f"{outcome.label}: withdrawn in this year")
    earlier = sheet.promise(line, PURE, opening=0.0)
    gone = maximum(earlier.lag(), happens)
    return sheet.add(line, gone if first == 1 else where(inputs.year >= first, gone, 0), label=label, service=False)


def kept(sheet: Sheet, name: str, now: Expr, withdrawn: Expr | None, unit: Unit, label: str) -> Expr:
    """A figure, and from when it is withdrawn the last one that was measured (0 if none ever was): a line."""
    if withdrawn is None:
        return sheet.add(name, now, unit=unit, label=label)
    before = sheet.promise(name, unit, opening=0.0).lag()
    return sheet.add(name, where(withdrawn > 0, before, now), unit=unit, label=label)
