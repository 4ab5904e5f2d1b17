"""Variants of lines: the same formulas with some lines replaced, so that a rule can be worked out on other facts.

Only lines between what is replaced and what is asked for are written again, each under its name and a suffix; all else
is shared. A line that reads its own past (a balance) has a past of its own in each variant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import islice

from finmodel.lines.expressions import Conversion, Expr, Lag, Operation, Ref, is_zero, literal, parts_of
from finmodel.lines.sheet import Sheet


class Readers:
    """Which lines read each line of a sheet, now or later; keeps up with a sheet that grows."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._readers: dict[str, list[str]] = {}
        self._known = 0

    def affected_by(self, names: Iterable[str], held: Collection[str] = ()) -> frozenset[str]:
        """The lines that these change, now or later, and these themselves; not what hangs on `held` lines alone."""
        self._keep_up()
        found: set[str] = set()
        stack = [name for name in names if name in self.sheet]
        while stack:
            name = stack.pop()
            if name not in found and name not in held:
                found.add(name)
                stack.extend(self._readers.get(name, ()))
        return frozenset(found)

    def _keep_up(self) -> None:
        for line in islice(self.sheet, self._known, None):
            for below in line.reads_ever:
                self._readers.setdefault(below, []).append(line.name)
        self._known = len(self.sheet)


def variant_name(name: str, suffix: str) -> str:
    """`a.b.suffix`, and of a member `a.suffix[member]`."""
    stem, bracket, member = name.partition("[")
    return f"{stem}.{suffix}{bracket}{member}"


class Variant:
    """Formulas as they would be if each line in `replaced` had the formula given there instead.

    `affected` are the lines that may differ (`Readers.affected_by` the replaced ones). What replaces a line is itself
    read in the variant, but for the line itself, which it may read as it is. `note` says in labels what differs.
    """

    def __init__(
        self, sheet: Sheet, suffix: str, replaced: Mapping[str, Expr], affected: frozenset[str], note: str
    ) -> None:
        self.sheet, self.suffix = sheet, suffix
        self._replaced, self._affected, self._note = replaced, affected, note
        self._made: dict[Expr, Expr] = {}
        self._reading: set[str] = set()
        self._owed: list[str] = []

    def of(self, expr: Expr) -> Expr:
        """The formula in this variant; the same object where nothing differs."""
        found = self._of(expr)
        while self._owed:  # what is read of earlier years alone
            name = self._owed.pop()
            if variant_name(name, self.suffix) not in self.sheet:
                self._write(name)
        return found

    def _of(self, expr: Expr) -> Expr:
        stack = [expr]
        while stack:
            top = stack[-1]
            missing = [part for part in parts_of(top) if part not in self._made]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if top not in self._made:
                self._made[top] = self._one(top)
        return self._made[expr]

    def _one(self, expr: Expr) -> Expr:
        if isinstance(expr, Ref):
            return self._line(expr)
        if isinstance(expr, Lag):
            if expr.name not in self._affected:
                return expr
            self._owed.append(expr.name)
            return replace(expr, name=variant_name(expr.name, self.suffix))
        if isinstance(expr, Operation):
            operands = tuple(self._made[operand] for operand in expr.operands)
            if all(new is old for new, old in zip(operands, expr.operands, strict=True)):
                return expr
            return _simpler(replace(expr, operands=operands))
        if isinstance(expr, Conversion):
            operand = self._made[expr.operand]
            return expr if operand is expr.operand else replace(expr, operand=operand)
        return expr

    def _line(self, ref: Ref) -> Expr:
        name = ref.name
        if name not in self._affected or name in self._reading:
            return ref
        if name in self._replaced:
            return self._instead(name)
        written = variant_name(name, self.suffix)
        if written not in self.sheet:
            self._write(name)
        return self.sheet.ref(written)

    def _instead(self, name: str) -> Expr:
        self._reading.add(name)
        try:
            return self._of(self._replaced[name])
        finally:
            self._reading.remove(name)

    def _write(self, name: str) -> None:
        line = self.sheet[name]
        expr = self._instead(name) if name in self._replaced else self._of(line.expr)
        self.sheet.add(
            variant_name(name, self.suffix),
            expr,
            unit=line.unit,
            label=f"{line.label}, {self._note}",
            service=line.service,
            opening=line.opening,
            period=line.period,
        )


def _simpler(expr: Operation) -> Expr:
    """The formula without what is plainly nothing."""
    name, parts = expr.kernel.name, expr.operands
    if name == "add" and any(map(is_zero, parts)):
        return parts[1] if is_zero(parts[0]) else parts[0]
    if name == "subtract" and is_zero(parts[1]):
        return parts[0]
    if (name == "multiply" and any(map(is_zero, parts))) or (name == "negative" and is_zero(parts[0])):
        return literal(0.0)
    if name == "where" and all(map(is_zero, parts[1:])):
        return literal(0.0)
    return expr
