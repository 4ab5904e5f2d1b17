"""One trial, row by row: how payments and surpluses come about, with each formula and the numbers that went in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from finmodel.analysis.sheet import formula_of
from finmodel.analysis.trial_values import TrialValues
from finmodel.errors import InputError, Mistake, nearest
from finmodel.lines import Expr, Line, formula_text
from finmodel.lines.expressions import Operation, Ref
from finmodel.lines.sheet import reads

if TYPE_CHECKING:
    from finmodel.contract import Contract

SHOWN_AT_ONCE = 6
"""Lines of one bar that are shown; of more, only the first, and how to see the others."""


@dataclass(frozen=True)
class Row:
    """A line in one period. `numbers` is the formula with every name replaced by the number that went in."""

    name: str
    label: str
    unit: str
    when: str
    value: float
    formula: str
    numbers: str
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """One part of a total, in £: the sum of the lines `name` and `name[…]`. `rows` say how it is calculated."""

    name: str
    label: str
    value: float
    lines: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Waterfall:
    """Bars that add up to a total."""

    title: str
    bars: tuple[Bar, ...]
    total_label: str
    total: float


@dataclass(frozen=True)
class Explanation:
    """A trial (None: the base case) of one payment model in one year."""

    model: str
    trial: int | None
    seed: int
    year: int
    year_label: str
    financial_year_label: str
    waterfalls: tuple[Waterfall, ...]
    rows: tuple[Row, ...]
    own: tuple[Row, ...] = ()
    """Own lines and calculated assumptions, where no line is asked for."""


def explain_trial(
    contract: Contract,
    model: str,
    trial: int | None,
    *,
    year: int | None = None,
    line: str | None = None,
    depth: int = 1,
) -> Explanation:
    """Explain `trial` in contract year `year` (default: the last).

    With `line`, that line and what it reads, `depth` steps down; otherwise waterfalls of all positions. Raises
    InputError for an unknown model, year or line.
    """
    from finmodel.contract import trial as evaluate

    calendar = contract.calendar
    year = calendar.years if year is None else year
    if not 1 <= year <= calendar.total_years:
        last = f"{calendar.total_years}, run-off included" if calendar.run_off else str(calendar.years)
        raise InputError(Mistake(f"there is no year {year}: years go from 1 to {last}", path="--year"))
    sheet = evaluate(contract, model, trial)
    values = TrialValues(contract.sheet, calendar, sheet.values, year)
    view = _View(contract, model, values)
    if line is not None and line not in sheet.values:
        hint = nearest(line, sheet.values)
        known = "" if hint else ": finmodel lines FILE names them all"
        raise InputError(Mistake(f"payment model '{model}' has no line '{line}'{known}", None, "--line", hint))
    return Explanation(
        model,
        trial,
        contract.seed,
        year,
        calendar.contract_year_label(year),
        calendar.financial_year_label(year),
        () if line else tuple(view.waterfalls()),
        tuple(view.row(name) for name in view.below(line, depth)) if line else (),
        () if line else tuple(view.row(name) for name in view.own() if name in sheet.values),
    )


class _View:
    """What one trial's values say of one payment model."""

    def __init__(self, contract: Contract, model: str, values: TrialValues) -> None:
        self.contract, self.model, self.values = contract, model, values
        self.sheet = contract.sheet

    def row(self, name: str) -> Row:
        line = self.sheet[name]
        return Row(
            name,
            line.label,
            str(line.unit),
            self.values.when(line),
            self.values.value(name),
            formula_of(line, self.contract.calendar),
            formula_text(line.expr, self.values.leaf),
            line.reads_ever,
        )

    def below(self, name: str, depth: int) -> list[str]:
        """The line, then what it reads, level by level, each once."""
        found, level = {name: None}, [name]
        for _ in range(depth):
            level = [below for above in level for below in self.sheet[above].reads_ever if below not in found]
            found.update(dict.fromkeys(level))
        return list(found)

    def own(self) -> list[str]:
        """Names of calculated assumptions and own lines, in the order of the sheet."""
        scenario = self.contract.scenario
        names = {f"assumptions.{name}" for name, one in scenario.assumptions.items() if one.formula is not None}
        names |= {f"lines.{name}" for name in scenario.lines}
        names |= {f"{self.model}.lines.{name}" for name in scenario.payment_models[self.model].lines}
        return [name for name in self.sheet.names if name in names]

    def waterfalls(self) -> Iterator[Waterfall]:
        yield self._waterfall("What commissioners pay for the year", "payment")
        if self.contract.scenario.payment_models[self.model].integrator:
            yield self._waterfall("What the integrator keeps", "integrator_surplus")
        yield self._waterfall("What providers keep", "providers_surplus")
        bars = tuple(
            replace(self._bar(name, self.values.value(name), [name]), label=party.label)
            for payer, party in self.contract.scenario.parties.commissioners.items()
            if (name := f"{self.model}.cash[{payer}]") in self.sheet
        )
        label = self.contract.calendar.financial_year_label(self.values.year)
        yield Waterfall(
            f"Cash paid in the financial year {label}", bars, "All commissioners", sum(b.value for b in bars)
        )

    def _waterfall(self, title: str, figure: str) -> Waterfall:
        """The total's formula taken apart into its summands, those of one kind together."""
        line = self.sheet[f"{self.model}.{figure}"]
        amounts: dict[str, float] = {}
        lines: dict[str, list[str]] = {}
        for name, sign, expr in self._summands(line):
            amounts[name] = amounts.get(name, 0.0) + sign * self.values.evaluate(expr)
            lines.setdefault(name, []).extend(reads(expr)[:1])
        bars = [self._bar(name, amount, lines[name]) for name, amount in amounts.items() if amount != 0.0]
        return Waterfall(title, tuple(bars), line.label, self.values.value(line.name))

    def _summands(self, line: Line) -> Iterator[tuple[str, float, Expr]]:
        """(kind, sign, summand): totals over parties are followed into each party's own sum."""
        for sign, expr in _signed(line.expr, 1.0, self._chosen):
            names = reads(expr)
            if not names:
                continue
            if isinstance(expr, Ref) and kind_of(expr.name) in {line.name, _by_provider(line.name)}:
                for name, inner, below in self._summands(self.sheet[expr.name]):
                    yield name, sign * inner, below
            else:
                yield kind_of(names[0]), sign, expr

    def _chosen(self, choice: Operation) -> Expr:
        """The branch of a `where` that this trial takes in this year."""
        condition, yes, no = choice.operands
        return yes if self.values.evaluate(condition) else no

    def _bar(self, name: str, value: float, lines: list[str]) -> Bar:
        """`lines` are the summands; where the amount is also written by service, or whole, that is what is shown."""
        services = {f"{name}[{service}]" for service in self.contract.scenario.services} | {name}
        own = [line for line in self.sheet.names if line in services] or list(dict.fromkeys(lines))
        parts = [
            line
            for line in self.sheet.names
            if line.startswith(f"{name}.") and not line.startswith((f"{name}.from[", f"{name}.to[")) and "[" not in line
        ]
        shown = own if len(own) <= SHOWN_AT_ONCE else own[:1]
        return Bar(name, self._label(name, lines), value, len(own), tuple(self.row(line) for line in [*parts, *shown]))

    def _label(self, name: str, lines: list[str]) -> str:
        """What the labels of the lines have in common."""
        labels = list(dict.fromkeys(self.sheet[line].label for line in lines))
        start = _common_start(labels)
        end = _common_start([label[::-1] for label in labels])[::-1].lstrip(" :,")
        if len(labels) == 1:
            return labels[0]
        common = start.rpartition(",")[0] or start.rpartition(":")[0] or (end if len(end) > len("surplus") else "")
        common = common or name.rpartition(".")[2].replace("_", " ")
        return common[:1].upper() + common[1:]


