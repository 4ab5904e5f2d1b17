"""A payment term on its own, among facts that are stated and not simulated: for worked examples and for tests.

>>> worked("{kind: activity, above: 70%}", price=200, plan=1_000, people=1_100)
214000.0
>>> worked("{kind: activity, above: 70%}", price=200, plan=1_000, people=[1_000, 1_100])
[200000.0, 214000.0]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from finmodel.arrays import FloatArray, np
from finmodel.contract.care import Care
from finmodel.contract.demand import ALL_SITES, Demand
from finmodel.contract.inputs import Inputs, amounts
from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import Flow, Mechanism
from finmodel.contract.shared import Shared
from finmodel.contract.target import Target
from finmodel.errors import InputError, Mistake
from finmodel.lines import BoundPlan, Calendar, Expr, Family, Sheet, compile_plan, literal, parse_formula, sum_over
from finmodel.scenario import ByYear, Constant, Ramp, Value
from finmodel.scenario.positions import read_yaml
from finmodel.units import PERSON, POUND, PURE, REAL_POUND, Unit

if TYPE_CHECKING:
    from finmodel.lines.evaluation import InputSource

Fact = float | Sequence[float]
"""A figure that holds in every year, or one a year."""

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
class Facts:
    """What happened, each figure an array of shape (years, cases). A case is looked at by itself.

    `earlier`: amounts of the terms above, by name. `outcomes`: by name the weight, the score, and, where the term
    asks for them, the improvement and the people measured.
    """

    figures: Mapping[str, FloatArray]
    earlier: Mapping[str, FloatArray]
    outcomes: Mapping[str, Mapping[str, FloatArray]]

    @property
    def shape(self) -> tuple[int, int]:
        """Years and cases."""
        found = [
            *self.figures.values(),
            *self.earlier.values(),
            *(x for o in self.outcomes.values() for x in o.values()),
        ]
        return found[0].shape[0], found[0].shape[1]


def worked(
    written: str,
    *,
    earlier: Mapping[str, Fact] | None = None,
    outcomes: Mapping[str, Mapping[str, Fact]] | None = None,
    **figures: Fact,
) -> float | list[float]:
    """What the term pays, in £ to the penny, positive from payer to payee: one figure, or one a year.

    `written` is the term as YAML, without name, from and to; the facts are named in `UNITS`. Each outcome has a
    `weight` and a `score`, or the `people` measured and their `improvement`.
    """
    stated = [*figures.values(), *(earlier or {}).values(), *(x for o in (outcomes or {}).values() for x in o.values())]
    lists = [len(fact) for fact in stated if not isinstance(fact, (int, float))]
    years = lists[0] if lists else 1

    def column(fact: Fact) -> FloatArray:
        return np.array([[fact]] * years if isinstance(fact, (int, float)) else [[one] for one in fact], dtype=float)

    facts = Facts(
        {name: column(fact) for name, fact in figures.items()},
        {name: column(fact) for name, fact in (earlier or {}).items()},
        {name: {key: column(fact) for key, fact in one.items()} for name, one in (outcomes or {}).items()},
    )
    paid = [round(float(amount), 2) + 0.0 for amount in paid_on(written, facts)[:, 0]]
    return paid if lists else paid[0]


def paid_on(written: str, facts: Facts) -> FloatArray:
    """What the term pays in each year and case: £, shape (years, cases)."""
    term, (years, cases) = read_term(written, facts), facts.shape
    around = _Around(term, facts)
    total = _total([_whole(flow) for flow in term.result(around).flows])
    sheet = around.sheet
    sheet.add("paid", sheet.given("year", [1.0] * years, PURE) * total, unit=POUND)
    plan = compile_plan(sheet, Calendar(date(2016, 4, 1), years), [("paid", range(1, years + 1))])
    return BoundPlan(plan, cast("InputSource", _Told(around.told)), cases).run(0).copy()


def read_term(written: str, facts: Facts) -> Mechanism:
    """The term as the loader reads it, paid between the first parties that its kind allows."""
    from finmodel.contract.payment.registry import KINDS

    data, _ = read_yaml(written, "example")
    kind = KINDS[data["kind"]]
    payer, payee = kind.model_construct().allowed()[0]
    context = {"kinds": KINDS, "years": facts.shape[0], "models": {}}
    return kind.model_validate({"name": "term", "from": payer, "to": payee, **data}, context=context)


class _Told:
    """The facts as the source of a plan's inputs."""

    def __init__(self, told: Mapping[str, FloatArray]) -> None:
        self._told = told
        self.values = {name: facts[0].copy() for name, facts in told.items()}

    def start_block(self, block: int) -> None:
        assert block == 0, "the facts are one block"

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        for name, facts in self._told.items():
            if only is None or name in only:
                self.values[name][:] = facts[year - 1]


