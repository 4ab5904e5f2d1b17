"""One payment model as lines: its terms in the order of the file, each calculated from the terms above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finmodel.contract.flows import FlowWriter, ModelLines, add_families, nothing
from finmodel.contract.outcomes import Outcomes, Scored
from finmodel.contract.payment.mechanism import INTEGRATOR, Mechanism
from finmodel.contract.shared import Shared
from finmodel.contract.spending import Spending
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Family, UnitError, parse_formula, sum_over
from finmodel.scenario import Named, PaymentModel, Value
from finmodel.units import POUND, PURE


class ModelBuilder:
    """Writes the terms of one payment model; it is also what a mechanism sees of its surroundings."""

    def __init__(self, shared: Shared, outcomes: Outcomes, name: str, model: PaymentModel) -> None:
        self.shared, self.inputs, self.sheet = shared, shared.inputs, shared.sheet
        self.scenario, self.name, self.model = shared.scenario, name, model
        self._outcomes = outcomes
        self.lines = ModelLines(name)
        self.spending = Spending(shared, name, model)
        self._flows = FlowWriter(shared, self.lines)
        self._phase = ""
        self._term: Mechanism
        self._done: dict[str, Family] = {}
        self._supply_chain: list[Expr] = []

    def build(self) -> ModelLines:
        """Write everything; InputError holds every mistake of this model's terms."""
        mistakes: list[Mistake] = []
        for phase in self.scenario.contract.phases:
            self._phase, self._done, self._supply_chain = phase, {}, []
            for term in self.model.phases[phase]:
                assert isinstance(term, Mechanism)
                self._term = term
                try:
                    self._write(term)
                except InputError as error:
                    mistakes += error.mistakes
                except UnitError as error:
                    mistakes += self.mistake(str(error)).mistakes
                self._done.setdefault(term.name, nothing(list(self.scenario.services)))
        if mistakes:
            raise InputError(mistakes)
        self.spending.post(self.lines.ledger)
        return self.lines

    def _write(self, term: Mechanism) -> None:
        if (term.payer, term.payee) not in term.allowed():
            pairs = " or ".join(f"from {payer} to {payee}" for payer, payee in term.allowed())
            raise self.mistake(f"{term.kind} is paid {pairs}, not from {term.payer} to {term.payee}")
        if INTEGRATOR in (term.payer, term.payee) and not self.model.integrator:
            raise self.mistake("this payment model has no integrator (integrator: false), so it cannot pay or be paid")
        result = term.result(self)
        phase = self.scenario.contract.phases[self._phase]
        total: Family | None = None
        for flow in result.flows:
            amounts = self._flows.write(term, flow, self._prefix, phase)
            total = amounts if total is None else add_families(total, amounts)
        total = total or nothing(list(self.scenario.services))
        self._done[term.name] = total
        if term.payer == INTEGRATOR:
            self._supply_chain.append(sum_over(total))
        if result.outcome_maximum is not None:
            maximum = self._flows.in_phase(sum_over(result.outcome_maximum), phase)
            self.lines.maximum.append(self.line("outcome_maximum", maximum, "Outcome money at full score"))

    @property
    def _prefix(self) -> str:
        return f"{self.name}.{self._phase}.{self._term.name}"

    @property
    def _path(self) -> str:
        return f"payment_models.{self.name}.phases.{self._phase}.{self._term.name}"

    # What a mechanism may ask: see `Surroundings`

    def value(self, value: Value, key: str, label: str) -> Expr:
        return self.inputs.value(value, f"{self._prefix}.{key}", label)

    def given(self, key: str, amount: float, label: str) -> Expr:
        name = f"{self._prefix}.{key}"
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, amount, PURE, label=label)

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        return self.sheet.add(f"{self._prefix}.{key}", formula, label=label)

    def earlier(self, names: Sequence[str]) -> Family:
        total = self._done[names[0]]
        for name in names[1:]:
            total = add_families(total, self._done[name])
        return total

    def integrator_cost(self) -> Expr:
        if not self._supply_chain:
            raise self.mistake(
                "needs the integrator's payments to providers: put an existing_contracts term from integrator to "
                "providers above it"
            )
        payments = sum_over(Family("term", {str(i): x for i, x in enumerate(self._supply_chain)}))
        return self.spending.shared_cost(payments)

    def existing_payments(self) -> Family:
        return self.spending.existing_payments()

    def outcomes(self, service: str) -> list[Scored]:
        return self._outcomes.of_service(service, effect=self.model.effect)

    def formula(self, text: str) -> Expr:
        path = f"{self._path}.formula"
        try:
            found = parse_formula(
                text,
                self._named,
                names=self._names,
                amount=self._amount,
                cumulative=self._cumulative,
                span=self.scenario.span(path),
            )
        except InputError as error:
            raise InputError([replace(mistake, path=mistake.path or path) for mistake in error.mistakes]) from None
        if found.flag or found.unit not in (POUND, None):
            what = "a condition" if found.flag else str(found.unit)
            raise self.mistake(f"a payment is in £ a year, but this formula gives {what}", "formula")
        return found

    def mistake(self, message: str, key: str = "") -> InputError:
        path = f"{self._path}.{key}" if key else self._path
        return InputError(Mistake(message, self.scenario.span(path), path))

    def _named(self, name: str) -> Expr | None:
        """What a name in a formula means: a term above, the integrator's cost, an assumption, or a line above."""
        if name in self._done:
            if name == "cost" or name in self.sheet:
                raise UnitError(f"'{name}' is a term above and a line as well; give the term another name")
            return sum_over(self._done[name])
        if name == "cost":
            return self.integrator_cost()
        assumption = name.removeprefix("assumptions.")
        if assumption in self.scenario.assumptions:
            unit = self.scenario.assumptions[assumption].unit
            return self.inputs.value(Named(assumption, unit), f"assumptions.{assumption}", assumption)
        return self.sheet.ref(name) if name in self.sheet and self._own(name) else None

    def _names(self) -> list[str]:
        """What a misspelt name in a formula may have meant."""
        return [*self._done, "cost", *self.scenario.assumptions, *filter(self._own, self.sheet.names)]

    def _own(self, line: str) -> bool:
        """Whether a line belongs to no other payment model: a formula means the same whichever models are run."""
        return not line.startswith(tuple(f"{other}." for other in self.scenario.payment_models if other != self.name))

    def _amount(self, value: float, written: str) -> Expr:
        name = f"{self._prefix}.amount_{written.removeprefix('£').replace('.', '_')}"
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, value, POUND, label=written)

    def _cumulative(self, value: Expr) -> Expr:
        number = 1
        while (name := f"{self._prefix}.cumulative_{number}") in self.sheet:
            number += 1
        if value.unit is None:
            raise UnitError("cumulative takes a value with a unit, not the number 0")
        earlier = self.sheet.promise(name, value.unit, opening=0.0, period=value.period)
        return self.sheet.add(name, earlier.lag() + value, label="Sum so far")
