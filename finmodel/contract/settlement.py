"""A settlement becomes lines: columns of the actuals as inputs, the modeller's lines, then the terms in order, rounded.

A trial of the plan is a row of the actuals. Each term has two lines: `NAME.exact`, what its formula gives, and `NAME`,
that amount rounded half away from zero, which is what later terms and lines read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from finmodel.errors import InputError, Mistake
from finmodel.lines import Calendar, Expr, Period, Plan, Sheet, UnitError, absolute, compile_plan, parse_formula, where
from finmodel.lines.expressions import Drawn, Operation
from finmodel.lines.functions import whole
from finmodel.lines.sheet import reads
from finmodel.lines.vocabulary import FUNCTIONS
from finmodel.scenario import Problem, in_currency, in_pounds
from finmodel.scenario.settlement import GIVEN, Settlement
from finmodel.scenario.settlement_load import SettlementFile, load_settlement
from finmodel.units import POUND, PURE, Unit

EXACT = "exact"
DUE = "due"
_COMPARED = "compared"
_TOLD = Mistake("told where it is written")  # stands for the mistakes of what a formula names
_HALF = 0.5 - 1e-6  # of a rounding step: an amount within a millionth of a half is one


@dataclass(frozen=True)
class CompiledSettlement:
    """The lines and how they are evaluated. `columns` are the lines that the plan gives, in its order."""

    settlement: Settlement
    sheet: Sheet
    plan: Plan
    formulas: dict[str, str]
    """The formula of each line and term as it is written."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The lines in the order in which the plan stores them."""
        return tuple(column.line for column in self.plan.columns)

    @property
    def dues(self) -> dict[str, tuple[str, str]]:
        """The lines of what is due, each with who pays whom."""
        return {due_line(*pair): pair for pair in _pairs(self.settlement)}

    def guards(self, name: str) -> bool:
        """Whether a line stands only for what a formula compares."""
        return f".{_COMPARED}_" in name


def due_line(payer: str, payee: str) -> str:
    """The name of the line of what is due between two parties."""
    return f"{DUE}.{payer}.{payee}"


def compiled_settlement(path: str | Path) -> CompiledSettlement:
    """Read, check and compile a settlement. InputError holds every mistake."""
    return _Builder(load_settlement(path)).compiled()


