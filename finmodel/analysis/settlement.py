"""What is due on actual figures: every line of a settlement for every row, and one row explained.

The rows are the trials of the plan, so that a settlement is calculated as a run is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.trial_values import number
from finmodel.contract import open_settlement
from finmodel.contract.settlement import EXACT, CompiledSettlement
from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.lines import BoundPlan, Line
from finmodel.lines.vocabulary import FUNCTIONS
from finmodel.scenario import in_currency
from finmodel.scenario.actuals import ActualRow, Actuals, read_actuals
from finmodel.scenario.settlement import GIVEN
from finmodel.units import PERSON, POUND, PURE, Unit

if TYPE_CHECKING:
    from finmodel.scenario.settlement import Settlement

_WORDS = re.compile(
    r"[£$€]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:bn|m|k)?(?:%|pp)?(?![A-Za-z0-9_])"
    r"(?:[ \t]+(?:people|person|points?|years?|months?)(?![A-Za-z0-9_.\[(]))?"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)"
)


@dataclass(frozen=True)
class SettledRow:
    """One settlement: the row of the actuals and the value of every line (1 and 0 for a condition)."""

    actual: ActualRow
    values: Mapping[str, float]

    @property
    def name(self) -> str:
        """The texts that name the row."""
        return ", ".join(self.actual.key)


@dataclass(frozen=True)
class Settled:
    """A settlement evaluated on actual figures."""

    compiled: CompiledSettlement
    actuals: Actuals
    rows: tuple[SettledRow, ...]

    @property
    def settlement(self) -> Settlement:
        """The terms."""
        return self.compiled.settlement

    def line(self, name: str) -> Line:
        """A line of the sheet."""
        return self.compiled.sheet[name]

    def total(self, name: str) -> float:
        """A rounded amount over all rows, exact to the penny whatever the order of the rows."""
        return round(math.fsum(row.values[name] for row in self.rows), 2) + 0.0

    @property
    def terms(self) -> tuple[str, ...]:
        """The lines of the terms' rounded amounts."""
        return tuple(term.name for term in self.settlement.terms)

    @property
    def dues(self) -> tuple[str, ...]:
        """The lines of what is due between two parties."""
        return tuple(self.compiled.dues)

    @property
    def shown_lines(self) -> tuple[str, ...]:
        """Lines in the order of the file: inputs, lookups, lines, terms before and after rounding, what is due."""
        model = self.settlement
        texts = [name for name, one in model.inputs.items() if one.values is not None]
        names = [*model.inputs, *model.lookups, *model.lines]
        for term in self.terms:
            names += [f"{term}.{EXACT}", term]
        return tuple(name for name in [*names, *self.dues] if name in self.compiled.sheet or name in texts)


class _Rows:
    """The columns of the actuals as inputs of the plan."""

    def __init__(self, compiled: CompiledSettlement, rows: Sequence[ActualRow]) -> None:
        self.values: dict[str, NDArray[Any]] = {}  # numbers, or booleans for conditions
        for name in compiled.plan.drivers:
            kind = bool if compiled.sheet[name].expr.flag else np.float64
            found = np.array([_value(compiled.settlement, name, row) for row in rows], dtype=kind)
            self.values[name] = found

    def start_block(self, block: int) -> None:
        """All rows are one block."""

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        """A settlement has one period."""


def _value(settlement: Settlement, name: str, row: ActualRow) -> float:
    stem, _, part = name.partition(".")
    if part == GIVEN:
        return stem in row.given
    if part:
        return row.texts[stem] == part
    if name in settlement.lookups:
        lookup = settlement.lookups[name]
        found: float = lookup.values.get(row.texts[lookup.by], lookup.otherwise)
        return found
    return row.amounts[name]


def settle(model: str | Path, actuals: Path, sheet: str | None = None) -> Settled:
    """Evaluate the terms of `model` on every row of `actuals`. InputError holds every mistake of either."""
    compiled = open_settlement(model)
    return settle_rows(compiled, read_actuals(compiled.settlement, actuals, sheet))


def settle_rows(compiled: CompiledSettlement, actuals: Actuals) -> Settled:
    """Evaluate compiled terms on rows that are read. InputError where a line has no number in a row."""
    found = BoundPlan(compiled.plan, _Rows(compiled, actuals.rows), len(actuals.rows)).run(0)
    columns = compiled.columns
    mistakes = []
    for at, row in enumerate(actuals.rows):
        wrong = [name for name, value in zip(columns, found[:, at], strict=True) if not math.isfinite(value)]
        if wrong:
            span = Span(actuals.file.name, row.line, 1)
            mistakes.append(Mistake(_no_number(wrong[0], compiled), span, ", ".join(row.key)))
    if mistakes:
        raise InputError(mistakes)
    rows = tuple(
        SettledRow(row, {name: float(value) + 0.0 for name, value in zip(columns, found[:, at], strict=True)})
        for at, row in enumerate(actuals.rows)
    )
    return Settled(compiled, actuals, rows)


