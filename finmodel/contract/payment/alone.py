"""What a term on its own sees: one service with one contract, and lines that hold the facts it is told.

It stands in the place of a contract's lines for worked examples and tests; a mechanism does not notice the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from finmodel.arrays import FloatArray, np
from finmodel.contract.care import Care
from finmodel.contract.demand import ALL_SITES, Demand
from finmodel.contract.inputs import Inputs, amounts
from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import Flow, Mechanism
from finmodel.contract.shared import Shared
from finmodel.contract.target import Target
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Family, Sheet, literal, parse_formula, sum_over
from finmodel.scenario import ByYear, Constant, Ramp, Value
from finmodel.units import PERSON, POUND, PURE, REAL_POUND, Unit

SERVICE = CONTRACT = COMMISSIONER = "one"
UNITS: Mapping[str, Unit] = {
    "target": POUND,
    "cost": POUND,
    "existing": POUND,
    "cost_of_care": POUND,
    "price": POUND / PERSON,
    "people": PERSON,
    "plan": PERSON,
    "population": PERSON,
    "index": POUND / REAL_POUND,
}
"""The facts by name: expenditure target, the integrator's cost, what the existing terms pay, what care costs, price a
person, people treated and planned, population, and any index."""


@dataclass(frozen=True)
class Known:
    """The names of the facts, each outcome with its keys and its weight, and how many years and cases there are."""

    figures: tuple[str, ...]
    earlier: tuple[str, ...]
    outcomes: tuple[tuple[str, tuple[str, ...], float], ...]
    years: int
    cases: int


class Told:
    """The facts as the source of a plan's inputs."""

    figures: Mapping[str, FloatArray]

    def __init__(self, names: Sequence[str], cases: int) -> None:
        self.values = {name: np.zeros(cases) for name in names}

    def start_block(self, block: int) -> None:
        assert block == 0, "the facts are one block"

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        for name, values in self.values.items():
            if only is None or name in only:
                values[:] = self.figures[name][year - 1]