class _Builder:
    def __init__(self, file: SettlementFile) -> None:
        self.file, self.settlement = file, file.settlement
        self.sheet = Sheet()
        self.formulas: dict[str, str] = {}
        self._order = {term.name: at for at, term in enumerate(self.settlement.terms)}
        self._now: int | None = None  # the term being written
        self._writing: list[str] = []
        self._broken: set[str] = set(file.missing)
        self._used: set[str] = set()

    def compiled(self) -> CompiledSettlement:
        """Terms in their order, each with the lines that it needs; then the lines that no term reads."""
        for name in [*self.settlement.inputs, *self.settlement.lookups, *self.settlement.lines, *self._order]:
            if name in FUNCTIONS or name == DUE:
                section = "terms" if name in self._order else self._section(name)
                message = f"'{name}' means something else in formulas; give it another name"
                self.file.refuse(message, f"{section}.{name}", on_key=True)
        if self.file.clash:  # a name that means two things makes nonsense of every formula
            self.file.finish()
        for name, one in self.settlement.inputs.items():
            if one.unit is not None:
                self._input(name, one.unit.unit, one.label or _words(name))
        for at, term in enumerate(self.settlement.terms):
            self._now = at
            self._quietly(term.name, self._term)
        self._now = None
        for name in self.settlement.lines:
            self._quietly(name, self._line)
        self._check_used()
        self.file.finish()
        self._write_dues()
        names = [(name, (1,)) for name in self.sheet.names]
        plan = compile_plan(self.sheet, Calendar(date(2000, 4, 1), 1), names)
        return CompiledSettlement(self.settlement, self.sheet, plan, self.formulas)

    def _section(self, name: str) -> str:
        return next(one for one in ("inputs", "lookups", "lines") if name in getattr(self.settlement, one))

    def _quietly(self, name: str, write: Callable[[str], object]) -> None:
        """Write a part; its mistakes are kept, and told once."""
        if name in self._broken:
            return
        try:
            write(name)
        except InputError as error:
            self._broken.add(name)
            self.file.mistakes += [mistake for mistake in error.mistakes if mistake is not _TOLD]

    # Names
    # -----------------------------------------------------------------------------------------------------------------

    def _resolve(self, name: str) -> Expr | None:
        stem, _, part = name.partition(".")
        if stem in self._broken:
            raise InputError(_TOLD)
        if part:
            return self._condition(stem, part)
        self._used.add(name)
        if name in self.settlement.lines:
            return self._line(name)
        if name in self._order:
            return self._earlier_term(name)
        if name in self.settlement.lookups:
            lookup = self.settlement.lookups[name]
            unit = PURE if lookup.unit is None else lookup.unit.unit
            return self._input(name, unit, lookup.label or _words(name), flag=lookup.flag)
        one = self.settlement.inputs.get(name)
        if one is not None and one.values is not None:
            shown = f"{name}.{next((text for text in one.values if text.isalnum()), 'TEXT')}"
            raise UnitError(f"'{name}' is text: ask for one of its values, such as {shown}, or look a number up by it")
        return self.sheet.ref(name) if one is not None else None

    def _condition(self, name: str, part: str) -> Expr | None:
        """`NAME.given` and `NAME.TEXT` of an input."""
        one = self.settlement.inputs.get(name)
        if one is None:
            return None
        if part == GIVEN:
            if one.default is None:
                raise UnitError(f"'{name}' has no default, so its cell is always filled")
        elif one.values is None or part not in one.values:
            known = "" if one.values is None else f"; it has {', '.join(one.values)}"
            raise UnitError(f"'{name}' has no value '{part}'{known}")
        label = one.label or _words(name)
        return self._input(f"{name}.{part}", PURE, f"{label} is {'filled' if part == GIVEN else part}", flag=True)

    def _input(self, name: str, unit: Unit, label: str, *, flag: bool = False) -> Expr:
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.sheet.add(name, Drawn(unit, Period.ONCE, flag, name), label=label, service=False)

    def _earlier_term(self, name: str) -> Expr:
        if self._now is not None and self._order[name] >= self._now:
            now = self.settlement.terms[self._now].name
            if name == now:
                raise UnitError(f"the term '{name}' would read itself")
            raise UnitError(f"the term '{name}' stands below '{now}': a term reads only those above it")
        return self.sheet.ref(name)

    def _names(self) -> list[str]:
        texts = [f"{name}.{text}" for name, one in self.settlement.inputs.items() for text in one.values or ()]
        given = [f"{name}.{GIVEN}" for name, one in self.settlement.inputs.items() if one.default is not None]
        numbers = [name for name, one in self.settlement.inputs.items() if one.unit is not None]
        return [*numbers, *self.settlement.lookups, *self.settlement.lines, *self._order, *texts, *given]

    # Formulas
    # -----------------------------------------------------------------------------------------------------------------

    def _line(self, name: str) -> Expr:
        if name in self._writing:
            circle = " -> ".join([*self._writing[self._writing.index(name) :], name])
            raise UnitError(f"lines read each other in a circle: {circle}")
        if name in self.sheet:
            return self.sheet.ref(name)
        line, path = self.settlement.lines[name], f"lines.{name}.formula"
        self._writing.append(name)
        try:
            found = self._read(line.formula, path, name)
            stated = None if line.unit is None else line.unit.unit
            if stated is not None and found.unit not in (stated, None):
                raise self._mistake(f"the line is stated in {self._said(stated)}, but this formula gives "
                                    f"{self._said(found.unit)}", path)  # fmt: skip
        except InputError as error:
            self._broken.add(name)
            self.file.mistakes += error.mistakes
            raise InputError(_TOLD) from None
        finally:
            self._writing.pop()
        return self.sheet.add(name, found, unit=stated, label=line.label or _words(name), service=False)

    def _term(self, name: str) -> None:
        term, path = self.settlement.terms[self._order[name]], f"terms.{name}.formula"
        found = self._read(term.formula, path, name)
        if found.flag or found.unit not in (POUND, None):
            gives = "a condition" if found.flag else self._said(found.unit)
            raise self._mistake(f"a term is an amount of money, but this formula gives {gives}", path)
        label = term.label or _words(name)
        exact = self.sheet.add(f"{name}.{EXACT}", found, unit=POUND, label=f"{label}, before rounding", service=False)
        self.sheet.add(name, self._rounded(exact), unit=POUND, label=label, service=False)

    def _rounded(self, amount: Expr) -> Expr:
        """The amount to the nearest step, half away from zero."""
        steps = amount * self._steps()
        size = absolute(steps)
        near = whole(size)
        up = where(size - near >= _HALF, near + 1.0, near)
        return where(steps < 0.0, -up, up) / self._steps()

    def _steps(self) -> Expr:
        name = "rounding.steps"
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.sheet.given(name, self.settlement.rounding, PURE / POUND, label="Steps of rounding in one")

    def _write_dues(self) -> None:
        for payer, payee in _pairs(self.settlement):
            total: Expr | None = None
            for term in self.settlement.terms:
                if {term.payer, term.payee} != {payer, payee}:
                    continue
                amount = self.sheet.ref(term.name) if term.payer == payer else -self.sheet.ref(term.name)
                total = amount if total is None else total + amount
            assert total is not None
            parties = self.settlement.parties
            label = f"Due from {parties[payer]} to {parties[payee]}"
            self.sheet.add(due_line(payer, payee), self._rounded(total), unit=POUND, label=label, service=False)

    def _read(self, text: str, path: str, name: str) -> Expr:
        """The formula, with what it compares as lines beside it; InputError in the settlement's own currency."""
        span = self.file.span(path)
        try:
            pounds = in_pounds(text, self.settlement.currency)
        except Problem as problem:
            raise InputError(Mistake(problem.message, span, path)) from None
        try:
            found = parse_formula(
                pounds,
                self._resolve,
                names=self._names,
                amount=lambda value, written, unit: self._written(name, value, written, unit),
                span=span,
            )
        except InputError as error:
            told = [self._told(mistake, path) for mistake in error.mistakes if mistake is not _TOLD]
            raise InputError(told) from None
        if found.period is not Period.ONCE:
            raise self._mistake("a settlement looks at one period: months and years cannot stand here", path)
        self.formulas[name] = text
        for at, operand in enumerate(_compared(found), start=1):
            self.sheet.add(f"{name}.{_COMPARED}_{at}", operand, label="What is compared", service=False)
        return found

    def _written(self, line: str, value: float, written: str, unit: Unit) -> Expr:
        """`£1.2m` or `600 people` as an input line."""
        word = "_".join(written.removeprefix("£").replace(".", "_").replace("-", "minus").replace("+", "").split())
        name = f"{line}.amount_{'money_' if unit == POUND else ''}{word}"
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.sheet.given(name, value, unit, label=in_currency(written, self.settlement.currency))

    def _told(self, mistake: Mistake, path: str) -> Mistake:
        message = in_currency(mistake.message, self.settlement.currency)
        message = message.replace("there is no line named", "there is nothing named").removesuffix(" above this one")
        return replace(mistake, message=message, path=mistake.path or path)

    def _mistake(self, message: str, path: str) -> InputError:
        return InputError(Mistake(message, self.file.span(path), path))

    def _said(self, unit: Unit | None) -> str:
        return "0" if unit is None else "money" if unit == POUND else in_currency(str(unit), self.settlement.currency)

    def _check_used(self) -> None:
        """A number that nothing reads is a slip, unless a base brings it along."""
        numbers = [name for name, one in self.settlement.inputs.items() if one.unit is not None]
        parts = [("inputs", name) for name in numbers] + [("lookups", name) for name in self.settlement.lookups]
        if self._broken:
            return
        for section, name in parts:
            if name not in self._used and self.file.own(f"{section}.{name}"):
                self.file.refuse("nothing reads this; leave it out", f"{section}.{name}", on_key=True)


def _pairs(settlement: Settlement) -> list[tuple[str, str]]:
    """Who pays whom, each two parties once, in the order of the terms."""
    found: list[tuple[str, str]] = []
    for term in settlement.terms:
        if not {(term.payer, term.payee), (term.payee, term.payer)} & set(found):
            found.append((term.payer, term.payee))
    return found


def _compared(expr: Expr) -> Iterator[Expr]:
    """Calculated operands of comparisons: one without a value (0 / 0) would count as not reached, and say nothing."""
    seen: set[Expr] = set()
    stack = [expr]
    while stack:
        item = stack.pop()
        if item in seen or not isinstance(item, Operation):
            continue
        seen.add(item)
        if item.kernel.gives_flag and not item.kernel.takes_flags:
            yield from (one for one in item.operands if isinstance(one, Operation) and reads(one))
        stack.extend(reversed(item.operands))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