def kind_of(name: str) -> str:
    """`a.b.from[x]` and `a.b[x]` are both of the kind `a.b`."""
    return name.partition("[")[0].removesuffix(".from").removesuffix(".to")


def _common_start(texts: list[str]) -> str:
    """The letters with which all texts begin."""
    low, high = min(texts), max(texts)
    same = next((at for at, letter in enumerate(low) if high[at : at + 1] != letter), len(low))
    return low[:same]


def _by_provider(name: str) -> str:
    return name.replace("providers_surplus", "provider_surplus")


def _signed(expr: Expr, sign: float, chosen: Callable[[Operation], Expr]) -> Iterator[tuple[float, Expr]]:
    """The summands of an expression with their signs; of a `where` those of the branch that is chosen."""
    if isinstance(expr, Operation) and expr.kernel.name in {"add", "subtract"}:
        left, right = expr.operands
        yield from _signed(left, sign, chosen)
        yield from _signed(right, sign if expr.kernel.name == "add" else -sign, chosen)
    elif isinstance(expr, Operation) and expr.kernel.name == "negative":
        yield from _signed(expr.operands[0], -sign, chosen)
    elif isinstance(expr, Operation) and expr.kernel.name == "where":
        yield from _signed(chosen(expr), sign, chosen)
    else:
        yield sign, expr