class Around:
    """What a mechanism sees: one service with one contract, and lines that hold the facts."""

    def __init__(self, term: Mechanism, known: Known) -> None:
        self.sheet, self.told = Sheet(), list[str]()
        self.term, self._facts = term, known
        self.shared = cast("Shared", self)
        self.inputs = cast("Inputs", self)

    def __getattr__(self, name: str) -> Any:
        """Lines that all terms share, each a fact: what is not told cannot be asked for."""
        shared: Mapping[str, Callable[[], object]] = {
            "target": self._target,
            "population": lambda: self._fact("population"),
            "indices": lambda: _Any(self._fact("index")),
            "demand": self._demand,
            "care": self._care,
            "year": self._year,
        }
        if name not in shared:
            raise AttributeError(f"a term on its own has no {name}")
        return shared[name]()

    def _told_line(self, name: str, unit: Unit) -> Expr:
        if name in self.told:
            return self.sheet.ref(f"told {name}")
        self.told.append(name)
        return self.sheet.drawn(f"told {name}", name, unit, yearly=True)

    def _fact(self, name: str) -> Expr:
        if name not in self._facts.figures:
            raise TypeError(f"this term reads {name}: say {name}=…")
        return self._told_line(name, UNITS[name])

    def _known(self, *names: str) -> list[Family]:
        """Families of one contract; one that is not told has no member."""
        figures = self._facts.figures
        return [Family("contract", {CONTRACT: self._fact(n)} if n in figures else {}) for n in names]

    def _target(self) -> Target:
        one: Expr = literal(1.0)
        target, weight = self._fact("target"), Family("commissioner", {COMMISSIONER: one})
        by_service = Family("service", {SERVICE: target})
        shares, nothing = {SERVICE: weight}, Family("commissioner", {})
        return Target(by_service, target, by_service, target, (COMMISSIONER,), shares, weight, nothing)

    def _demand(self) -> Demand:
        (people,) = self._known("people")
        sites = {} if CONTRACT not in people.members else {(SERVICE, ALL_SITES): people[CONTRACT]}
        return Demand(sites, people, people)

    def _year(self) -> Expr:
        years = [float(year + 1) for year in range(self._facts.years)]
        return (
            self.sheet.ref("contract_year")
            if "contract_year" in self.sheet
            else self.sheet.given("contract_year", years, PURE)
        )

    def _care(self) -> Care:
        cost, existing, price, plan = self._known("cost_of_care", "existing", "price", "plan")
        return Care(cost, existing, (), price, plan, {SERVICE: literal(1.0)})

    # What a mechanism may ask: see `Surroundings`

    def value(self, value: Value, key: str, label: str) -> Expr:
        if not isinstance(value, (Constant, ByYear, Ramp)):
            raise TypeError(f"{key}: a term on its own takes plain numbers")
        return (
            self.sheet.ref(key) if key in self.sheet else self.sheet.given(key, amounts(value), value.unit, label=label)
        )

    def given(self, key: str, amount: float, label: str, unit: Unit = PURE) -> Expr:
        return self.sheet.ref(key) if key in self.sheet else self.sheet.given(key, amount, unit, label=label)

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        return self.sheet.add(key, formula, label=label)

    def balance(self, key: str, step: Callable[[Expr], Expr], label: str) -> Expr:
        return self.sheet.add(key, step(self.sheet.promise(key, POUND, opening=0.0).lag()), unit=POUND, label=label)

    def last_year(self) -> Expr:
        return self._year() >= self._facts.years

    def earlier(self, names: Sequence[str]) -> Family:
        for name in names:
            if name not in self._facts.earlier:
                raise TypeError(f"this term acts on {name}: say earlier={{'{name}': …}}")
        told = [self._told_line(f"earlier {name}", POUND) for name in names]
        return Family("service", {SERVICE: total(told)})

    def above(self) -> list[str]:
        return list(self._facts.earlier)

    def integrator_cost(self) -> Expr:
        return self._fact("cost")

    def existing_payments(self) -> Family:
        return self._known("existing")[0]

    def cost_of_care(self) -> Family:
        return self._known("cost_of_care")[0]

    def outcomes(self, service: str) -> list[Scored]:
        assert service == SERVICE
        return [self._outcome(*one) for one in self._facts.outcomes]

    def outcome(self, name: str, key: str) -> tuple[str, Scored]:
        for one in self._facts.outcomes:
            if one[0] == name:
                return SERVICE, self._outcome(*one)
        raise TypeError(f"this term looks at {name}: say outcomes={{'{name}': …}}")

    def _outcome(self, name: str, keys: Sequence[str], weight: float) -> Scored:
        def line(key: str, unit: Unit) -> Expr:
            return self._told_line(f"outcome {name} {key}", unit) if key in keys else literal(0.0)

        score, improvement, people = line("score", PURE), line("improvement", PURE), line("people", PERSON)
        share = self.given(f"weight.{name}", weight, f"{name}: weight")
        return Scored(name, name, share, score, 0, literal(1.0), improvement, people)

    def formula(self, text: str) -> Expr:
        def known(name: str) -> Expr | None:
            if name in self._facts.earlier:
                return sum_over(self.earlier([name]))
            return self._fact(name) if name in self._facts.figures else None

        def amount(value: float, written: str, unit: Unit) -> Expr:
            return self.sheet.given(f"amount {written}", value, unit)

        return parse_formula(text, known, amount=amount)

    def by_service(self, text: str) -> Family:
        return Family("service", {SERVICE: self.formula(text)})

    def by_contract(self, text: str) -> Family:
        return Family("contract", {CONTRACT: self.formula(text)})

    def mistake(self, message: str, key: str = "") -> InputError:
        return InputError(Mistake(message, path=key))


class _Any(dict[str, Expr]):
    """The same line under every name."""

    def __init__(self, line: Expr) -> None:
        super().__init__()
        self._line = line

    def __missing__(self, name: str) -> Expr:
        return self._line


def whole(flow: Flow) -> Expr:
    """The amount of a flow, for the whole contract."""
    if flow.whole is not None:
        return flow.whole
    family = flow.by_service or flow.by_contract
    assert family is not None
    return sum_over(family)


def total(amounts: Sequence[Expr]) -> Expr:
    """Their sum, from left to right."""
    return sum_over(Family("amount", {str(at): amount for at, amount in enumerate(amounts)}))