class _Around:
    """What a mechanism sees: one service with one contract, and lines that hold the facts."""

    def __init__(self, term: Mechanism, facts: Facts) -> None:
        self.sheet, self.told = Sheet(), dict[str, FloatArray]()
        self._term, self._facts = term, facts
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

    def _told_line(self, name: str, figures: FloatArray, unit: Unit) -> Expr:
        if name in self.told:
            return self.sheet.ref(f"told {name}")
        self.told[name] = figures
        return self.sheet.drawn(f"told {name}", name, unit, yearly=True)

    def _fact(self, name: str) -> Expr:
        if name not in self._facts.figures:
            raise TypeError(f"this term reads {name}: say {name}=…")
        return self._told_line(name, self._facts.figures[name], UNITS[name])

    def _known(self, *names: str) -> list[Family]:
        """Families of one contract; one that is not told has no member."""
        figures = self._facts.figures
        return [Family("contract", {CONTRACT: self._fact(n)} if n in figures else {}) for n in names]

    def _target(self) -> Target:
        one: Expr = literal(1.0)
        target, weight = self._fact("target"), Family("commissioner", {COMMISSIONER: one})
        by_service = Family("service", {SERVICE: target})
        return Target(by_service, target, (COMMISSIONER,), {SERVICE: weight}, weight, Family("commissioner", {}))

    def _demand(self) -> Demand:
        (people,) = self._known("people")
        sites = {} if CONTRACT not in people.members else {(SERVICE, ALL_SITES): people[CONTRACT]}
        return Demand(sites, people, people)

    def _year(self) -> Expr:
        years = [float(year + 1) for year in range(self._facts.shape[0])]
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
        return self._year() >= self._facts.shape[0]

    def earlier(self, names: Sequence[str]) -> Family:
        told = [self._told_line(f"earlier {name}", self._facts.earlier[name], POUND) for name in names]
        return Family("service", {SERVICE: _total(told)})

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
        return [self._outcome(name, told) for name, told in self._facts.outcomes.items()]

    def outcome(self, name: str, key: str) -> tuple[str, Scored]:
        return SERVICE, self._outcome(name, self._facts.outcomes[name])

    def _outcome(self, name: str, told: Mapping[str, FloatArray]) -> Scored:
        def line(key: str, unit: Unit) -> Expr:
            return self._told_line(f"{name} {key}", told[key], unit) if key in told else literal(0.0)

        score, improvement, people = line("score", PURE), line("improvement", PURE), line("people", PERSON)
        weight = float(told["weight"][0, 0]) if "weight" in told else 0.0
        return Scored(name, name, weight, score, 0, 1.0, improvement, people)

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


def _whole(flow: Flow) -> Expr:
    if flow.whole is not None:
        return flow.whole
    family = flow.by_service or flow.by_contract
    assert family is not None
    return sum_over(family)


def _total(amounts: Sequence[Expr]) -> Expr:
    return sum_over(Family("amount", {str(at): amount for at, amount in enumerate(amounts)}))