def _no_number(name: str, compiled: CompiledSettlement) -> str:
    line, _, _ = name.partition(".")
    what = f"'{line}' compares something that" if compiled.guards(name) else f"'{line}'"
    return f"{what} is no finite number in this row: does it divide by nothing? `above` keeps 0 out of a column"


# One row explained
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineOfRow:
    """A line in one row: `value` as text with its unit, the formula as written, and the numbers that went in."""

    name: str
    label: str
    value: str
    formula: str
    numbers: str


@dataclass(frozen=True)
class SettlementExplained:
    """One row: every line in the order of the file."""

    line: int
    key: str
    lines: tuple[LineOfRow, ...]


def explain_settlement(settled: Settled, which: str) -> SettlementExplained:
    """The row that is named by its key (`A1, 2021`) or by its number in the file. InputError where there is none."""
    row = _find(settled, which)
    view = _View(settled, row)
    return SettlementExplained(row.actual.line, row.name, tuple(view.line(name) for name in settled.shown_lines))


def _find(settled: Settled, which: str) -> SettledRow:
    wanted = [part.strip() for part in which.split(",")]
    for row in settled.rows:
        if row.name == which.strip() or [part.strip() for part in row.name.split(",")] == wanted:
            return row
    lines = {row.actual.line: row for row in settled.rows}
    if which.strip().isdigit() and int(which) in lines:
        return lines[int(which)]
    if which.strip().isdigit() and len(which) < 9:
        message = f"there is no row {which}: rows with figures go from {min(lines)} to {max(lines)}"
        raise InputError(Mistake(message, None, "--explain"))
    near = nearest(which, [row.name for row in settled.rows])
    key = ", ".join(settled.settlement.key)
    raise InputError(Mistake(f"there is no row '{which}' (its key is {key})", None, "--explain", near))


class _View:
    def __init__(self, settled: Settled, row: SettledRow) -> None:
        self.settled, self.row = settled, row
        self.settlement, self.sheet = settled.settlement, settled.compiled.sheet

    def line(self, name: str) -> LineOfRow:
        model = self.settlement
        if name in model.inputs:
            return self._input(name)
        label, value = self.sheet[name].label, self.said(name)
        if name in model.lookups:
            by = model.lookups[name].by
            return LineOfRow(name, label, value, f"by {by}", f"by {self.row.actual.texts[by]}")
        if name in self.settled.dues:
            return LineOfRow(name, label, value, *self._due(name))
        stem = name.removesuffix(f".{EXACT}")
        if stem in self.settled.terms and stem == name:
            exact = f"{name}.{EXACT}"
            return LineOfRow(name, label, value, f"{exact}, rounded to {model.step}", self.said(exact))
        formula = " ".join(self.settled.compiled.formulas[stem].split())
        return LineOfRow(name, label, value, formula, _WORDS.sub(self._went_in, formula))

    def _input(self, name: str) -> LineOfRow:
        one, actual = self.settlement.inputs[name], self.row.actual
        label = one.label or name.replace("_", " ").capitalize()
        where = f"column {one.column or name}" if name in actual.given else "empty cell: the default"
        value = actual.texts[name] if one.values is not None else self._number(actual.amounts[name], one.unit.unit)  # type: ignore[union-attr]
        return LineOfRow(name, label, value, where, "")

    def _due(self, name: str) -> tuple[str, str]:
        payer, payee = self.settled.compiled.dues[name]
        terms = [
            (" + " if term.payer == payer else " - ", term.name)
            for term in self.settlement.terms
            if {term.payer, term.payee} == {payer, payee}
        ]
        formula = "".join(sign + term for sign, term in terms).removeprefix(" + ").strip()
        return formula, "".join(sign + self.said(term) for sign, term in terms).removeprefix(" + ").strip()

    def _went_in(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name not in self.sheet or name in FUNCTIONS:
            return found[0]
        text = self.said(name)
        return f"({text})" if text.startswith("-") and found[0] != found.string else text

    def said(self, name: str) -> str:
        """The value of a line in words."""
        line = self.sheet[name]
        value = self.row.values[name]
        if line.expr.flag:
            return "yes" if value else "no"
        return self._number(value, line.unit, exact=name.endswith(f".{EXACT}"))

    def _number(self, value: float, unit: Unit, *, exact: bool = False) -> str:
        """Money with pennies (before rounding with millionths), everything else with up to ten digits."""
        if unit == POUND:
            size = f"{abs(value):,.6f}".rstrip("0") if exact else f"{abs(value):,.2f}"
            size += "0" * max(0, 2 - len(size.rpartition(".")[2]))
            return f"{'-' if value < 0 else ''}{self.settlement.currency}{size}"
        word = "people" if unit == PERSON else in_currency(str(unit), self.settlement.currency)
        return number(value, unit) if unit == PURE else f"{number(value, unit)} {word}"
